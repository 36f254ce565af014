//! `procMount` and `procMount_restricted`: the masks over `/proc` stay.

use crate::evidence::Evidence;
use crate::pss::check::{Breach, Check, Revision};
use crate::pss::checked_pod::CheckedPod;
use crate::pss::level::Level;
use crate::pss::wording::{Offenders, Values, containers, quoted};

/// Source: `policy/check_procMount_baseline.go`.
pub(in crate::pss) const BASELINE: Check = Check {
    id: "procMount",
    level: Level::Baseline,
    revisions: &[
        Revision::new(0, unmasked),
        Revision::new(35, |pod| if pod.has_user_namespace() { None } else { unmasked(pod) }),
    ],
};

/// Source: `policy/check_procMount_restricted.go`.
pub(in crate::pss) const RESTRICTED: Check = Check {
    id: "procMount_restricted",
    level: Level::Restricted,
    // Exists only since baseline became more lenient, and brings its first revision back.
    revisions: &[Revision::new(35, unmasked).overriding(&[BASELINE.id])],
};

fn unmasked(pod: CheckedPod) -> Option<Breach> {
    let mut offenders = Offenders::default();
    let mut values = Values::new();
    for member in pod.containers() {
        let proc_mount = member.container.security_context.proc_mount.as_deref();
        if let Some(value) = proc_mount.filter(|value| *value != "Default") {
            values.insert(value);
            let path = member.path("securityContext.procMount");
            offenders.container(&member, [Evidence::field(path, value.to_owned())]);
        }
    }
    if offenders.is_empty() {
        return None;
    }
    let detail = format!(
        "{} must not set securityContext.procMount to {}",
        containers(&offenders.containers),
        quoted(values)
    );
    Some(Breach::new("procMount", detail, offenders.evidence))
}
