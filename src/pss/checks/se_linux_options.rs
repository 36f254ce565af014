//! `seLinuxOptions`: only types made for containers, never another user or role.

use crate::evidence::Evidence;
use crate::inventory::SeLinuxOptions;
use crate::object::Parent;
use crate::pss::check::{Breach, Check, Revision};
use crate::pss::checked_pod::CheckedPod;
use crate::pss::level::Level;
use crate::pss::wording::{Offenders, Values, plural, quoted};

/// Source: `policy/check_seLinuxOptions.go`.
pub(in crate::pss) const CHECK: Check = Check {
    id: "seLinuxOptions",
    level: Level::Baseline,
    revisions: &[
        Revision::new(0, |pod| forbidden_options(pod, &TYPES[..4])),
        Revision::new(31, |pod| forbidden_options(pod, &TYPES)),
    ],
};

/// Allowed types; the last one came in 1.31.
const TYPES: [&str; 5] =
    ["", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"];

fn forbidden_options(pod: CheckedPod, types: &[&str]) -> Option<Breach> {
    let mut offenders = Offenders::default();
    let mut found = Forbidden::default();
    if let Some(options) = &pod.security_context().se_linux_options {
        offenders.pod(found.add(options, types, &pod.parent()));
    }
    for member in pod.containers() {
        if let Some(options) = &member.container.security_context.se_linux_options {
            offenders.container(&member, found.add(options, types, &member.parent()));
        }
    }
    if offenders.is_empty() {
        return None;
    }
    let detail = format!(
        "{} set forbidden securityContext.seLinuxOptions: {}",
        offenders.setters().join(" and "),
        found.parts().join("; ")
    );
    Some(Breach::new("seLinuxOptions", detail, offenders.evidence))
}

/// What is forbidden in all the options together.
#[derive(Default)]
struct Forbidden<'a> {
    types: Values<'a>,
    user: bool,
    role: bool,
}

impl<'a> Forbidden<'a> {
    /// Notes what is forbidden in these options and returns the fields.
    fn add(
        &mut self,
        options: &'a SeLinuxOptions,
        types: &[&str],
        parent: &Parent,
    ) -> Vec<Evidence> {
        let mut fields = Vec::new();
        if !types.contains(&options.r#type.as_str()) {
            self.types.insert(&options.r#type);
            fields.push(("securityContext.seLinuxOptions.type", &options.r#type));
        }
        if !options.user.is_empty() {
            self.user = true;
            fields.push(("securityContext.seLinuxOptions.user", &options.user));
        }
        if !options.role.is_empty() {
            self.role = true;
            fields.push(("securityContext.seLinuxOptions.role", &options.role));
        }
        fields.into_iter().map(|(path, value)| Evidence::field(parent.field(path), value)).collect()
    }

    fn parts(&self) -> Vec<String> {
        let kinds = plural("type", "types", self.types.len());
        let types = || format!("{kinds} {}", quoted(self.types.iter().copied()));
        let parts = [
            (!self.types.is_empty()).then(types),
            self.user.then(|| "user may not be set".to_owned()),
            self.role.then(|| "role may not be set".to_owned()),
        ];
        parts.into_iter().flatten().collect()
    }
}
