//! `appArmorProfile`: a profile, by field or by annotation, may not be switched off.

use crate::evidence::Evidence;
use crate::inventory::{APPARMOR_ANNOTATION_PREFIX, Profile};
use crate::pss::check::{Breach, Check, Revision};
use crate::pss::checked_pod::CheckedPod;
use crate::pss::level::Level;
use crate::pss::wording::{Offenders, Values, plural, quoted};

/// Source: `policy/check_appArmorProfile.go`.
pub(in crate::pss) const CHECK: Check = Check {
    id: "appArmorProfile",
    level: Level::Baseline,
    revisions: &[Revision::new(0, forbidden_profile)],
};

fn is_allowed(profile: &Profile) -> bool {
    matches!(profile.r#type.as_str(), "RuntimeDefault" | "Localhost")
}

fn is_allowed_annotation(value: &str) -> bool {
    value.is_empty() || value == "runtime/default" || value.starts_with("localhost/")
}

fn forbidden_profile(pod: CheckedPod) -> Option<Breach> {
    const FIELD: &str = "securityContext.appArmorProfile.type";
    let mut offenders = Offenders::default();
    let mut types = Values::new();
    if let Some(profile) =
        pod.security_context().app_armor_profile.as_ref().filter(|profile| !is_allowed(profile))
    {
        types.insert(&profile.r#type);
        offenders.pod([Evidence::field(pod.path(FIELD), &profile.r#type)]);
    }
    for member in pod.containers() {
        let profile = member.container.security_context.app_armor_profile.as_ref();
        if let Some(profile) = profile.filter(|profile| !is_allowed(profile)) {
            types.insert(&profile.r#type);
            offenders.container(&member, [Evidence::field(member.path(FIELD), &profile.r#type)]);
        }
    }
    let mut setters = offenders.setters();
    let mut evidence = offenders.evidence;
    // Every annotation with the prefix counts, also for a container that does not exist.
    let mut annotations = Vec::new();
    for (key, value) in &pod.pod.metadata.annotations {
        if key.starts_with(APPARMOR_ANNOTATION_PREFIX) && !is_allowed_annotation(value) {
            annotations.push(format!("{key}={value:?}"));
            evidence.push(pod.annotation(key, value));
        }
    }
    if evidence.is_empty() {
        return None;
    }
    if !annotations.is_empty() {
        annotations.sort();
        setters.push(plural("annotation", "annotations", annotations.len()).to_owned());
    }
    let values: Vec<_> = types.into_iter().chain(annotations.iter().map(String::as_str)).collect();
    let reason = plural("forbidden AppArmor profile", "forbidden AppArmor profiles", values.len());
    let detail = format!(
        "{} must not set AppArmor profile type to {}",
        setters.join(" and "),
        quoted(values)
    );
    Some(Breach::new(reason, detail, evidence))
}
