//! Who asks, as authentication would tell the authorizer.

use std::collections::BTreeSet;

use super::well_known::{GROUPS_OF_EVERY_ACCOUNT, account_user, namespace_group};

/// A user name and the groups that come with it.
///
/// Upstream: `k8s.io/apiserver/pkg/authentication/user`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Identity {
    /// For example `system:serviceaccount:shop:cart`.
    pub user: String,
    /// For example `system:authenticated`.
    pub groups: BTreeSet<String>,
}

impl Identity {
    /// The identity that a token of this ServiceAccount carries.
    ///
    /// Upstream: `MakeUsername` and `MakeGroupNames` of
    /// `k8s.io/apiserver/pkg/authentication/serviceaccount`, and the group that every user has who
    /// is known.
    #[must_use]
    pub fn service_account(namespace: &str, name: &str) -> Self {
        let mut groups = BTreeSet::from(GROUPS_OF_EVERY_ACCOUNT.map(str::to_owned));
        groups.insert(namespace_group(namespace));
        Self { user: account_user(namespace, name), groups }
    }
}
