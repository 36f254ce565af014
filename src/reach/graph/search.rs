//! Backwards from a target: how many steps away everything is, by certain steps alone and by all.
//! One walk over the graph a target; a step from a hub to what it includes costs nothing.

use std::collections::VecDeque;

use super::edges::{Edge, Graph};
use super::namespaces::ReachedNamespaces;
use super::vertex::Vertex;
use crate::evidence::Certainty;
use crate::reach::steps::kind::StepKind;

/// The distance of what does not lead there.
const FAR: u32 = u32::MAX;

/// Where a search ends.
#[derive(Clone, Debug)]
pub(in crate::reach) enum Goal {
    /// At one of these, sorted.
    Vertices(Vec<u32>),
    /// With a step of an identity into some namespace.
    Namespace,
}

impl Goal {
    fn is(&self, vertex: u32) -> bool {
        matches!(self, Self::Vertices(vertices) if vertices.binary_search(&vertex).is_ok())
    }

    fn ends_with(&self, graph: &Graph, edge: &Edge) -> bool {
        matches!(self, Self::Namespace) && leads_into_a_namespace(graph, edge)
    }
}

/// Steps from every vertex to a goal.
#[derive(Clone, Debug)]
pub(in crate::reach) struct Distances {
    goal: Goal,
    /// The distance of each vertex by certain steps alone.
    certain: Vec<u32>,
    /// The distance of each vertex by all steps.
    any: Vec<u32>,
}

impl Distances {
    pub(in crate::reach) fn new(graph: &Graph, mut goal: Goal) -> Self {
        if let Goal::Vertices(vertices) = &mut goal {
            vertices.sort_unstable();
        }
        let certain = walk(graph, &goal, Certainty::Certain);
        let any = walk(graph, &goal, Certainty::Possible);
        Self { goal, certain, any }
    }

    /// The surest certainty with which the goal can be reached.
    pub(in crate::reach) fn certainty(&self, from: u32) -> Option<Certainty> {
        let all = [Certainty::Certain, Certainty::Possible];
        all.into_iter().find(|certainty| self.steps(from, *certainty).is_some())
    }

    fn distances(&self, certainty: Certainty) -> &[u32] {
        match certainty {
            Certainty::Certain => &self.certain,
            Certainty::Possible => &self.any,
        }
    }

    /// Steps to the goal, if it can be reached so.
    pub(in crate::reach) fn steps(&self, from: u32, certainty: Certainty) -> Option<u32> {
        Some(self.distances(certainty)[from as usize]).filter(|steps| *steps != FAR)
    }

    /// A shortest path, the same on every run.
    pub(in crate::reach) fn path<'g>(
        &self,
        graph: &'g Graph,
        from: u32,
        certainty: Certainty,
    ) -> Vec<&'g Edge> {
        let distances = self.distances(certainty);
        let mut path = Vec::new();
        let mut at = from;
        while distances[at as usize] != FAR && !self.goal.is(at) {
            let usable = |edge: &&Edge| edge.certainty <= certainty;
            let steps = graph.from(at).iter().filter(usable);
            let here = distances[at as usize];
            let ends = |edge: &Edge| here == 1 && self.goal.ends_with(graph, edge);
            let nears = |edge: &Edge| {
                let there = distances[edge.to as usize];
                there != FAR && there + cost(edge) == here
            };
            let Some(edge) =
                steps.clone().find(|e| nears(e)).or_else(|| steps.clone().find(|e| ends(e)))
            else {
                break;
            };
            path.push(edge);
            if !nears(edge) {
                break;
            }
            at = edge.to;
        }
        path
    }
}

fn cost(edge: &Edge) -> u32 {
    u32::from(edge.kind != StepKind::Includes)
}

/// The distance from everything to the goal, by steps that are at least this sure.
fn walk(graph: &Graph, goal: &Goal, at_least: Certainty) -> Vec<u32> {
    let mut distances = vec![FAR; graph.len()];
    let mut queue = VecDeque::new();
    if let Goal::Vertices(vertices) = goal {
        for vertex in vertices {
            distances[*vertex as usize] = 0;
            queue.push_back(*vertex);
        }
    }
    for edge in graph.edges().iter().filter(|edge| edge.certainty <= at_least) {
        if goal.ends_with(graph, edge) && distances[edge.from as usize] == FAR {
            distances[edge.from as usize] = 1;
            queue.push_back(edge.from);
        }
    }
    while let Some(vertex) = queue.pop_front() {
        let here = distances[vertex as usize];
        for edge in graph.to(vertex).filter(|edge| edge.certainty <= at_least) {
            let there = here + cost(edge);
            if there < distances[edge.from as usize] {
                distances[edge.from as usize] = there;
                if there == here {
                    queue.push_front(edge.from);
                } else {
                    queue.push_back(edge.from);
                }
            }
        }
    }
    distances
}

fn leads_into_a_namespace(graph: &Graph, edge: &Edge) -> bool {
    let is_named = |to| matches!(to, Vertex::Account(_) | Vertex::Container(_));
    let from_rights = matches!(graph.vertices.vertex(edge.from), Vertex::Rights(_));
    from_rights && is_named(graph.vertices.vertex(edge.to))
        || ReachedNamespaces::by_hub(graph, edge) != ReachedNamespaces::None
}
