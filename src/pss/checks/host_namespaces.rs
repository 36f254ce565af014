//! `hostNamespaces`: the node's network, processes and IPC stay the node's.

use crate::evidence::Evidence;
use crate::pss::check::{Breach, Check, Revision};
use crate::pss::level::Level;
use crate::pss::subject::Subject;

/// Source: `policy/check_hostNamespaces.go`.
pub(in crate::pss) const CHECK: Check =
    Check { id: "hostNamespaces", level: Level::Baseline, revisions: &[Revision::new(0, shared)] };

fn shared(pod: Subject) -> Option<Breach> {
    let spec = pod.spec();
    let shared: Vec<_> = [
        ("hostNetwork", spec.host_network),
        ("hostPID", spec.host_pid),
        ("hostIPC", spec.host_ipc),
    ]
    .into_iter()
    .filter_map(|(field, shared)| shared.then_some(field))
    .collect();
    if shared.is_empty() {
        return None;
    }
    let detail: Vec<_> = shared.iter().map(|field| format!("{field}=true")).collect();
    let evidence = shared.iter().map(|field| Evidence::field(pod.path(field), true)).collect();
    Some(Breach::new("host namespaces", detail.join(", "), evidence))
}
