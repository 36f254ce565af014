//! `privileged`: no container runs with nearly all rights of the node's root.

use crate::evidence::Evidence;
use crate::pss::check::{Breach, Check, Revision};
use crate::pss::checked_pod::CheckedPod;
use crate::pss::level::Level;
use crate::pss::wording::{Offenders, containers};

/// Source: `policy/check_privileged.go`.
pub(in crate::pss) const CHECK: Check =
    Check { id: "privileged", level: Level::Baseline, revisions: &[Revision::new(0, privileged)] };

fn privileged(pod: CheckedPod) -> Option<Breach> {
    let mut offenders = Offenders::default();
    for member in pod.containers() {
        if member.container.security_context.privileged == Some(true) {
            let path = member.path("securityContext.privileged");
            offenders.container(&member, [Evidence::field(path, true)]);
        }
    }
    if offenders.is_empty() {
        return None;
    }
    let who = containers(&offenders.containers);
    let detail = format!("{who} must not set securityContext.privileged=true");
    Some(Breach::new("privileged", detail, offenders.evidence))
}
