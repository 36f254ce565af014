//! Steps between vertices, found forwards and backwards.

use super::vertex::VertexIndex;
use crate::evidence::Certainty;
use crate::rbac::Right;
use crate::reach::cluster::place::{Place, index};
use crate::reach::rights::right_set::RightSet;
use crate::reach::steps::kind::StepKind;

/// What identities of a class need for a step: which rights, where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::reach) struct Requirement {
    /// Where the rights are needed.
    pub(in crate::reach) place: Place,
    pub(in crate::reach) rights: RightSet,
    /// The object that they must be held on; `None` for any.
    pub(in crate::reach) name: Option<String>,
    /// The namespace whose labels admit the pod that it takes.
    pub(in crate::reach) admitted_by: Option<u32>,
}

impl Requirement {
    /// These rights on any object there.
    pub(in crate::reach) fn new(place: Place, rights: &[Right]) -> Self {
        let rights = RightSet::of_rights(rights);
        Self { place, rights, name: None, admitted_by: None }
    }

    /// On the object of this name.
    pub(in crate::reach) fn on(mut self, name: &str) -> Self {
        self.name = Some(name.to_owned());
        self
    }

    /// With a pod that the labels of this namespace admit.
    pub(in crate::reach) fn admitted_by(mut self, namespace: Option<u32>) -> Self {
        self.admitted_by = namespace;
        self
    }
}

/// A step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::reach) struct Edge {
    pub(in crate::reach) from: u32,
    pub(in crate::reach) to: u32,
    pub(in crate::reach) kind: StepKind,
    pub(in crate::reach) certainty: Certainty,
    /// Number of the requirement, for steps of identities, or [`NO_REQUIREMENT`].
    pub(in crate::reach) requirement: u32,
}

/// For steps that the things themselves allow. A number, because edges are what memory goes to.
pub(in crate::reach) const NO_REQUIREMENT: u32 = u32::MAX;

/// Steps, sorted by where they start, and by where they end.
#[derive(Clone, Debug)]
pub(in crate::reach) struct Graph {
    pub(in crate::reach) vertices: VertexIndex,
    edges: Vec<Edge>,
    starts: Vec<u32>,
    /// Numbers of the edges, by where they end.
    incoming: Vec<u32>,
    ends: Vec<u32>,
    requirements: Vec<Requirement>,
}

impl Graph {
    pub(in crate::reach) fn new(
        vertices: VertexIndex,
        mut edges: Vec<Edge>,
        requirements: Vec<Requirement>,
    ) -> Self {
        edges.sort_by_key(|e| (e.from, e.kind, e.to, e.certainty, e.requirement));
        edges.dedup_by_key(|e| (e.from, e.kind, e.to));
        let starts = offsets(vertices.len(), edges.iter().map(|edge| edge.from));
        let ends = offsets(vertices.len(), edges.iter().map(|edge| edge.to));
        let mut next = ends.clone();
        let mut incoming = vec![0; edges.len()];
        for (number, edge) in edges.iter().enumerate() {
            let at = &mut next[edge.to as usize];
            incoming[*at as usize] = index(number);
            *at += 1;
        }
        Self { vertices, edges, starts, incoming, ends, requirements }
    }

    /// How many vertices there are.
    pub(in crate::reach) fn len(&self) -> usize {
        self.vertices.len()
    }

    pub(in crate::reach) fn edges(&self) -> &[Edge] {
        &self.edges
    }

    /// The steps from here, in the order of preference.
    pub(in crate::reach) fn from(&self, vertex: u32) -> &[Edge] {
        &self.edges
            [self.starts[vertex as usize] as usize..self.starts[vertex as usize + 1] as usize]
    }

    /// The steps to here.
    pub(in crate::reach) fn to(&self, vertex: u32) -> impl Iterator<Item = &Edge> {
        let range = self.ends[vertex as usize] as usize..self.ends[vertex as usize + 1] as usize;
        self.incoming[range].iter().map(|number| &self.edges[*number as usize])
    }

    /// The rights that a step needs; `None` where the things themselves allow it.
    pub(in crate::reach) fn requirement(&self, edge: &Edge) -> Option<&Requirement> {
        self.requirements.get(edge.requirement as usize)
    }
}

/// Where the entries of each vertex begin, once sorted.
fn offsets(vertices: usize, numbers: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut starts = vec![0; vertices + 1];
    for vertex in numbers {
        starts[vertex as usize + 1] += 1;
    }
    for at in 0..vertices {
        starts[at + 1] += starts[at];
    }
    starts
}
