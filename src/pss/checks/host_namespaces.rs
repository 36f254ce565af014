//! `hostNamespaces`: the node's network, processes and IPC stay the node's.

use crate::evidence::Evidence;
use crate::pss::check::{Breach, Check, Revision};
use crate::pss::checked_pod::CheckedPod;
use crate::pss::level::Level;

/// Source: `policy/check_hostNamespaces.go`.
pub(in crate::pss) const CHECK: Check = Check {
    id: "hostNamespaces",
    level: Level::Baseline,
    revisions: &[Revision::new(0, host_namespaces)],
};

fn host_namespaces(pod: CheckedPod) -> Option<Breach> {
    let spec = pod.spec();
    let used: Vec<_> = [
        ("hostNetwork", spec.host_network),
        ("hostPID", spec.host_pid),
        ("hostIPC", spec.host_ipc),
    ]
    .into_iter()
    .filter_map(|(field, used)| used.then_some(field))
    .collect();
    if used.is_empty() {
        return None;
    }
    let detail: Vec<_> = used.iter().map(|field| format!("{field}=true")).collect();
    let evidence = used.iter().map(|field| Evidence::field(pod.path(field), true)).collect();
    Some(Breach::new("host namespaces", detail.join(", "), evidence))
}
