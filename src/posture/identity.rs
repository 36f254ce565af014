//! Whom a container's first process runs as.
//!
//! Sources: `pkg/securitycontext/util.go` (precedence), `pkg/kubelet/kuberuntime`
//! (`verifyRunAsNonRoot`), KEP-3619 (`status…user.linux`).

use crate::evidence::{Evidence, EvidenceSource};

use super::scope::ContainerScope;
use super::{Effective, Gap};

/// The identity of the first process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StartUser {
    /// This user id, inside the container's user namespace.
    Uid(i64),
    /// Some user other than root: the kubelet starts no other.
    NonRoot,
    /// Nobody: the kubelet refuses to start the container.
    Refused,
    /// This Windows user.
    Windows(String),
}

impl StartUser {
    /// Whether this is uid 0, or the administrator of a Windows container.
    #[must_use]
    pub fn is_root(&self) -> bool {
        match self {
            Self::Uid(uid) => *uid == 0,
            Self::Windows(name) => name.eq_ignore_ascii_case("ContainerAdministrator"),
            Self::NonRoot | Self::Refused => false,
        }
    }
}

/// The user of a Linux container at its start; the process may change it later.
pub(super) fn linux(scope: &ContainerScope) -> Effective<StartUser> {
    let own = &scope.container.security_context;
    let pod = &scope.pod.spec.security_context;
    let user = scope.inherited(
        "securityContext.runAsUser",
        own.run_as_user.as_ref(),
        pod.run_as_user.as_ref(),
        |uid| *uid,
    );
    let non_root = scope.inherited(
        "securityContext.runAsNonRoot",
        own.run_as_non_root.as_ref(),
        pod.run_as_non_root.as_ref(),
        |set| *set,
    );
    match (observed(scope), user, non_root) {
        (Some(observed), user, _) if !scope.is_waiting() => {
            let fields = user.into_iter().flat_map(Effective::evidence);
            Effective::known(StartUser::Uid(observed.0), [observed.1]).over(fields)
        }
        (_, Some(user), Some(refuse)) if user.is(|uid| *uid == 0) && refuse.is(|r| *r) => {
            let both = user.decided_by.into_iter().chain(refuse.decided_by);
            let losers = user.overruled.into_iter().chain(refuse.overruled);
            Effective::known(StartUser::Refused, both).over(losers)
        }
        (_, Some(user), _) => user.map(StartUser::Uid),
        (_, None, Some(refuse)) if refuse.is(|r| *r) && refused(scope).is_some() => {
            let losers = refuse.overruled;
            let both = refused(scope).into_iter().chain(refuse.decided_by);
            Effective::known(StartUser::Refused, both).over(losers)
        }
        (_, None, Some(refuse)) if refuse.is(|r| *r) => refuse.map(|_| StartUser::NonRoot),
        // The last incarnation of a container that is to start again: the same image, or an
        // older one.
        (Some((uid, mut observed)), None, _) => {
            observed.source = EvidenceSource::Assumed;
            Effective::known(StartUser::Uid(uid), [observed])
        }
        (None, None, refuse) => Effective::unknown(
            Gap::new(
                "the image's USER decides, and the API does not show it",
                "set runAsNonRoot: true or runAsUser; or scan a running pod on a node that \
                 reports status.containerStatuses[].user (Kubernetes 1.33 with containerd 2.0 \
                 or CRI-O 1.31)",
            ),
            scope.unset("securityContext.runAsUser").into_iter().chain(match refuse {
                Some(refused_not) => refused_not.decided_by,
                None => scope.unset("securityContext.runAsNonRoot").into(),
            }),
        ),
    }
}

/// The user of a Windows container.
pub(super) fn windows(scope: &ContainerScope) -> Effective<StartUser> {
    let own = scope.container.security_context.windows_options.as_ref();
    let pod = scope.pod.spec.security_context.windows_options.as_ref();
    let name = scope.inherited(
        "securityContext.windowsOptions.runAsUserName",
        own.and_then(|w| w.run_as_user_name.as_ref()),
        pod.and_then(|w| w.run_as_user_name.as_ref()),
        String::clone,
    );
    let non_root = scope.inherited(
        "securityContext.runAsNonRoot",
        scope.container.security_context.run_as_non_root.as_ref(),
        scope.pod.spec.security_context.run_as_non_root.as_ref(),
        |set| *set,
    );
    match name.map(|name| name.map(StartUser::Windows)) {
        Some(name) if name.is(StartUser::is_root) && non_root.as_ref().is_some_and(is_set) => {
            let refuse = non_root.map(Effective::evidence).into_iter().flatten();
            let both = name.decided_by.into_iter().chain(refuse);
            Effective::known(StartUser::Refused, both).over(name.overruled)
        }
        Some(name) => name,
        None => Effective::unknown(
            Gap::new(
                "the image's USER decides, and the API does not show it",
                "set windowsOptions.runAsUserName",
            ),
            scope.unset("securityContext.windowsOptions.runAsUserName"),
        ),
    }
}

fn is_set(fact: &Effective<bool>) -> bool {
    fact.is(|set| *set)
}

/// The kubelet's word that it does not start the container, because its image would run as root or
/// as a user of whom it cannot tell.
fn refused(scope: &ContainerScope) -> Option<Evidence> {
    let waiting = scope.status()?.state.waiting.as_ref()?;
    let by_policy =
        waiting.reason == "CreateContainerConfigError" && waiting.message.is_about_run_as_non_root;
    let path = scope.status_path("state.waiting.reason");
    by_policy.then(|| Evidence::new(EvidenceSource::Observed, path, &waiting.reason))
}

/// What the kubelet saw the first process run as.
fn observed(scope: &ContainerScope) -> Option<(i64, Evidence)> {
    let uid = scope.status()?.user.as_ref()?.linux.as_ref()?.uid?;
    Some((uid, Evidence::new(EvidenceSource::Observed, scope.status_path("user.linux.uid"), uid)))
}
