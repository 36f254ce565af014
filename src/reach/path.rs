//! A path: its steps in words, each with what allows it and what would cut it.

use super::Reach;
use super::change::Change;
use super::describe::{PathNode, PathSource, PathTarget};
use super::explanation::Context;
use super::graph::{Edge, Vertex};
use super::kind::{Certainty, StepKind};
use super::reason::Reason;

/// A shortest way from a source to a target.
#[derive(Clone, Debug)]
pub struct AttackPath<'i> {
    /// Where it begins.
    pub from: PathNode,
    /// Where it ends.
    pub target: PathTarget,
    /// Certain if all its steps are.
    pub certainty: Certainty,
    /// Its steps; none if the source is the target.
    pub steps: Vec<PathStep<'i>>,
}

/// One step.
#[derive(Clone, Debug)]
pub struct PathStep<'i> {
    /// What is had before.
    pub from: PathNode,
    /// What is had after.
    pub to: PathNode,
    /// What the step leads to any of, where `to` is one of those.
    pub through: Option<PathNode>,
    /// How.
    pub kind: StepKind,
    /// How surely.
    pub certainty: Certainty,
    /// What allows it.
    pub reasons: Vec<Reason<'i>>,
    /// The one change that would cut it, as an imperative.
    pub cut: String,
    /// The changes that may cut it, for a search among them.
    pub(super) changes: Vec<Change>,
}

impl<'i> Reach<'i> {
    /// The shortest path from a source to a target: a certain one, if there is any.
    #[must_use]
    pub fn path(&self, from: &PathSource, target: &PathTarget) -> Option<AttackPath<'i>> {
        self.path_of(from, target, None)
    }

    /// The same with this certainty, or with the best that there is.
    pub(super) fn path_of(
        &self,
        from: &PathSource,
        target: &PathTarget,
        certainty: Option<Certainty>,
    ) -> Option<AttackPath<'i>> {
        let distances = self.distances(target)?;
        let numbers = self.vertices(from).into_iter();
        let numbers = numbers.map(|(vertex, _)| self.graph().layout.number(vertex));
        let best = numbers.filter_map(|number| {
            let certainty = certainty.or_else(|| distances.certainty(number))?;
            Some((certainty, distances.steps(number, certainty)?, number))
        });
        let (certainty, _, number) = best.min()?;
        let edges = distances.path(self.graph(), number, certainty);
        let steps = self.steps(number, &edges);
        let certain = edges.iter().all(|edge| edge.certain);
        let from = self.built.thing(self.graph().layout.vertex(number));
        Some(AttackPath { from, target: target.clone(), certainty: Certainty::of(certain), steps })
    }

    /// Every first step from a source, by its kind.
    pub(super) fn first_steps(&self, from: &PathSource) -> Vec<PathStep<'i>> {
        let graph = self.graph();
        let mut steps = Vec::new();
        for (vertex, _) in self.vertices(from) {
            let own = graph.layout.number(vertex);
            for edge in graph.from(own) {
                if edge.kind != StepKind::Part {
                    steps.extend(self.steps(own, &[edge]));
                    continue;
                }
                // The rights that it has.
                let of_rights = graph.from(edge.to).iter();
                steps.extend(of_rights.flat_map(|step| self.steps(own, &[edge, step])));
            }
        }
        steps
    }

    fn steps(&self, start: u32, edges: &[&Edge]) -> Vec<PathStep<'i>> {
        let vertex = |number| self.graph().layout.vertex(number);
        let mut context = Context { identity: None, gained: Vec::new() };
        let mut steps = Vec::new();
        let mut from = self.built.thing(vertex(start));
        self.enter(&mut context, vertex(start));
        let mut at = 0;
        while at < edges.len() {
            if edges[at].kind == StepKind::Part {
                self.enter(&mut context, vertex(edges[at].to));
                at += 1;
                continue;
            }
            let edge = edges[at];
            let parts =
                edges[at + 1..].iter().take_while(|edge| edge.kind == StepKind::Part).count();
            let chain: Vec<_> = edges[at..=at + parts].iter().map(|e| vertex(e.to)).collect();
            let certain = edges[at..=at + parts].iter().all(|edge| edge.certain);
            let end = chain.iter().rev().find(|v| is_solid(**v)).or(chain.first());
            let to = end.map_or_else(|| from.clone(), |end| self.built.thing(*end));
            let to = if matches!(edge.kind, StepKind::Bind | StepKind::Escalate)
                && chain.first().is_some_and(|v| matches!(v, Vertex::Rights(_)))
            {
                PathNode { name: from.name.clone(), ..from.clone() }
            } else {
                to
            };
            let through = chain.first().map(|hub| self.built.thing(*hub)).filter(|hub| *hub != to);
            let next = edges.get(at + parts + 1).copied();
            let reason = self.reason(&mut context, edge, &chain, next);
            steps.push(PathStep {
                from: std::mem::replace(&mut from, to.clone()),
                to,
                through: through
                    .filter(|_| !matches!(edge.kind, StepKind::Bind | StepKind::Escalate)),
                kind: edge.kind,
                certainty: Certainty::of(certain),
                reasons: reason.reasons,
                cut: reason.cut,
                changes: reason.changes,
            });
            for vertex in chain {
                self.enter(&mut context, vertex);
            }
            at += parts + 1;
        }
        steps
    }
}

/// Whether it is one thing rather than any of several.
fn is_solid(vertex: Vertex) -> bool {
    matches!(
        vertex,
        Vertex::Account(_)
            | Vertex::User(_)
            | Vertex::Group(_)
            | Vertex::Container(_)
            | Vertex::Node(_)
            | Vertex::ClusterAdmin
    )
}
