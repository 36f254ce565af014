//! Names of users and groups that Kubernetes itself gives a meaning. Says nothing of what a cluster
//! binds to them.
//!
//! Source: `k8s.io/apiserver/pkg/authentication/user` and `…/serviceaccount`.

/// The group of everybody who has authenticated.
pub const AUTHENTICATED: &str = "system:authenticated";
/// The group of everybody who has not.
pub const UNAUTHENTICATED: &str = "system:unauthenticated";
/// The user that whoever has not authenticated is.
pub const ANONYMOUS: &str = "system:anonymous";
/// The group of every ServiceAccount.
pub const SERVICE_ACCOUNTS: &str = "system:serviceaccounts";
/// The group that may do everything, whatever RBAC says; no certificate for it is signed.
pub const MASTERS: &str = "system:masters";
/// The group of every kubelet.
pub const NODES: &str = "system:nodes";

/// The groups that every ServiceAccount is in.
pub const GROUPS_OF_EVERY_ACCOUNT: [&str; 2] = [AUTHENTICATED, SERVICE_ACCOUNTS];

const ACCOUNT_USER_PREFIX: &str = "system:serviceaccount:";

/// The user name of a ServiceAccount; equality with it is what upstream's `MatchesUsername` tests.
#[must_use]
pub fn account_user(namespace: &str, name: &str) -> String {
    format!("{ACCOUNT_USER_PREFIX}{namespace}:{name}")
}

/// Whether a user name is one that only ServiceAccounts have.
#[must_use]
pub fn is_account_user(user: &str) -> bool {
    user.starts_with(ACCOUNT_USER_PREFIX)
}

/// The user name of a kubelet.
#[must_use]
pub fn node_user(node: &str) -> String {
    format!("system:node:{node}")
}

/// The group of the ServiceAccounts of a namespace.
#[must_use]
pub fn namespace_group(namespace: &str) -> String {
    format!("{SERVICE_ACCOUNTS}:{namespace}")
}

/// The namespace whose ServiceAccounts this group is of; none for any other group.
#[must_use]
pub fn namespace_of_group(group: &str) -> Option<&str> {
    group.strip_prefix(SERVICE_ACCOUNTS)?.strip_prefix(':')
}
