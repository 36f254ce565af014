//! `windowsHostProcess`: no Windows container runs on the host itself.

use crate::evidence::Evidence;
use crate::inventory::WindowsOptions;
use crate::pss::check::{Breach, Check, Revision};
use crate::pss::checked_pod::CheckedPod;
use crate::pss::level::Level;
use crate::pss::wording::Offenders;

/// Source: `policy/check_windowsHostProcess.go`.
pub(in crate::pss) const CHECK: Check = Check {
    id: "windowsHostProcess",
    level: Level::Baseline,
    revisions: &[Revision::new(0, host_process)],
};

fn host_process(pod: CheckedPod) -> Option<Breach> {
    const FIELD: &str = "securityContext.windowsOptions.hostProcess";
    let on_host = |options: &Option<WindowsOptions>| {
        options.as_ref().is_some_and(|options| options.host_process == Some(true))
    };
    let mut offenders = Offenders::default();
    if on_host(&pod.security_context().windows_options) {
        offenders.pod([Evidence::field(pod.path(FIELD), true)]);
    }
    for member in pod.containers() {
        if on_host(&member.container.security_context.windows_options) {
            offenders.container(&member, [Evidence::field(member.path(FIELD), true)]);
        }
    }
    if offenders.is_empty() {
        return None;
    }
    let who = offenders.setters().join(" and ");
    let detail = format!("{who} must not set securityContext.windowsOptions.hostProcess=true");
    Some(Breach::new("hostProcess", detail, offenders.evidence))
}
