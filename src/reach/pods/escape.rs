//! From a container to its node: which of its settings lead there, and how surely.
//!
//! What the kernel and the runtimes make of these settings is from capabilities(7), core(5) and
//! the runtimes' documentation; nothing here was run.

use crate::evidence::{Certainty, Evidence};
use crate::posture::{
    AppArmor, CapSet, CapabilityEscape, ContainerPosture, HOST_PATHS, HostMount, KUBELET_LOGS,
    NODE_CAPABILITIES, NodeAccess, Os, PodPosture, StartUser, is_inside,
};

/// Something that lets an attacker out of a container.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::reach) struct Escape {
    pub(in crate::reach) certainty: Certainty,
    /// Reads well after "because of ".
    pub(in crate::reach) by: String,
    pub(in crate::reach) evidence: Vec<Evidence>,
}

/// How the first process stands to root.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Root {
    Yes,
    Unknown,
    No,
}

/// What leads from this container to its node, the surest first.
pub(in crate::reach) fn escapes(pod: &PodPosture, container: &ContainerPosture) -> Vec<Escape> {
    let mut escapes = if pod.os.is(|os| *os == Os::Windows) {
        let on_host = container.host_process.is(|on_host| *on_host);
        let evidence = container.host_process.decided_by.clone();
        let by = || escape(Certainty::Certain, "a process of the host", evidence);
        on_host.then(by).into_iter().collect()
    } else {
        linux(pod, container)
    };
    if pod.runtime_class.is(Option::is_some) {
        // Its handler may give the pod a kernel of its own.
        for escape in &mut escapes {
            escape.certainty = Certainty::Possible;
            escape.evidence.extend(pod.runtime_class.decided_by.first().cloned());
        }
    }
    escapes.sort_by_key(|escape| escape.certainty);
    escapes
}

fn escape(certainty: Certainty, by: impl Into<String>, evidence: Vec<Evidence>) -> Escape {
    Escape { certainty, by: by.into(), evidence }
}

fn linux(pod: &PodPosture, container: &ContainerPosture) -> Vec<Escape> {
    let mut escapes = Vec::new();
    let root = match container.user.get() {
        Some(user) if user.is_root() => Root::Yes,
        Some(StartUser::Refused) => return escapes,
        Some(_) => Root::No,
        None => Root::Unknown,
    };
    let own_users = pod.host_users.is(|host| !host);
    if container.privileged.is(|privileged| *privileged) {
        let of_users = pod.host_users.decided_by.iter().filter(|_| own_users);
        let evidence = container.privileged.decided_by.iter().chain(of_users).cloned().collect();
        let certainty = Certainty::certain_if(root != Root::No && !own_users);
        escapes.push(escape(certainty, "privileged mode", evidence));
    } else if !own_users {
        escapes.extend(by_capabilities(pod, container));
    }
    let mounts = container.host_mounts.iter();
    escapes.extend(mounts.filter_map(|mount| by_host_path(mount, root, own_users)));
    escapes
}

/// Capabilities count in the user namespace of the node only.
fn by_capabilities(pod: &PodPosture, container: &ContainerPosture) -> Vec<Escape> {
    let Some(sets) = container.capabilities.get() else { return Vec::new() };
    let in_reach = sets.effective.unwrap_or(sets.bounding).union(sets.regainable);
    let held = sets.effective.unwrap_or(CapSet::NONE);
    let host_pid = pod.host_namespaces.iter().find(|namespace| namespace.field == "hostPID");
    let unconfined = container.app_armor.is(|profile| *profile == AppArmor::Unconfined);
    let has = |set: CapSet, name| !set.intersection(CapSet::from_names(&[name])).is_empty();
    let mut escapes = Vec::new();
    for spec in NODE_CAPABILITIES {
        let Some(how) = spec.escape.filter(|_| has(in_reach, spec.name)) else { continue };
        let decided_by = container.capabilities.decided_by.iter();
        let decided_by = decided_by.filter(|e| e.path.to_string().contains("capabilities"));
        let mut evidence: Vec<_> = decided_by.cloned().collect();
        let (is_enough, by) = match how {
            CapabilityEscape::Alone => (true, spec.name.to_owned()),
            CapabilityEscape::Possible => (false, spec.name.to_owned()),
            CapabilityEscape::WithHostPid => {
                let Some(host_pid) = host_pid else { continue };
                evidence.push(host_pid.evidence.clone());
                (unconfined, format!("{} and hostPID", spec.name))
            }
        };
        let certainty = Certainty::certain_if(is_enough && has(held, spec.name));
        escapes.push(escape(certainty, by, evidence));
    }
    escapes
}

fn by_host_path(mount: &HostMount, root: Root, own_users: bool) -> Option<Escape> {
    let path = mount.resolved();
    let by = |what: &str| format!("{what} {} of the node", mount.path);
    let keys = || HOST_PATHS.iter().filter(|spec| spec.node_access == Some(NodeAccess::Read));
    if mount.has_runtime_socket() && !keys().any(|spec| is_inside(spec.path, &path)) {
        let certainty = Certainty::certain_if(root == Root::Yes);
        return Some(escape(certainty, by("a socket of the runtime in"), mount.evidence.clone()));
    }
    let written = HOST_PATHS
        .iter()
        .filter(|spec| mount.writable && spec.node_access == Some(NodeAccess::Write));
    let mut places = keys().chain(written).map(|spec| spec.path);
    let holds_one = places.clone().any(|place| is_inside(place, &path));
    if !holds_one && !places.any(|place| is_inside(&path, place)) {
        return None;
    }
    // A parameter of the kernel belongs to root of the node, not of the pod's user namespace.
    if own_users && path.starts_with("/proc") {
        return None;
    }
    // A part of such a folder may be harmless.
    let certainty = Certainty::certain_if(mount.writable && root == Root::Yes && holds_one);
    let what = if mount.writable { "writable" } else { "read-only" };
    Some(escape(certainty, by(what), mount.evidence.clone()))
}

/// The mount through which the container can write links for the kubelet to follow.
pub(in crate::reach) fn writes_logs(container: &ContainerPosture) -> Option<&HostMount> {
    container
        .host_mounts
        .iter()
        .find(|mount| mount.writable && is_inside(KUBELET_LOGS, &mount.path))
}
