//! The steps of the graph: the kinds that there are, and where a cluster has them, from containers,
//! nodes and the rights of identities.

pub(super) mod attack_graph;
pub(super) mod builder;
pub(super) mod cluster_rights;
pub(super) mod collector;
pub(super) mod kind;
pub(super) mod named_rights;
pub(super) mod nodes;
pub(super) mod pod_index;
pub(super) mod pods;
pub(super) mod rights;
pub(super) mod run_pods;
