//! `runAsNonRoot` and `runAsUser`: both read what is written at each level, not what takes effect:
//! a forbidden value of the pod counts also where every container overrides it.

use crate::evidence::Evidence;
use crate::pss::check::{Breach, Check, Revision};
use crate::pss::checked_pod::CheckedPod;
use crate::pss::level::Level;
use crate::pss::wording::{Offenders, containers};

/// Source: `policy/check_runAsNonRoot.go`.
pub(in crate::pss) const NON_ROOT: Check = Check {
    id: "runAsNonRoot",
    level: Level::Restricted,
    revisions: &[
        Revision::new(0, not_non_root),
        // Root inside a user namespace is nobody on the node.
        Revision::new(35, |pod| if pod.has_user_namespace() { None } else { not_non_root(pod) }),
    ],
};

/// Source: `policy/check_runAsUser.go`.
pub(in crate::pss) const USER: Check = Check {
    id: "runAsUser",
    level: Level::Restricted,
    revisions: &[
        Revision::new(23, user_zero),
        Revision::new(35, |pod| if pod.has_user_namespace() { None } else { user_zero(pod) }),
    ],
};

fn not_non_root(pod: CheckedPod) -> Option<Breach> {
    const FIELD: &str = "securityContext.runAsNonRoot";
    let of_pod = pod.security_context().run_as_non_root;
    let mut denying = Offenders::default();
    let mut silent = Offenders::default();
    if of_pod == Some(false) {
        denying.pod([Evidence::field(pod.path(FIELD), false)]);
    }
    for member in pod.containers() {
        match member.container.security_context.run_as_non_root {
            Some(true) => {}
            Some(false) => {
                denying.container(&member, [Evidence::field(member.path(FIELD), false)]);
            }
            None if of_pod == Some(true) => {}
            None => silent.container(&member, [Evidence::unset(member.path(FIELD))]),
        }
    }
    if of_pod.is_none() && !silent.is_empty() {
        silent.evidence.push(Evidence::unset(pod.path(FIELD)));
    }
    let detail = if !denying.is_empty() {
        let who = denying.setters().join(" and ");
        format!("{who} must not set securityContext.runAsNonRoot=false")
    } else if !silent.is_empty() {
        let who = containers(&silent.containers);
        format!("pod or {who} must set securityContext.runAsNonRoot=true")
    } else {
        return None;
    };
    denying.evidence.extend(silent.evidence);
    Some(Breach::new("runAsNonRoot != true", detail, denying.evidence))
}

fn user_zero(pod: CheckedPod) -> Option<Breach> {
    const FIELD: &str = "securityContext.runAsUser";
    let mut offenders = Offenders::default();
    if pod.security_context().run_as_user == Some(0) {
        offenders.pod([Evidence::field(pod.path(FIELD), 0)]);
    }
    for member in pod.containers() {
        if member.container.security_context.run_as_user == Some(0) {
            offenders.container(&member, [Evidence::field(member.path(FIELD), 0)]);
        }
    }
    if offenders.is_empty() {
        return None;
    }
    let detail = format!("{} must not set runAsUser=0", offenders.setters().join(" and "));
    Some(Breach::new("runAsUser=0", detail, offenders.evidence))
}
