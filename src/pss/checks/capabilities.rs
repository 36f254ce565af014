//! `capabilities_baseline` and `capabilities_restricted`: what may be added and must be dropped.
//! Names are compared as written: `all`, `CAP_CHOWN` and `chown` are not what is asked for.

use crate::evidence::Evidence;
use crate::inventory::Capabilities;
use crate::pss::check::{Breach, Check, Revision};
use crate::pss::checked_pod::{CheckedContainer, CheckedPod};
use crate::pss::level::Level;
use crate::pss::wording::{Offenders, Values, containers, quoted};

/// Source: `policy/check_capabilities_baseline.go`.
pub(in crate::pss) const BASELINE: Check = Check {
    id: "capabilities_baseline",
    level: Level::Baseline,
    revisions: &[Revision::new(0, beyond_default)],
};

/// Source: `policy/check_capabilities_restricted.go`.
pub(in crate::pss) const RESTRICTED: Check = Check {
    id: "capabilities_restricted",
    level: Level::Restricted,
    revisions: &[
        Revision::new(22, unrestricted).overriding(&[BASELINE.id]),
        // Windows has no capabilities, and validation forbids to set them there.
        Revision::new(25, |pod| if pod.is_windows() { None } else { unrestricted(pod) })
            .overriding(&[BASELINE.id]),
    ],
};

/// The runtime's default set without `NET_RAW`.
const DEFAULT: &[&str] = &[
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
];

/// Who adds more than is allowed, and what.
struct Added<'a> {
    offenders: Offenders<'a>,
    names: Values<'a>,
}

impl<'a> Added<'a> {
    fn beyond(pod: CheckedPod<'a>, allowed: &[&str]) -> Self {
        let mut added = Self { offenders: Offenders::default(), names: Values::new() };
        for member in pod.containers() {
            let forbidden: Vec<_> = capabilities(&member)
                .into_iter()
                .flat_map(|capabilities| &capabilities.add)
                .map(String::as_str)
                .filter(|name| !allowed.contains(name))
                .collect();
            let path = || member.path("securityContext.capabilities.add");
            let evidence = forbidden.first().map(|_| Evidence::field(path(), forbidden.join(", ")));
            added.offenders.container(&member, evidence);
            added.names.extend(forbidden);
        }
        added
    }

    fn detail(&self) -> String {
        format!(
            "{} must not include {} in securityContext.capabilities.add",
            containers(&self.offenders.containers),
            quoted(self.names.iter().copied())
        )
    }
}

fn capabilities<'a>(member: &CheckedContainer<'a>) -> Option<&'a Capabilities> {
    member.container.security_context.capabilities.as_ref()
}

fn beyond_default(pod: CheckedPod) -> Option<Breach> {
    let added = Added::beyond(pod, DEFAULT);
    let detail = (!added.offenders.is_empty()).then(|| added.detail())?;
    Some(Breach::new("non-default capabilities", detail, added.offenders.evidence))
}

fn unrestricted(pod: CheckedPod) -> Option<Breach> {
    let added = Added::beyond(pod, &["NET_BIND_SERVICE"]);
    let mut keeping = Offenders::default();
    for member in pod.containers() {
        let dropped = capabilities(&member).map_or(&[][..], |capabilities| &capabilities.drop);
        if !dropped.iter().any(|name| name == "ALL") {
            let path = member.path("securityContext.capabilities.drop");
            let evidence = match dropped {
                [] => Evidence::unset(path),
                names => Evidence::field(path, names.join(", ")),
            };
            keeping.container(&member, [evidence]);
        }
    }
    let mut details = Vec::new();
    if !keeping.is_empty() {
        let who = containers(&keeping.containers);
        details.push(format!(r#"{who} must set securityContext.capabilities.drop=["ALL"]"#));
    }
    if !added.offenders.is_empty() {
        details.push(added.detail());
    }
    if details.is_empty() {
        return None;
    }
    keeping.evidence.extend(added.offenders.evidence);
    Some(Breach::new("unrestricted capabilities", details.join("; "), keeping.evidence))
}
