//! The shortest path from a source to a target, and every first step from a source.

use super::attack_path::{AttackPath, PathStep};
use super::describe::describe;
use super::endpoint::{PathSource, PathTarget};
use super::node::PathNode;
use crate::evidence::Certainty;
use crate::rbac::Identity;
use crate::reach::analysis::Reach;
use crate::reach::graph::edges::Edge;
use crate::reach::graph::vertex::Vertex;
use crate::reach::steps::kind::StepKind;

/// A vertex that a source stands for.
#[derive(Clone, Copy)]
pub(in crate::reach) struct SourceVertex {
    pub(in crate::reach) vertex: Vertex,
    /// The namespace that it is in.
    pub(in crate::reach) home: Option<u32>,
}

impl<'i> Reach<'i> {
    /// The shortest path from a source to a target: a certain one, if there is any.
    #[must_use]
    pub fn path(&self, from: &PathSource, target: &PathTarget) -> Option<AttackPath<'i>> {
        self.path_of_certainty(from, target, None)
    }

    /// The shortest path with this certainty, or with the best that there is.
    pub(in crate::reach) fn path_of_certainty(
        &self,
        from: &PathSource,
        target: &PathTarget,
        certainty: Option<Certainty>,
    ) -> Option<AttackPath<'i>> {
        let distances = self.distances(target)?;
        let numbers = self.vertices(from).into_iter();
        let numbers = numbers.map(|source| self.graph().vertices.number(source.vertex));
        let best = numbers.filter_map(|number| {
            let certainty = certainty.or_else(|| distances.certainty(number))?;
            Some((certainty, distances.steps(number, certainty)?, number))
        });
        let (certainty, _, number) = best.min()?;
        let edges = distances.path(self.graph(), number, certainty);
        Some(AttackPath {
            from: describe(&self.attack_graph, self.graph().vertices.vertex(number)),
            target: target.clone(),
            certainty: all_of(edges.iter().copied()),
            steps: self.path_steps(number, &edges),
        })
    }

    /// Every first step from a source, by its kind.
    pub(in crate::reach) fn first_steps(&self, from: &PathSource) -> Vec<PathStep<'i>> {
        let graph = self.graph();
        let mut steps = Vec::new();
        for source in self.vertices(from) {
            let own = graph.vertices.number(source.vertex);
            for edge in graph.from(own) {
                if edge.kind != StepKind::Includes {
                    steps.extend(self.path_steps(own, &[edge]));
                    continue;
                }
                // The rights that it has.
                let of_rights = graph.from(edge.to).iter();
                steps.extend(of_rights.flat_map(|step| self.path_steps(own, &[edge, step])));
            }
        }
        steps
    }

    /// The vertices that a source stands for; none if it is not there.
    pub(in crate::reach) fn vertices(&self, source: &PathSource) -> Vec<SourceVertex> {
        let cluster = &self.attack_graph.cluster;
        match source {
            PathSource::Account(namespace, name) => {
                let home = cluster.namespace(namespace);
                let account = home.and_then(|home| cluster.account(home, name));
                let vertex = account.map(Vertex::Account);
                vertex.map(|vertex| SourceVertex { vertex, home }).into_iter().collect()
            }
            PathSource::Workload(workload, container) => {
                let home = cluster.namespace(&workload.namespace);
                let start = cluster.variants.partition_point(|known| known.workload < workload);
                let firsts = &self.attack_graph.pods.first_containers[start..];
                let variants = cluster.variants[start..].iter().zip(firsts);
                let own = variants.take_while(|(known, _)| known.workload == workload);
                let containers = own.flat_map(|(variant, first)| {
                    (*first..).zip(&variant.pods.facts.containers).filter(|(_, facts)| {
                        container.as_ref().is_none_or(|name| *name == facts.place.name)
                    })
                });
                let vertices = containers.map(|(number, _)| Vertex::Container(number));
                vertices.map(|vertex| SourceVertex { vertex, home }).collect()
            }
        }
    }

    /// Edges as steps: what includes something else is one step with the step to it.
    fn path_steps(&self, start: u32, edges: &[&Edge]) -> Vec<PathStep<'i>> {
        let vertex = |number| self.graph().vertices.vertex(number);
        let mut steps = Vec::new();
        let mut from = describe(&self.attack_graph, vertex(start));
        let mut identity = self.identity(vertex(start));
        let mut at = 0;
        while at < edges.len() {
            let edge = edges[at];
            if edge.kind == StepKind::Includes {
                self.enter(&mut identity, vertex(edge.to));
                at += 1;
                continue;
            }
            let included =
                edges[at + 1..].iter().take_while(|edge| edge.kind == StepKind::Includes).count();
            let hop = &edges[at..=at + included];
            let chain: Vec<_> = hop.iter().map(|edge| vertex(edge.to)).collect();
            let next = edges.get(at + included + 1).copied();
            let end = Arrival::new(self, edge.kind, &from, &chain);
            let explanation = self.explain(identity.as_ref(), edge, &chain, next);
            steps.push(PathStep {
                from: std::mem::replace(&mut from, end.to.clone()),
                to: end.to,
                through: end.through,
                kind: edge.kind,
                certainty: all_of(hop.iter().copied()),
                reasons: explanation.reasons,
                cut: explanation.cut,
                changes: explanation.changes,
            });
            for vertex in chain {
                self.enter(&mut identity, vertex);
            }
            at += included + 1;
        }
        steps
    }

    /// Another identity has other rights; rights that it gives itself are still its own.
    fn enter(&self, identity: &mut Option<Identity>, vertex: Vertex) {
        if !matches!(vertex, Vertex::Rights(_)) {
            *identity = self.identity(vertex);
        }
    }
}

/// Where a step arrives, in words.
struct Arrival {
    to: PathNode,
    /// The hub that it goes through.
    through: Option<PathNode>,
}

impl Arrival {
    fn new(reach: &Reach, kind: StepKind, from: &PathNode, chain: &[Vertex]) -> Self {
        let is_self_grant = matches!(kind, StepKind::Bind | StepKind::Escalate);
        let first = chain.first();
        if is_self_grant && first.is_some_and(|first| matches!(first, Vertex::Rights(_))) {
            return Self { to: from.clone(), through: None };
        }
        let end = chain.iter().rev().find(|vertex| is_one_thing(**vertex)).or(first);
        let to = end.map_or_else(|| from.clone(), |end| describe(&reach.attack_graph, *end));
        let through =
            first.filter(|_| !is_self_grant).map(|hub| describe(&reach.attack_graph, *hub));
        Self { through: through.filter(|hub| *hub != to), to }
    }
}

fn all_of<'e>(edges: impl Iterator<Item = &'e Edge>) -> Certainty {
    edges.fold(Certainty::Certain, |all, edge| all.and(edge.certainty))
}

/// Whether it is one thing rather than any of several.
fn is_one_thing(vertex: Vertex) -> bool {
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
