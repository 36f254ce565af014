//! A path: its steps in words, each with what allows it and what would cut it.

use super::Reach;
use super::because::Because;
use super::change::Change;
use super::graph::{Edge, Vertex};
use super::kind::{Certainty, Kind};
use super::names::{Source, Target, Thing};
use super::reason::Context;

/// A shortest way from a source to a target.
#[derive(Clone, Debug)]
pub struct Path<'i> {
    /// Where it begins.
    pub from: Thing,
    /// Where it ends.
    pub target: Target,
    /// Certain if all its steps are.
    pub certainty: Certainty,
    /// Its steps; none if the source is the target.
    pub hops: Vec<Hop<'i>>,
}

/// One step.
#[derive(Clone, Debug)]
pub struct Hop<'i> {
    /// What is had before.
    pub from: Thing,
    /// What is had after.
    pub to: Thing,
    /// What the step leads to any of, where `to` is one of those.
    pub through: Option<Thing>,
    /// How.
    pub kind: Kind,
    /// How surely.
    pub certainty: Certainty,
    /// What allows it.
    pub because: Vec<Because<'i>>,
    /// The one change that would cut it, as an imperative.
    pub cut: String,
    /// The changes that may cut it, for a search among them.
    pub(super) changes: Vec<Change>,
}

impl<'i> Reach<'i> {
    /// The shortest path from a source to a target: a certain one, if there is any.
    #[must_use]
    pub fn path(&self, from: &Source, target: &Target) -> Option<Path<'i>> {
        self.path_of(from, target, None)
    }

    /// The same with this certainty, or with the best that there is.
    pub(super) fn path_of(
        &self,
        from: &Source,
        target: &Target,
        certainty: Option<Certainty>,
    ) -> Option<Path<'i>> {
        let distances = self.distances(target)?;
        let numbers = self.vertices(from).into_iter();
        let numbers = numbers.map(|(vertex, _)| self.graph().layout.number(vertex));
        let best = numbers.filter_map(|number| {
            let certainty = certainty.or_else(|| distances.certainty(number))?;
            Some((certainty, distances.steps(number, certainty)?, number))
        });
        let (certainty, _, number) = best.min()?;
        let edges = distances.path(self.graph(), number, certainty);
        let hops = self.hops(number, &edges);
        let certain = edges.iter().all(|edge| edge.certain);
        let from = self.built.thing(self.graph().layout.vertex(number));
        Some(Path { from, target: target.clone(), certainty: Certainty::of(certain), hops })
    }

    /// Every first step from a source, by its kind.
    pub(super) fn steps(&self, from: &Source) -> Vec<Hop<'i>> {
        let graph = self.graph();
        let mut steps = Vec::new();
        for (vertex, _) in self.vertices(from) {
            let own = graph.layout.number(vertex);
            for edge in graph.from(own) {
                if edge.kind != Kind::Part {
                    steps.extend(self.hops(own, &[edge]));
                    continue;
                }
                // The rights that it has.
                let of_rights = graph.from(edge.to).iter();
                steps.extend(of_rights.flat_map(|step| self.hops(own, &[edge, step])));
            }
        }
        steps
    }

    fn hops(&self, start: u32, edges: &[&Edge]) -> Vec<Hop<'i>> {
        let vertex = |number| self.graph().layout.vertex(number);
        let mut context = Context { identity: None, gained: Vec::new() };
        let mut hops = Vec::new();
        let mut from = self.built.thing(vertex(start));
        self.enter(&mut context, vertex(start));
        let mut at = 0;
        while at < edges.len() {
            if edges[at].kind == Kind::Part {
                self.enter(&mut context, vertex(edges[at].to));
                at += 1;
                continue;
            }
            let edge = edges[at];
            let parts = edges[at + 1..].iter().take_while(|edge| edge.kind == Kind::Part).count();
            let chain: Vec<_> = edges[at..=at + parts].iter().map(|e| vertex(e.to)).collect();
            let certain = edges[at..=at + parts].iter().all(|edge| edge.certain);
            let end = chain.iter().rev().find(|v| is_solid(**v)).or(chain.first());
            let to = end.map_or_else(|| from.clone(), |end| self.built.thing(*end));
            let to = if matches!(edge.kind, Kind::Bind | Kind::Escalate)
                && chain.first().is_some_and(|v| matches!(v, Vertex::Rights(_)))
            {
                Thing { name: from.name.clone(), ..from.clone() }
            } else {
                to
            };
            let through = chain.first().map(|hub| self.built.thing(*hub)).filter(|hub| *hub != to);
            let next = edges.get(at + parts + 1).copied();
            let reason = self.reason(&mut context, edge, &chain, next);
            hops.push(Hop {
                from: std::mem::replace(&mut from, to.clone()),
                to,
                through: through.filter(|_| !matches!(edge.kind, Kind::Bind | Kind::Escalate)),
                kind: edge.kind,
                certainty: Certainty::of(certain),
                because: reason.because,
                cut: reason.cut,
                changes: reason.changes,
            });
            for vertex in chain {
                self.enter(&mut context, vertex);
            }
            at += parts + 1;
        }
        hops
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
