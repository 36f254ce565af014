//! Takes steps one by one, and makes a graph of them.

use crate::evidence::Certainty;
use crate::reach::cluster::place::index;
use crate::reach::graph::edges::{Edge, Graph, NO_REQUIREMENT, Requirement};
use crate::reach::graph::vertex::{Vertex, VertexIndex};
use crate::reach::steps::kind::StepKind;

/// A step, before vertices are numbers.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) from: Vertex,
    pub(super) kind: StepKind,
    pub(super) to: Vertex,
    pub(super) certainty: Certainty,
    /// The rights that it needs; `None` where the things themselves allow it.
    pub(super) requirement: Option<Requirement>,
}

/// The steps of a graph that is being made.
pub(super) struct GraphBuilder {
    pub(super) vertices: VertexIndex,
    edges: Vec<Edge>,
    requirements: Vec<Requirement>,
}

impl GraphBuilder {
    pub(super) fn new(vertices: VertexIndex) -> Self {
        Self { vertices, edges: Vec::new(), requirements: Vec::new() }
    }

    pub(super) fn add(&mut self, step: Step) {
        let requirement = step.requirement.map_or(NO_REQUIREMENT, |requirement| {
            self.requirements.push(requirement);
            index(self.requirements.len() - 1)
        });
        self.edges.push(Edge {
            from: self.vertices.number(step.from),
            to: self.vertices.number(step.to),
            kind: step.kind,
            certainty: step.certainty,
            requirement,
        });
    }

    /// A step that the things themselves allow.
    pub(super) fn step(&mut self, from: Vertex, kind: StepKind, to: Vertex, certainty: Certainty) {
        self.add(Step { from, kind, to, certainty, requirement: None });
    }

    /// Whoever has the one has the other with it.
    pub(super) fn includes(&mut self, whole: Vertex, part: Vertex) {
        self.step(whole, StepKind::Includes, part, Certainty::Certain);
    }

    pub(super) fn finish(self) -> Graph {
        Graph::new(self.vertices, self.edges, self.requirements)
    }
}
