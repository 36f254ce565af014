//! From a container to its node: which of its settings lead there, and how surely.
//!
//! What the kernel and the runtimes make of these settings is from capabilities(7), core(5) and
//! the runtimes' documentation; nothing here was run.

use crate::evidence::Evidence;
use crate::posture::{
    AppArmor, CapSet, ContainerPosture, HostMount, Os, PodPosture, StartUser, is_inside,
};

/// One way out of a container.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Escape {
    pub(super) certain: bool,
    /// Reads well after "reasons of ".
    pub(super) by: String,
    pub(super) evidence: Vec<Evidence>,
}

/// Whoever writes here, or into a folder that holds it, rules the node.
const RULING: [&str; 17] = [
    "/etc/cron.d",
    "/etc/kubernetes/manifests",
    "/etc/ld.so.preload",
    "/etc/passwd",
    "/etc/sudoers.d",
    "/etc/systemd/system",
    "/opt/cni/bin",
    "/proc/sys/kernel/core_pattern",
    "/usr/bin",
    "/usr/lib/systemd/system",
    "/usr/libexec/kubernetes",
    "/usr/local/bin",
    "/usr/sbin",
    "/var/lib/containerd",
    "/var/lib/containers/storage",
    "/var/lib/docker",
    "/var/spool/cron",
];
/// The same, and whoever reads here has keys to the node or to what it serves.
const KEYS: [&str; 8] = [
    "/etc/kubernetes/admin.conf",
    "/etc/kubernetes/kubelet.conf",
    "/etc/kubernetes/pki",
    "/etc/shadow",
    "/root/.ssh",
    "/var/lib/etcd",
    "/var/lib/kubelet",
    "/var/lib/rancher",
];
/// The kubelet serves what is in here as root, links included.
pub(super) const LOGS: &str = "/var/log";

/// How the first process stands to root.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Root {
    Yes,
    Unknown,
    No,
}

/// The ways from this container to its node, the surest first.
pub(super) fn escapes(pod: &PodPosture, container: &ContainerPosture) -> Vec<Escape> {
    let mut ways = if pod.os.is(|os| *os == Os::Windows) {
        let on_host = container.host_process.is(|on_host| *on_host);
        let evidence = container.host_process.decided_by.clone();
        on_host.then(|| way(true, "a process of the host", evidence)).into_iter().collect()
    } else {
        linux(pod, container)
    };
    if pod.runtime_class.is(Option::is_some) {
        // Its handler may give the pod a kernel of its own.
        for way in &mut ways {
            way.certain = false;
            way.evidence.extend(pod.runtime_class.decided_by.first().cloned());
        }
    }
    ways.sort_by_key(|way| !way.certain);
    ways
}

fn way(certain: bool, by: impl Into<String>, evidence: Vec<Evidence>) -> Escape {
    Escape { certain, by: by.into(), evidence }
}

fn linux(pod: &PodPosture, container: &ContainerPosture) -> Vec<Escape> {
    let mut ways = Vec::new();
    let root = match container.user.get() {
        Some(user) if user.is_root() => Root::Yes,
        Some(StartUser::Refused) => return ways,
        Some(_) => Root::No,
        None => Root::Unknown,
    };
    let own_users = pod.host_users.is(|host| !host);
    if container.privileged.is(|privileged| *privileged) {
        let evidence = container.privileged.decided_by.clone();
        let evidence = evidence
            .into_iter()
            .chain(pod.host_users.decided_by.iter().filter(|_| own_users).cloned());
        ways.push(way(root != Root::No && !own_users, "privileged mode", evidence.collect()));
    } else if !own_users {
        ways.extend(capabilities(pod, container));
    }
    ways.extend(container.host_mounts.iter().filter_map(|mount| host_path(mount, root, own_users)));
    ways
}

/// Capabilities count in the user namespace of the node only.
fn capabilities(pod: &PodPosture, container: &ContainerPosture) -> Vec<Escape> {
    let Some(sets) = container.capabilities.get() else { return Vec::new() };
    let reach = sets.effective.unwrap_or(sets.bounding).union(sets.regainable);
    let sure = sets.effective.unwrap_or(CapSet::NONE);
    let host_pid = pod.host_namespaces.iter().find(|namespace| namespace.field == "hostPID");
    let unconfined = container.app_armor.is(|profile| *profile == AppArmor::Unconfined);
    let has = |set: CapSet, name| !set.intersection(CapSet::of(&[name])).is_empty();
    let mut ways = Vec::new();
    for (name, alone, needed) in [
        ("SYS_MODULE", true, None),
        ("SYS_PTRACE", unconfined, Some(host_pid)),
        ("SYS_ADMIN", false, None),
        ("DAC_READ_SEARCH", false, None),
    ] {
        if !has(reach, name) || needed == Some(None) {
            continue;
        }
        let decided_by = container
            .capabilities
            .decided_by
            .iter()
            .filter(|e| e.path.to_string().contains("capabilities"));
        let mut evidence: Vec<_> = decided_by.cloned().collect();
        evidence.extend(needed.flatten().map(|namespace| namespace.evidence.clone()));
        let by = if needed.is_some() { format!("{name} and hostPID") } else { name.to_owned() };
        ways.push(way(alone && has(sure, name), by, evidence));
    }
    ways
}

fn host_path(mount: &HostMount, root: Root, own_users: bool) -> Option<Escape> {
    let path = mount.resolved();
    let by = |what: &str| format!("{what} {} of the node", mount.path);
    let socket = mount.has_runtime_socket() && !KEYS.iter().any(|place| is_inside(place, &path));
    if socket {
        return Some(way(
            root == Root::Yes,
            by("a socket of the runtime in"),
            mount.evidence.clone(),
        ));
    }
    let places = || KEYS.iter().chain(RULING.iter().filter(|_| mount.writable));
    let place = places()
        .find(|place| is_inside(place, &path))
        .or_else(|| places().find(|place| is_inside(&path, place)))?;
    // A parameter of the kernel belongs to root of the node, not of the pod's user namespace.
    if own_users && path.starts_with("/proc") {
        return None;
    }
    // A part of such a folder may be harmless.
    let certain = mount.writable && root == Root::Yes && is_inside(place, &path);
    let what = if mount.writable { "writable" } else { "read-only" };
    Some(way(certain, by(what), mount.evidence.clone()))
}

/// Whether the container can write links for the kubelet to follow.
pub(super) fn writes_logs(container: &ContainerPosture) -> Option<&HostMount> {
    container.host_mounts.iter().find(|mount| mount.writable && is_inside(LOGS, &mount.path))
}
