//! Where a role is held, and how things are numbered.

/// Where a role is held, or rights are needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::reach) enum Place {
    /// In the whole cluster.
    Cluster,
    /// In every namespace, by RoleBindings, so that cluster-scoped kinds are not in it.
    EveryNamespace,
    /// In the namespace of that number.
    Namespace(u32),
}

/// A role that an identity holds in some place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::reach) struct RoleBindingAt {
    pub(in crate::reach) place: Place,
    /// Number of the role.
    pub(in crate::reach) role: u32,
}

/// Numbers of things fit into 32 bits: a cluster has far fewer.
pub(in crate::reach) fn index(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// The number of a name in a sorted list.
pub(in crate::reach) fn find(sorted: &[String], name: &str) -> Option<u32> {
    sorted.binary_search_by(|other| other.as_str().cmp(name)).ok().map(index)
}
