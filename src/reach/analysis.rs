//! The analysis of one cluster: its graph, and how far everything in it is from what an attacker
//! wants. What is asked of it is in `paths` and `cuts`.

use std::borrow::Cow;

use super::cluster::index::ClusterIndex;
use super::cluster::place::index;
use super::cuts::change::Change;
use super::graph::edges::Graph;
use super::graph::namespaces::ReachedNamespaces;
use super::graph::search::{Distances, Goal};
use super::graph::vertex::{Hub, Vertex};
use super::paths::endpoint::PathTarget;
use super::pods::variant::PodVariants;
use super::steps::attack_graph::AttackGraph;
use crate::evidence::Certainty;
use crate::inventory::Inventory;
use crate::rbac::{Resolver, ServerVersion};

/// The attack paths of one cluster.
pub struct Reach<'i> {
    pub(super) inventory: &'i Inventory,
    pub(super) pods: &'i PodVariants,
    minor: Option<u32>,
    pub(super) attack_graph: AttackGraph<'i>,
    pub(super) resolver: Resolver<'i>,
    pub(super) to_cluster: Distances,
    pub(super) to_node: Distances,
    to_namespace: Distances,
    /// What each vertex reaches by certain steps alone.
    certain_namespaces: Vec<ReachedNamespaces>,
    /// What each vertex reaches by all steps.
    possible_namespaces: Vec<ReachedNamespaces>,
    /// What was taken away before.
    pub(super) without: Vec<Change>,
}

impl<'i> Reach<'i> {
    /// Builds the graph and searches it. `minor` is the API server's version, for example 35.
    #[must_use]
    pub fn new(inventory: &'i Inventory, pods: &'i PodVariants, minor: Option<u32>) -> Self {
        Self::build(inventory, pods, minor, Vec::new())
    }

    /// The paths that are left after some changes, beside those that were made before.
    #[must_use]
    pub fn without(&self, changes: &[Change]) -> Self {
        let all = self.without.iter().chain(changes).cloned().collect();
        Self::build(self.inventory, self.pods, self.minor, all)
    }

    fn build(
        inventory: &'i Inventory,
        pods: &'i PodVariants,
        minor: Option<u32>,
        without: Vec<Change>,
    ) -> Self {
        let cluster = ClusterIndex::new(inventory, pods, &without);
        let attack_graph = AttackGraph::new(cluster, ServerVersion { minor }, &without);
        let graph = &attack_graph.graph;
        let nodes = (0..index(attack_graph.cluster.nodes.len())).map(Vertex::Node);
        let nodes = nodes.chain([Vertex::AnyNode, Vertex::SomeNode]);
        let namespaces =
            |least| ReachedNamespaces::from_all(graph, least, |vertex| attack_graph.home(vertex));
        Self {
            to_cluster: distances(graph, [Vertex::ClusterAdmin]),
            to_node: distances(graph, nodes),
            to_namespace: Distances::new(graph, Goal::Namespace),
            certain_namespaces: namespaces(Certainty::Certain),
            possible_namespaces: namespaces(Certainty::Possible),
            resolver: Resolver::new(inventory),
            inventory,
            pods,
            minor,
            attack_graph,
            without,
        }
    }

    /// Vertices and edges, which is what time and memory grow with.
    #[must_use]
    pub fn size(&self) -> (usize, usize) {
        (self.graph().len(), self.graph().edges().len())
    }

    pub(super) fn graph(&self) -> &Graph {
        &self.attack_graph.graph
    }

    /// The namespaces that are reached from everywhere, by steps that are at least this sure.
    pub(super) fn namespaces(&self, at_least: Certainty) -> &[ReachedNamespaces] {
        match at_least {
            Certainty::Certain => &self.certain_namespaces,
            Certainty::Possible => &self.possible_namespaces,
        }
    }

    /// How far everything is from a target; `None` for a namespace that is not there.
    pub(super) fn distances(&self, target: &PathTarget) -> Option<Cow<'_, Distances>> {
        let cluster = &self.attack_graph.cluster;
        Some(match target {
            PathTarget::ClusterAdmin => Cow::Borrowed(&self.to_cluster),
            PathTarget::Node => Cow::Borrowed(&self.to_node),
            PathTarget::Namespace => Cow::Borrowed(&self.to_namespace),
            PathTarget::ControlPlaneNode => {
                let nodes = cluster.control_plane.iter().copied().map(Vertex::Node);
                Cow::Owned(distances(self.graph(), nodes))
            }
            PathTarget::Secrets(name) => {
                let secrets = Vertex::In(Hub::Secrets, cluster.namespace(name)?);
                Cow::Owned(distances(self.graph(), [secrets]))
            }
        })
    }
}

fn distances(graph: &Graph, to: impl IntoIterator<Item = Vertex>) -> Distances {
    let numbers = to.into_iter().map(|vertex| graph.vertices.number(vertex));
    Distances::new(graph, Goal::Vertices(numbers.collect()))
}
