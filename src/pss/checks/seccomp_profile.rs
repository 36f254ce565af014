//! `seccompProfile_baseline` and `seccompProfile_restricted`: the filter may not be switched off,
//! and restricted wants it named. Before 1.19 annotations hold it, since then only fields count.

use crate::evidence::Evidence;
use crate::inventory::{Profile, SECCOMP_ANNOTATION_PREFIX, SECCOMP_POD_ANNOTATION};
use crate::pss::check::{Breach, Check, Revision};
use crate::pss::checked_pod::CheckedPod;
use crate::pss::level::Level;
use crate::pss::wording::{Offenders, Values, containers, plural, quoted};

/// Source: `policy/check_seccompProfile_baseline.go`.
pub(in crate::pss) const BASELINE: Check = Check {
    id: "seccompProfile_baseline",
    level: Level::Baseline,
    revisions: &[
        Revision::new(0, forbidden_annotations),
        Revision::new(19, |pod| judge(pod, false)),
    ],
};

/// Source: `policy/check_seccompProfile_restricted.go`.
pub(in crate::pss) const RESTRICTED: Check = Check {
    id: "seccompProfile_restricted",
    level: Level::Restricted,
    revisions: &[
        Revision::new(19, |pod| judge(pod, true)).overriding(&[BASELINE.id]),
        // Windows has no seccomp, and validation forbids to set a profile there.
        Revision::new(25, |pod| if pod.is_windows() { None } else { judge(pod, true) })
            .overriding(&[BASELINE.id]),
    ],
};

const REASON: &str = "seccompProfile";
const FIELD: &str = "securityContext.seccompProfile.type";

fn is_allowed(profile: &Profile) -> bool {
    matches!(profile.r#type.as_str(), "RuntimeDefault" | "Localhost")
}

fn is_allowed_annotation(value: &str) -> bool {
    matches!(value, "runtime/default" | "docker/default") || value.starts_with("localhost/")
}

fn forbidden_annotations(pod: CheckedPod) -> Option<Breach> {
    // Only the annotations of containers that exist, unlike those for AppArmor.
    let of_containers =
        pod.containers().map(|member| format!("{SECCOMP_ANNOTATION_PREFIX}{}", member.name()));
    let mut keys: Vec<_> = of_containers.chain([SECCOMP_POD_ANNOTATION.to_owned()]).collect();
    keys.sort();
    keys.dedup();
    let forbidden: Vec<_> = keys
        .iter()
        .filter_map(|key| Some((key, pod.pod.metadata.annotations.get(key)?)))
        .filter(|(_, value)| !is_allowed_annotation(value))
        .collect();
    if forbidden.is_empty() {
        return None;
    }
    let mut settings: Vec<_> =
        forbidden.iter().map(|(key, value)| format!("{key}={value:?}")).collect();
    settings.sort();
    let annotations = plural("annotation", "annotations", settings.len());
    let detail = format!("forbidden {annotations} {}", settings.join(", "));
    let evidence = forbidden.iter().map(|(key, value)| pod.annotation(key, value)).collect();
    Some(Breach::new(REASON, detail, evidence))
}

/// Judges the fields; `required` also objects to containers that are left without a profile.
fn judge(pod: CheckedPod, required: bool) -> Option<Breach> {
    let mut forbidding = Offenders::default();
    let mut silent = Offenders::default();
    let mut types = Values::new();
    let of_pod = pod.security_context().seccomp_profile.as_ref();
    if let Some(profile) = of_pod.filter(|profile| !is_allowed(profile)) {
        types.insert(&profile.r#type);
        forbidding.pod([Evidence::field(pod.path(FIELD), &profile.r#type)]);
    }
    for member in pod.containers() {
        match &member.container.security_context.seccomp_profile {
            Some(profile) if is_allowed(profile) => {}
            Some(profile) => {
                types.insert(&profile.r#type);
                let evidence = Evidence::field(member.path(FIELD), &profile.r#type);
                forbidding.container(&member, [evidence]);
            }
            None if !required || of_pod.is_some_and(is_allowed) => {}
            None => silent.container(&member, [Evidence::unset(member.path(FIELD))]),
        }
    }
    if of_pod.is_none() && !silent.is_empty() {
        silent.evidence.push(Evidence::unset(pod.path(FIELD)));
    }
    let detail = if !forbidding.is_empty() {
        let who = forbidding.setters().join(" and ");
        format!("{who} must not set {FIELD} to {}", quoted(types))
    } else if !silent.is_empty() {
        let who = containers(&silent.containers);
        format!(r#"pod or {who} must set {FIELD} to "RuntimeDefault" or "Localhost""#)
    } else {
        return None;
    };
    forbidding.evidence.extend(silent.evidence);
    Some(Breach::new(REASON, detail, forbidding.evidence))
}
