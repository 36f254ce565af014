//! Whether the dangerous parts of `/proc` and `/sys` are hidden from a container.
//!
//! Sources: `pkg/securitycontext/util.go` (`ConvertToRuntimeMaskedPaths`),
//! `pkg/apis/core/validation/validation.go` (`validateContainer…`: `Unmasked` needs `hostUsers:
//! false`), containerd `pkg/oci/spec_opts.go` (`WithPrivileged`), CRI-O
//! `internal/factory/container` (`SpecSetPrivileges`).

use crate::evidence::{Evidence, EvidenceSource};

use super::scope::ContainerScope;
use super::{Effective, Gap};

/// How `/proc` is mounted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProcMount {
    /// Some paths are masked, some are read-only.
    Default,
    /// Nothing is.
    Unmasked,
}

/// Only containers have the field. Privileged containers are never masked.
pub(super) fn proc_mount(
    scope: &ContainerScope,
    privileged: &Effective<bool>,
    host_users: &Effective<bool>,
) -> Effective<ProcMount> {
    let path = scope.path("securityContext.procMount");
    let field = scope.container.security_context.proc_mount.as_ref();
    let evidence = field.map(|value| Evidence::field(path.clone(), value));
    if privileged.is(|p| *p) {
        return Effective::known(ProcMount::Unmasked, privileged.decided_by.clone()).over(evidence);
    }
    let Some(evidence) = evidence else {
        let default = Evidence::new(EvidenceSource::Default, path, "Default");
        return Effective::known(ProcMount::Default, [default]);
    };
    if field.is_none_or(|value| value != "Unmasked") {
        return Effective::known(ProcMount::Default, [evidence]);
    }
    let both = [evidence].into_iter().chain(host_users.decided_by.iter().cloned());
    if host_users.is(|host| *host) && !scope.pod.is_admitted() {
        return Effective::unknown(
            Gap::new(
                "the API server refuses procMount: Unmasked on a pod that shares the node's user \
                 namespace",
                "set hostUsers: false, or remove procMount",
            ),
            both,
        );
    }
    Effective::known(ProcMount::Unmasked, both)
}
