//! A set of the rights that attack paths follow, in as many bits.

use std::sync::LazyLock;

use crate::rbac::{RIGHTS, Right, RightScope, right_spec};

/// A set of rights.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::reach) struct RightSet(u128);

impl RightSet {
    pub(in crate::reach) const NONE: Self = Self(0);

    /// The set of these.
    pub(in crate::reach) fn of_rights(rights: &[Right]) -> Self {
        rights.iter().fold(Self::NONE, |set, right| Self(set.0 | bit(*right)))
    }

    /// All that can be had in a namespace.
    pub(in crate::reach) fn namespace_admin() -> Self {
        *IN_NAMESPACE
    }

    pub(in crate::reach) fn has(self, right: Right) -> bool {
        self.0 & bit(right) != 0
    }

    pub(in crate::reach) fn insert(&mut self, right: Right) {
        self.0 |= bit(right);
    }

    pub(in crate::reach) fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(in crate::reach) fn minus(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub(in crate::reach) fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The rights in it, in their order.
    pub(in crate::reach) fn iter(self) -> impl Iterator<Item = Right> {
        all_rights().filter(move |right| self.has(*right))
    }

    /// What a RoleBinding can grant of them.
    pub(in crate::reach) fn in_namespace(self) -> Self {
        Self(self.0 & IN_NAMESPACE.0)
    }
}

/// All that a RoleBinding can grant. All verbs on everything in one namespace are less than the
/// right to everything.
static IN_NAMESPACE: LazyLock<RightSet> = LazyLock::new(|| {
    let grantable = |right: &Right| {
        right_spec(*right).scope == RightScope::Namespace && *right != Right::Everything
    };
    RightSet::of_rights(&all_rights().filter(grantable).collect::<Vec<_>>())
});

/// Every right that paths follow, in their order.
pub(in crate::reach) fn all_rights() -> impl Iterator<Item = Right> {
    RIGHTS.iter().map(|spec| spec.right)
}

fn bit(right: Right) -> u128 {
    1 << right as u8
}
