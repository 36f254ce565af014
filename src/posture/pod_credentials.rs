//! What remains of a pod's posture once everything else has been judged: its tokens. What they are
//! worth shows only when all pods are known, and whole postures are too large to be there till then.

use super::container::ContainerPosture;
use super::credential::TokenAccess;
use super::effective::Effective;
use super::pod::PodPosture;

/// Whose tokens a pod has, unless they say otherwise.
#[derive(Clone, Debug)]
pub struct PodAccount {
    /// The pod's namespace, empty for a manifest that names none.
    pub namespace: String,
    /// The ServiceAccount that it runs as.
    pub service_account: Option<String>,
}

/// The credentials of a container.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ContainerCredentials {
    /// What it has of an API credential, all in all.
    pub token: Effective<TokenAccess>,
    /// The tokens that it can read, in the order of its mounts and variables.
    pub mounted: Vec<MountedToken>,
}

/// A token that a container can read.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MountedToken {
    /// File, or `$NAME` for an environment variable.
    pub place: String,
    /// Whose token it is, where that is not the pod's own ServiceAccount.
    pub account: Option<String>,
}

impl PodAccount {
    /// The ServiceAccount of this pod.
    #[must_use]
    pub fn new(pod: &PodPosture) -> Self {
        Self {
            namespace: pod.object.namespace.clone().unwrap_or_default(),
            service_account: pod.service_account.get().cloned(),
        }
    }
}

impl From<ContainerPosture> for ContainerCredentials {
    fn from(container: ContainerPosture) -> Self {
        let is_mounted =
            |access: &Effective<TokenAccess>| access.is(|access| *access == TokenAccess::Mounted);
        let mounted = container.credentials.into_iter().filter(|c| is_mounted(&c.access));
        let mounted = mounted.map(|c| MountedToken { place: c.place, account: c.account });
        Self { token: container.token, mounted: mounted.collect() }
    }
}
