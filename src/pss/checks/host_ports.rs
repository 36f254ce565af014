//! `hostPorts`: no container listens on the node's address.

use std::collections::BTreeSet;

use crate::evidence::Evidence;
use crate::pss::check::{Breach, Check, Revision};
use crate::pss::checked_pod::CheckedPod;
use crate::pss::level::Level;
use crate::pss::wording::{Offenders, containers, plural};

/// Source: `policy/check_hostPorts.go`.
pub(in crate::pss) const CHECK: Check =
    Check { id: "hostPorts", level: Level::Baseline, revisions: &[Revision::new(0, host_ports)] };

fn host_ports(pod: CheckedPod) -> Option<Breach> {
    let mut offenders = Offenders::default();
    let mut ports = BTreeSet::new(); // sorted as text, as upstream does
    for member in pod.containers() {
        let set = member.container.ports.iter().filter_map(|port| {
            let host_port = port.host_port.filter(|port| *port != 0)?;
            ports.insert(host_port.to_string());
            let entry = port.container_port.unwrap_or_default().to_string();
            let path = member.parent().entry("ports", &entry).field("hostPort");
            Some(Evidence::field(path, i64::from(host_port)))
        });
        offenders.container(&member, set);
    }
    if offenders.is_empty() {
        return None;
    }
    let detail = format!(
        "{} {} {} {}",
        containers(&offenders.containers),
        plural("uses", "use", offenders.containers.len()),
        plural("hostPort", "hostPorts", ports.len()),
        ports.into_iter().collect::<Vec<_>>().join(", ")
    );
    Some(Breach::new("hostPort", detail, offenders.evidence))
}
