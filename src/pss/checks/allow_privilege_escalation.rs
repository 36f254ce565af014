//! `allowPrivilegeEscalation`: every container must say `false`; unset is not enough.

use crate::evidence::Evidence;
use crate::pss::check::{Breach, Check, Revision};
use crate::pss::checked_pod::CheckedPod;
use crate::pss::level::Level;
use crate::pss::wording::{Offenders, containers};

/// Source: `policy/check_allowPrivilegeEscalation.go`.
pub(in crate::pss) const CHECK: Check = Check {
    id: "allowPrivilegeEscalation",
    level: Level::Restricted,
    revisions: &[
        Revision::new(8, not_false),
        // Windows has no such flag, and validation forbids to set it there.
        Revision::new(25, |pod| if pod.is_windows() { None } else { not_false(pod) }),
    ],
};

fn not_false(pod: CheckedPod) -> Option<Breach> {
    let mut offenders = Offenders::default();
    for member in pod.containers() {
        let path = || member.path("securityContext.allowPrivilegeEscalation");
        let evidence = match member.container.security_context.allow_privilege_escalation {
            Some(false) => None,
            Some(true) => Some(Evidence::field(path(), true)),
            None => Some(Evidence::unset(path())),
        };
        offenders.container(&member, evidence);
    }
    if offenders.is_empty() {
        return None;
    }
    let detail = format!(
        "{} must set securityContext.allowPrivilegeEscalation=false",
        containers(&offenders.containers)
    );
    Some(Breach::new("allowPrivilegeEscalation != false", detail, offenders.evidence))
}
