//! Which namespaces an attacker gets into from everywhere, as far as a blast radius tells them
//! apart: none, one, or more.

use super::edges::{Edge, Graph};
use super::vertex::Vertex;
use crate::evidence::Certainty;

/// The namespaces that are reached. It only ever grows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::reach) enum ReachedNamespaces {
    #[default]
    None,
    /// The namespace of this number.
    One(u32),
    Many,
}

impl ReachedNamespaces {
    fn join(self, other: Self) -> Self {
        match (self, other) {
            (Self::None, reached) | (reached, Self::None) => reached,
            (Self::One(a), Self::One(b)) if a == b => self,
            _ => Self::Many,
        }
    }

    /// What a step of an identity to any of several things leads into.
    pub(super) fn by_hub(graph: &Graph, edge: &Edge) -> Self {
        if !matches!(graph.vertices.vertex(edge.from), Vertex::Rights(_)) {
            return Self::None;
        }
        match graph.vertices.vertex(edge.to) {
            Vertex::In(_, namespace) => Self::One(namespace),
            Vertex::All(_) | Vertex::AnyNodeIdentity | Vertex::OnNode(_) | Vertex::ClusterAdmin => {
                Self::Many
            }
            _ => Self::None,
        }
    }

    /// From every vertex, by steps that are at least this sure. `home` tells the namespace of an
    /// object that a right can name.
    pub(in crate::reach) fn from_all(
        graph: &Graph,
        at_least: Certainty,
        home: impl Fn(Vertex) -> Option<u32>,
    ) -> Vec<Self> {
        let mut reached = vec![Self::None; graph.len()];
        let mut queue = Vec::new();
        for edge in graph.edges().iter().filter(|edge| edge.certainty <= at_least) {
            let named = match graph.vertices.vertex(edge.from) {
                // A named object is in the namespace that holds it.
                Vertex::Rights(_) => home(graph.vertices.vertex(edge.to)).map(Self::One),
                _ => None,
            };
            let led = named.unwrap_or_else(|| Self::by_hub(graph, edge));
            let joined = reached[edge.from as usize].join(led);
            if joined != reached[edge.from as usize] {
                reached[edge.from as usize] = joined;
                queue.push(edge.from);
            }
        }
        while let Some(vertex) = queue.pop() {
            let here = reached[vertex as usize];
            for edge in graph.to(vertex).filter(|edge| edge.certainty <= at_least) {
                let joined = reached[edge.from as usize].join(here);
                if joined != reached[edge.from as usize] {
                    reached[edge.from as usize] = joined;
                    queue.push(edge.from);
                }
            }
        }
        reached
    }
}
