//! Who asks, as authentication would tell the authorizer.

use std::collections::BTreeSet;

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
        let groups = [
            "system:serviceaccounts".to_owned(),
            format!("system:serviceaccounts:{namespace}"),
            "system:authenticated".to_owned(),
        ];
        Self { user: service_account_user(namespace, name), groups: groups.into() }
    }
}

/// The user name of a ServiceAccount; equality with it is what upstream's `MatchesUsername` tests.
pub(super) fn service_account_user(namespace: &str, name: &str) -> String {
    format!("system:serviceaccount:{namespace}:{name}")
}
