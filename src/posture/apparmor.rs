//! Which `AppArmor` profile confines a container.
//!
//! Sources: `pkg/security/apparmor/helpers.go` (`GetProfile`), containerd
//! `internal/cri/sputil/apparmor_linux.go` (`GenerateApparmorSpecOpts`), CRI-O
//! `server/container_create_linux.go` (`specSetApparmorProfile`), Docker `daemon/oci_linux.go`
//! (`WithApparmor`).

use crate::evidence::{Evidence, EvidenceSource};
use crate::inventory::{APPARMOR_ANNOTATION_PREFIX, Profile};
use crate::object::FieldPath;

use super::platform::Runtime;
use super::scope::ContainerScope;
use super::{Effective, Gap};

const FIELD: &str = "securityContext.appArmorProfile";

/// A profile, where the node has `AppArmor`; elsewhere none confines anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AppArmor {
    /// The runtime's own.
    RuntimeDefault,
    /// A profile of the node, by name.
    Localhost(String),
    /// None.
    Unconfined,
}

impl AppArmor {
    /// The word that the API uses; a profile of the node with its name.
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Self::RuntimeDefault => "RuntimeDefault".to_owned(),
            Self::Localhost(name) => format!("Localhost {name}"),
            Self::Unconfined => "Unconfined".to_owned(),
        }
    }
}

/// The container's field, its annotation, the pod's field, the runtime's default, in that order;
/// privileged containers have none but a profile of the node.
pub(super) fn app_armor(
    scope: &ContainerScope,
    privileged: &Effective<bool>,
    runtime: &Effective<Runtime>,
) -> Effective<AppArmor> {
    let mut set = declared(scope).into_iter();
    let Some((first, evidence)) = set.next() else {
        if privileged.is(|p| *p) {
            return Effective::known(AppArmor::Unconfined, privileged.decided_by.clone());
        }
        let path = scope.path(FIELD);
        let default = Evidence::new(EvidenceSource::RuntimeDefault, path, "RuntimeDefault");
        let unset = scope.unset(FIELD).into_iter();
        return Effective::known(AppArmor::RuntimeDefault, unset.chain([default]));
    };
    let losers = set.map(|(_, loser)| loser);
    if !privileged.is(|p| *p) {
        return Effective::known(first, [evidence]).over(losers);
    }
    let mode = privileged.decided_by.iter().cloned();
    match (&first, runtime.get()) {
        (AppArmor::Localhost(_), Some(Runtime::Containerd | Runtime::CriDockerd)) => {
            let why = [evidence].into_iter().chain(runtime.decided_by.iter().cloned());
            Effective::known(first, why).over(losers)
        }
        (AppArmor::Localhost(_), None) => Effective::unknown(
            Gap::new(
                "containerd and Docker confine a privileged container by a profile of the node, \
                 CRI-O does not, and the runtime is not known",
                "scan once the pod runs, or allow podaudit to list nodes",
            ),
            mode.chain([evidence]),
        )
        .over(losers),
        _ => {
            Effective::known(AppArmor::Unconfined, mode).over([evidence].into_iter().chain(losers))
        }
    }
}

/// What is set, the winner first.
fn declared(scope: &ContainerScope) -> Vec<(AppArmor, Evidence)> {
    let field = |path: FieldPath, profile: &Option<Profile>| {
        let profile = profile.as_ref()?;
        let value = parse(&profile.r#type, profile.localhost_profile.as_deref())?;
        Some((value.clone(), Evidence::field(path, value.describe())))
    };
    let own = field(scope.path(FIELD), &scope.container.security_context.app_armor_profile);
    let pod = field(scope.pod_path(FIELD), &scope.pod.spec.security_context.app_armor_profile);
    [own, annotated(scope), pod].into_iter().flatten().collect()
}

fn annotated(scope: &ContainerScope) -> Option<(AppArmor, Evidence)> {
    let key = format!("{APPARMOR_ANNOTATION_PREFIX}{}", scope.container.name);
    let text = scope.pod.metadata.annotations.get(&key)?;
    let value = match text.as_str() {
        "runtime/default" => AppArmor::RuntimeDefault,
        "unconfined" => AppArmor::Unconfined,
        // Any other text counts as unset.
        other => AppArmor::Localhost(other.strip_prefix("localhost/")?.to_owned()),
    };
    let path = scope.pod.annotation_path(&key);
    Some((value, Evidence::field(path, text)))
}

fn parse(kind: &str, name: Option<&str>) -> Option<AppArmor> {
    match kind {
        "RuntimeDefault" => Some(AppArmor::RuntimeDefault),
        "Unconfined" => Some(AppArmor::Unconfined),
        "Localhost" => Some(AppArmor::Localhost(name.unwrap_or_default().to_owned())),
        _ => None,
    }
}
