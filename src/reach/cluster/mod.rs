//! What the graph is made of, before it is one: namespaces, ServiceAccounts, nodes, roles and
//! bindings of the cluster, each by its number.

pub(super) mod index;
pub(super) mod place;
pub(super) mod roles;
