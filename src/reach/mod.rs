//! What a stolen token or an escaped container can become: a graph of identities, containers,
//! namespaces and nodes, and the shortest paths from what runs to what rules. Pure.
//!
//! ```text
//! Pods (classes of alike pods) ─┐
//!                               ├─> world ──> graph ──> search ──> Path, Blast, Cut
//! roles and bindings ───────────┘   numbers   hubs      backwards
//! ```
//!
//! The edges are those of `docs/paths.md`, which is the table in `kind.rs`. A path is an OR of
//! steps; rights that one identity needs together are one step. What two identities could do only
//! together is not followed.

mod blast_radius;
mod build;
mod build_pods;
mod change;
mod classes;
mod cuts;
mod describe;
mod escape;
mod explanation;
mod gain;
mod graph;
mod held;
mod kind;
mod lead;
mod lead_cluster;
mod lead_names;
mod limits;
mod path;
mod pods;
mod reason;
mod right;
mod search;
mod self_grant_explanation;
mod to_cluster_admin;
mod world;

pub use blast_radius::Exposure;
pub use change::Change;
pub use cuts::{Cut, Cuts, Freed};
pub use describe::{PathNode, PathSource, PathTarget};
pub use kind::{Certainty, StepKind, StepSpec};
pub use limits::{LIMITS, limits};
pub use path::{AttackPath, PathStep};
pub use pods::PodVariants;
pub use reason::Reason;
pub use to_cluster_admin::ClusterAdminPath;

use build::Built;
use graph::{Graph, Hub, Vertex};
use search::{Distances, Goal, Spaces};
use world::{World, index};

use crate::inventory::Inventory;
use crate::rbac::Resolver;

/// The paths of one cluster.
pub struct Reach<'i> {
    inventory: &'i Inventory,
    pods: &'i PodVariants,
    minor: Option<u32>,
    built: Built<'i>,
    resolver: Resolver<'i>,
    to_cluster: Distances,
    to_node: Distances,
    to_namespace: Distances,
    /// By certain steps alone, and by all.
    spaces: [Vec<Spaces>; 2],
    /// What was taken away before.
    without: Vec<Change>,
}

impl<'i> Reach<'i> {
    /// Builds the graph and searches it. `minor` is the API server's version, for example 35.
    #[must_use]
    pub fn new(inventory: &'i Inventory, pods: &'i PodVariants, minor: Option<u32>) -> Self {
        Self::build(inventory, pods, minor, Vec::new())
    }

    /// The same cluster after some changes.
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
        let built = Built::new(World::new(inventory, pods, &without), minor, &without);
        let graph = &built.graph;
        let to = |vertices: Vec<Vertex>| {
            let numbers = vertices.into_iter().map(|vertex| graph.layout.number(vertex));
            Distances::new(graph, Goal::Vertices(numbers.collect()))
        };
        let nodes = (0..index(built.world.nodes.len())).map(Vertex::Node);
        let nodes = nodes.chain([Vertex::AnyNode, Vertex::SomeNode]).collect();
        let owner = |vertex| built.owner(vertex);
        Self {
            to_cluster: to(vec![Vertex::ClusterAdmin]),
            to_node: to(nodes),
            to_namespace: Distances::new(graph, Goal::Namespace),
            spaces: [Spaces::all(graph, true, owner), Spaces::all(graph, false, owner)],
            resolver: Resolver::new(inventory),
            inventory,
            pods,
            minor,
            built,
            without,
        }
    }

    /// Vertices and edges, which is what time and memory grow with.
    #[must_use]
    pub fn size(&self) -> (usize, usize) {
        (self.built.graph.len(), self.built.graph.edges().len())
    }

    fn graph(&self) -> &Graph {
        &self.built.graph
    }

    /// How far everything is from a target; `None` for a namespace that is not there.
    fn distances(&self, target: &PathTarget) -> Option<std::borrow::Cow<'_, Distances>> {
        use std::borrow::Cow::{Borrowed, Owned};
        let to = |vertices: Vec<Vertex>| {
            let numbers = vertices.into_iter().map(|vertex| self.graph().layout.number(vertex));
            Distances::new(self.graph(), Goal::Vertices(numbers.collect()))
        };
        Some(match target {
            PathTarget::ClusterAdmin => Borrowed(&self.to_cluster),
            PathTarget::Node => Borrowed(&self.to_node),
            PathTarget::Namespace => Borrowed(&self.to_namespace),
            PathTarget::ControlPlaneNode => Owned(to(self
                .built
                .world
                .control_plane
                .iter()
                .copied()
                .map(Vertex::Node)
                .collect())),
            PathTarget::Secrets(name) => {
                Owned(to(vec![Vertex::In(Hub::Secrets, self.built.world.namespace(name)?)]))
            }
        })
    }
}

impl Built<'_> {
    /// The namespace of an object that a right can name.
    fn owner(&self, vertex: Vertex) -> Option<u32> {
        match vertex {
            Vertex::Account(account) => Some(self.world.accounts[account as usize].0),
            Vertex::Container(container) => {
                let (class, _) = self.containers[container as usize];
                self.world.namespace(&self.world.classes[class].0.namespace)
            }
            _ => None,
        }
    }
}
