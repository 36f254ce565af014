//! What a credential is, and the names that admission gives to the volume that it adds for one.

use super::Effective;

/// Where admission mounts the token; compared as an exact string there.
pub(super) const DEFAULT_MOUNT_PATH: &str = "/var/run/secrets/kubernetes.io/serviceaccount";
/// A volume with such a name is reused by admission, whatever it holds.
pub(super) const INJECTED_VOLUME_PREFIX: &str = "kube-api-access-";

/// What a container has of an API credential.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TokenAccess {
    /// None.
    None,
    /// A file or variable that its processes can read.
    Mounted,
    /// A file whose mode and owner keep the container's user out.
    Unreadable,
    /// None of its own; but that of the named container, through the shared process namespace.
    Shared(String),
}

/// One credential that a container may find.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    /// File, or `$NAME` for an environment variable.
    pub place: String,
    /// Whose token it is, where that is not the pod's own ServiceAccount.
    pub account: Option<String>,
    /// Whether it is a token of the pod's own ServiceAccount, as admission would mount one.
    pub is_projection: bool,
    /// Whether the API server accepts it and the container can read it.
    pub access: Effective<TokenAccess>,
}

/// Whether admission gives such a name to a volume.
pub(super) fn is_injected(name: &str) -> bool {
    name.starts_with(INJECTED_VOLUME_PREFIX)
}

/// The name to show of a volume: admission's random suffix would make every replica look different.
pub(super) fn shown_name(name: &str) -> &str {
    if is_injected(name) { "kube-api-access-*" } else { name }
}
