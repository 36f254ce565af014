//! Backwards from a target: how many steps away everything is, by certain steps alone and by all.
//! One walk over the graph a target; a step from a hub to its parts costs nothing.

use std::collections::VecDeque;

use super::graph::{Edge, Graph, Vertex};
use super::kind::{Certainty, StepKind};

/// No way there.
const FAR: u32 = u32::MAX;

/// Where a search ends.
#[derive(Clone, Debug)]
pub(super) enum Goal {
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
pub(super) struct Distances {
    goal: Goal,
    certain: Vec<u32>,
    any: Vec<u32>,
}

impl Distances {
    pub(super) fn new(graph: &Graph, mut goal: Goal) -> Self {
        if let Goal::Vertices(vertices) = &mut goal {
            vertices.sort_unstable();
        }
        let certain = walk(graph, &goal, true);
        let any = walk(graph, &goal, false);
        Self { goal, certain, any }
    }

    /// The surest certainty with which the goal can be reached.
    pub(super) fn certainty(&self, from: u32) -> Option<Certainty> {
        let near = |distances: &[u32]| distances[from as usize] != FAR;
        match (near(&self.certain), near(&self.any)) {
            (true, _) => Some(Certainty::Certain),
            (false, true) => Some(Certainty::Possible),
            (false, false) => None,
        }
    }

    fn of(&self, certainty: Certainty) -> &[u32] {
        match certainty {
            Certainty::Certain => &self.certain,
            Certainty::Possible => &self.any,
        }
    }

    /// Steps to the goal, if it can be reached so.
    pub(super) fn steps(&self, from: u32, certainty: Certainty) -> Option<u32> {
        Some(self.of(certainty)[from as usize]).filter(|steps| *steps != FAR)
    }

    /// A shortest way, the same on every run.
    pub(super) fn path<'g>(
        &self,
        graph: &'g Graph,
        from: u32,
        certainty: Certainty,
    ) -> Vec<&'g Edge> {
        let distances = self.of(certainty);
        let mut path = Vec::new();
        let mut at = from;
        while distances[at as usize] != FAR && !self.goal.is(at) {
            let usable = |edge: &&Edge| edge.certain || certainty == Certainty::Possible;
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
    u32::from(edge.kind != StepKind::Part)
}

fn walk(graph: &Graph, goal: &Goal, only_certain: bool) -> Vec<u32> {
    let mut distances = vec![FAR; graph.len()];
    let mut queue = VecDeque::new();
    if let Goal::Vertices(vertices) = goal {
        for vertex in vertices {
            distances[*vertex as usize] = 0;
            queue.push_back(*vertex);
        }
    }
    for edge in graph.edges().iter().filter(|edge| edge.certain || !only_certain) {
        if goal.ends_with(graph, edge) && distances[edge.from as usize] == FAR {
            distances[edge.from as usize] = 1;
            queue.push_back(edge.from);
        }
    }
    while let Some(vertex) = queue.pop_front() {
        let here = distances[vertex as usize];
        for edge in graph.to(vertex).filter(|edge| edge.certain || !only_certain) {
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
    let from_rights = matches!(graph.layout.vertex(edge.from), Vertex::Rights(_));
    from_rights && is_named(graph.layout.vertex(edge.to)) || Spaces::of(graph, edge) != Spaces::None
}

/// Which namespaces are in reach: none, one, or more. It only ever grows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Spaces {
    #[default]
    None,
    One(u32),
    Many,
}

impl Spaces {
    fn join(self, other: Self) -> Self {
        match (self, other) {
            (Self::None, spaces) | (spaces, Self::None) => spaces,
            (Self::One(a), Self::One(b)) if a == b => self,
            _ => Self::Many,
        }
    }

    /// What a step of an identity leads into.
    fn of(graph: &Graph, edge: &Edge) -> Self {
        if !matches!(graph.layout.vertex(edge.from), Vertex::Rights(_)) {
            return Self::None;
        }
        match graph.layout.vertex(edge.to) {
            Vertex::In(_, namespace) => Self::One(namespace),
            Vertex::All(_) | Vertex::AnyNodeIdentity | Vertex::On(_) | Vertex::ClusterAdmin => {
                Self::Many
            }
            _ => Self::None,
        }
    }

    /// Of every vertex.
    pub(super) fn all(
        graph: &Graph,
        only_certain: bool,
        owner: impl Fn(Vertex) -> Option<u32>,
    ) -> Vec<Self> {
        let mut spaces = vec![Self::None; graph.len()];
        let mut queue = Vec::new();
        for edge in graph.edges().iter().filter(|edge| edge.certain || !only_certain) {
            let own = match graph.layout.vertex(edge.from) {
                // A named object is in the namespace that holds it.
                Vertex::Rights(_) => owner(graph.layout.vertex(edge.to)).map(Self::One),
                _ => None,
            };
            let led = own.unwrap_or_else(|| Self::of(graph, edge));
            let joined = spaces[edge.from as usize].join(led);
            if joined != spaces[edge.from as usize] {
                spaces[edge.from as usize] = joined;
                queue.push(edge.from);
            }
        }
        while let Some(vertex) = queue.pop() {
            let here = spaces[vertex as usize];
            for edge in graph.to(vertex).filter(|edge| edge.certain || !only_certain) {
                let joined = spaces[edge.from as usize].join(here);
                if joined != spaces[edge.from as usize] {
                    spaces[edge.from as usize] = joined;
                    queue.push(edge.from);
                }
            }
        }
        spaces
    }
}
