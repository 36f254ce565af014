//! What a stolen token or an escaped container can become: a graph of identities, containers,
//! namespaces and nodes, and the shortest paths from what runs to what an attacker wants. Pure.
//!
//! ```text
//! pods ─────────────┐
//!                   ├─> cluster ──> steps ──> graph ──> paths, cuts
//! rights of roles ──┘   numbers     edges     search
//! ```
//!
//! The steps are those of `docs/paths.md`, which is the table in `steps/kind.rs`. A path is an OR of
//! steps; rights that one identity needs together are one step. What two identities could do only
//! together is not followed.

mod analysis;
mod cluster;
mod cuts;
mod graph;
mod limits;
mod paths;
mod pods;
mod rights;
mod steps;

pub use crate::evidence::Certainty;
pub use analysis::Reach;
pub use cuts::change::Change;
pub use cuts::greedy::{Cut, Cuts, Freed};
pub use limits::{LIMITS, limits};
pub use paths::attack_path::{AttackPath, PathStep};
pub use paths::blast_radius::{Exposure, WorkloadBlast};
pub use paths::endpoint::{PathSource, PathTarget};
pub use paths::node::{PathNode, PathNodeKind};
pub use paths::reason::Reason;
pub use paths::to_cluster_admin::ClusterAdminPath;
pub use pods::variant::PodVariants;
pub use steps::kind::{StepKind, StepSpec};
