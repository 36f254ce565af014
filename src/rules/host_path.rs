//! Which parts of the node's file system the container has, and whether it can write to them.

use super::{Rule, Scope};
use crate::finding::{Judgement, Severity};
use crate::inventory::coverage::Resource;
use crate::posture::{ContainerPosture, HostMount, PodPosture};

pub(super) const RULE: Rule = Rule {
    id: "host-path",
    summary: "The container mounts a path of its node",
    severity: Severity::High,
    scope: Scope::Container(judge),
    reads: &[Resource::Pods],
    page: include_str!("../../docs/rules/host-path.md"),
};

/// Writing here, or connecting to a socket here, is the node.
const SENSITIVE: [&str; 11] = [
    "/boot",
    "/dev",
    "/etc",
    "/proc",
    "/root",
    "/run",
    "/sys",
    "/usr",
    "/var/lib/containerd",
    "/var/lib/kubelet",
    "/var/run",
];

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
    // A read-only mount does not stop anyone from talking to a socket.
    match (mount.writable || mount.path.ends_with(".sock"), is_sensitive(&mount.path)) {
        (true, true) => Severity::Critical,
        (true, false) | (false, true) => Severity::High,
        (false, false) => Severity::Medium,
    }
}

/// A sensitive folder, something in it, or a parent that holds it.
fn is_sensitive(path: &str) -> bool {
    let inside = |inner: &str, outer: &str| {
        inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    path == "/" || SENSITIVE.iter().any(|s| inside(path, s) || inside(s, path))
}
