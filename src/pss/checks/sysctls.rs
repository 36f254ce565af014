//! `sysctls`: only kernel parameters that the kernel keeps apart for each pod.

use crate::evidence::Evidence;
use crate::pss::check::{Breach, Check, Revision};
use crate::pss::checked_pod::CheckedPod;
use crate::pss::level::Level;

/// Source: `policy/check_sysctls.go`.
pub(in crate::pss) const CHECK: Check = Check {
    id: "sysctls",
    level: Level::Baseline,
    revisions: &[
        Revision::new(0, |pod| unsafe_sysctls(pod, 0)),
        Revision::new(27, |pod| unsafe_sysctls(pod, 27)),
        Revision::new(29, |pod| unsafe_sysctls(pod, 29)),
        Revision::new(32, |pod| unsafe_sysctls(pod, 32)),
        Revision::new(37, |pod| unsafe_sysctls(pod, 37)),
    ],
};

/// Allowed names, and since which minor.
const ALLOWED: &[(u64, &str)] = &[
    (0, "kernel.shm_rmid_forced"),
    (0, "net.ipv4.ip_local_port_range"),
    (0, "net.ipv4.tcp_syncookies"),
    (0, "net.ipv4.ping_group_range"),
    (0, "net.ipv4.ip_unprivileged_port_start"),
    (27, "net.ipv4.ip_local_reserved_ports"),
    (29, "net.ipv4.tcp_keepalive_time"),
    (29, "net.ipv4.tcp_fin_timeout"),
    (29, "net.ipv4.tcp_keepalive_intvl"),
    (29, "net.ipv4.tcp_keepalive_probes"),
    (32, "net.ipv4.tcp_rmem"),
    (32, "net.ipv4.tcp_wmem"),
    (37, "net.ipv4.tcp_slow_start_after_idle"),
    (37, "net.ipv4.tcp_notsent_lowat"),
];

fn unsafe_sysctls(pod: CheckedPod, minor: u64) -> Option<Breach> {
    let allowed = |name| ALLOWED.iter().any(|(since, safe)| *since <= minor && *safe == name);
    let names: Vec<_> = pod
        .security_context()
        .sysctls
        .iter()
        .map(|sysctl| sysctl.name.as_str())
        .filter(|name| !allowed(*name))
        .collect();
    if names.is_empty() {
        return None;
    }
    let spec = pod.parent();
    let evidence = names
        .iter()
        .map(|name| {
            Evidence::field(
                spec.entry("securityContext.sysctls", name).field("name"),
                (*name).to_owned(),
            )
        })
        .collect();
    Some(Breach::new("forbidden sysctls", names.join(", "), evidence))
}
