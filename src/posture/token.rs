//! Whether a container can read a credential that the API server accepts, and what its pod and
//! ServiceAccount declare about it.
//!
//! Source: `plugin/pkg/admission/serviceaccount/admission.go`.

use crate::evidence::{Evidence, EvidenceSource};
use crate::object::FieldPath;

use super::credential::{Credential, DEFAULT_MOUNT_PATH, TokenAccess, is_injected};
use super::scope::ContainerScope;
use super::{Effective, Gap};

/// What `automountServiceAccountToken` asks for: the pod's value, the ServiceAccount's, or true.
pub(super) fn declared(scope: &ContainerScope) -> Effective<bool> {
    const FIELD: &str = "automountServiceAccountToken";
    let pod = scope.pod;
    let account_name = service_account_name(scope);
    let account = scope.inventory.service_account(pod.namespace(), account_name);
    let account_says = account.and_then(|account| {
        let value = account.automount_service_account_token?;
        Some((value, Evidence::field(FieldPath::new(FIELD), value).on(account.reference())))
    });
    let path = scope.pod_path(FIELD);
    if let Some(value) = pod.spec.automount_service_account_token {
        return Effective::known(value, [Evidence::field(path, value)])
            .over(account_says.map(|(_, evidence)| evidence));
    }
    match (account, account_says) {
        (_, Some((value, evidence))) => Effective::known(value, [evidence]),
        (Some(_), None) => {
            Effective::known(true, [Evidence::new(EvidenceSource::Default, path, "true")])
        }
        (None, _) => Effective::unknown(
            Gap::new(
                format!(
                    "the pod leaves it to ServiceAccount {}/{account_name}, which was not read",
                    pod.namespace()
                ),
                "include the ServiceAccount, or set automountServiceAccountToken on the pod",
            ),
            [Evidence::unset(path)],
        ),
    }
}

/// The ServiceAccount that the pod runs as.
pub(super) fn service_account_name<'a>(scope: &ContainerScope<'a>) -> &'a str {
    let spec = &scope.pod.spec;
    [&spec.service_account_name, &spec.service_account]
        .into_iter()
        .find(|name| !name.is_empty())
        .map_or("default", String::as_str)
}

/// The container's own access: the surest of its credentials.
pub(super) fn own_access(
    scope: &ContainerScope,
    credentials: &[Credential],
    declared: &Effective<bool>,
) -> Effective<TokenAccess> {
    let first = |wanted: fn(&Effective<TokenAccess>) -> bool| {
        credentials.iter().map(|c| &c.access).find(|access| wanted(access)).cloned()
    };
    first(|a| a.is(|t| *t == TokenAccess::Mounted))
        .or_else(|| first(|a| a.value.is_err()))
        .or_else(|| first(|a| a.is(|t| *t == TokenAccess::Unreadable)))
        .unwrap_or_else(|| nothing(scope, declared))
}

fn nothing(scope: &ContainerScope, declared: &Effective<bool>) -> Effective<TokenAccess> {
    let path = scope.path("volumeMounts");
    let nothing = "no volume with an API token";
    if scope.pod.is_admitted() || scope.pod.is_mirror() {
        return Effective::known(TokenAccess::None, [Evidence::field(path, nothing)]);
    }
    let predicted = Evidence::new(EvidenceSource::Admission, path, nothing);
    Effective::known(TokenAccess::None, [predicted].into_iter().chain(declared.decided_by.clone()))
}

/// Why a container has something else than what is declared, in words that read well after
/// "because"; none if it has not.
pub(super) fn difference(
    scope: &ContainerScope,
    credentials: &[Credential],
    declared: &Effective<bool>,
) -> Option<&'static str> {
    let is_there =
        |c: &&Credential| c.is_projection && c.access.is(|access| *access != TokenAccess::None);
    let has_token = credentials.iter().any(|c| is_there(&c));
    let mounts = &scope.container.volume_mounts;
    let at_default = mounts.iter().find(|m| m.mount_path == DEFAULT_MOUNT_PATH);
    // The pod's own field cannot change, a ServiceAccount can.
    let may_have_changed = scope.pod.spec.automount_service_account_token.is_none();
    match (declared.get()?, has_token) {
        (true, true) | (false, false) => None,
        (false, true) => match at_default {
            Some(mount) if may_have_changed && is_injected(&mount.name) => Some(CHANGED),
            _ => Some("the pod mounts a token volume of its own"),
        },
        (true, false) => match at_default {
            Some(_) => Some("another volume is mounted at its path, and admission adds none there"),
            None if may_have_changed => Some(CHANGED),
            None => Some("admission has not mounted one into this container"),
        },
    }
}

const CHANGED: &str = "the ServiceAccount was changed after admission had seen the pod";
