//! Which parts of the node's file system the container has, and whether it can write to them.

use std::path::Path;

use super::{Judge, Rule};
use crate::finding::{Judgement, Severity};
use crate::inventory::Resource;
use crate::posture::{ContainerPosture, HOST_PATHS, HostMount, PodPosture, is_inside};

pub(super) const RULE: Rule = Rule {
    id: "host-path",
    summary: "The container mounts a path of its node",
    severity: Severity::High,
    judge: Judge::Container(judge),
    reads: &[Resource::Pods],
    page: include_str!("../../docs/rules/host-path.md"),
};

fn judge(_: &PodPosture, container: &ContainerPosture) -> Judgement {
    let Some(worst) = container.host_mounts.iter().map(severity).max() else {
        return Judgement::pass("mounts no path of its node", Vec::new());
    };
    let list: Vec<_> = container
        .host_mounts
        .iter()
        .map(|m| format!("{} ({})", m.path, if m.writable { "writable" } else { "read-only" }))
        .collect();
    let evidence: Vec<_> =
        container.host_mounts.iter().flat_map(|m| m.evidence.iter().cloned()).collect();
    Judgement::fail(format!("mounts {} of its node", list.join(", ")), evidence).severity(worst)
}

fn severity(mount: &HostMount) -> Severity {
    let path = mount.resolved();
    // A read-only mount does not stop anyone from talking to a socket.
    let has_socket =
        Path::new(&path).extension().is_some_and(|end| end == "sock") || mount.has_runtime_socket();
    // A sensitive folder, something in it, or a parent that holds it.
    let sensitive = HOST_PATHS
        .iter()
        .filter(|spec| spec.sensitive)
        .any(|spec| is_inside(&path, spec.path) || is_inside(spec.path, &path));
    match (mount.writable, sensitive) {
        _ if has_socket => Severity::Critical,
        (true, true) => Severity::Critical,
        (true, false) | (false, true) => Severity::High,
        (false, false) => Severity::Medium,
    }
}
