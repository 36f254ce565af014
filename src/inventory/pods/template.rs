//! What replicas have in common: everything that is read of a pod, save what tells replicas apart
//! and decides nothing. That is taken out here, and put back for the one pod that is asked for.

use crate::inventory::kind::meta::MIRROR_ANNOTATION;
use crate::inventory::kind::{
    Container, ContainerStatus, Pod, StateReason, VolumeSource, WaitingMessage,
};

/// How the volume begins that admission adds for a token.
pub(in crate::inventory) const INJECTED_VOLUME: &str = "kube-api-access-";
/// What that volume is called in a template.
const ANY: &str = "kube-api-access-*";

/// What replicas have in common, as one pod without name, UID and node.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct PodTemplate {
    pub(super) pod: Pod,
    /// Whether each is controlled by its own node, as the mirror of a static pod is.
    pub(super) of_node: bool,
}

/// What tells a pod from other replicas.
#[derive(Clone, Debug)]
pub(super) struct PodIdentity {
    pub(super) name: String,
    pub(super) uid: Option<String>,
    pub(super) node: Option<String>,
}

impl PodTemplate {
    /// Splits a pod into what replicas have in common and what tells them apart.
    pub(super) fn split(mut pod: Pod) -> (Self, PodIdentity) {
        if pod.is_admitted() {
            // All that is read of it is that it is there, and the UID goes.
            pod.metadata.creation_timestamp = Some(String::new());
        }
        let identity = PodIdentity {
            name: std::mem::take(&mut pod.metadata.name),
            uid: pod.metadata.uid.take(),
            node: pod.spec.node_name.take(),
        };
        pod.metadata.generate_name = None;
        if let Some(hash) = pod.metadata.annotations.get_mut(MIRROR_ANNOTATION) {
            hash.clear();
        }
        // Only a controller is ever asked for.
        pod.metadata.owner_references.retain(|owner| owner.controller == Some(true));
        pod.metadata.owner_references.truncate(1);
        let owner = pod.metadata.owner_references.first_mut();
        let owner = owner.filter(|o| o.kind == "Node" && identity.node.as_ref() == Some(&o.name));
        let of_node = owner.map(|owner| (owner.name.clear(), owner.uid.clear())).is_some();
        injected_volume(&mut pod);
        containers(&mut pod).for_each(container);
        let status = &mut pod.status;
        let statuses = status.init_container_statuses.iter_mut();
        let statuses = statuses.chain(&mut status.container_statuses);
        statuses.chain(&mut status.ephemeral_container_statuses).for_each(observed);
        (Self { pod, of_node }, identity)
    }

    /// Whether the name of the volume that admission added is a pod's own.
    pub(super) fn has_injected_volume(&self) -> bool {
        self.pod.spec.volumes.iter().any(|volume| volume.name == ANY)
    }

    /// The pod of this template that is called so.
    pub(super) fn pod(&self, identity: PodIdentity) -> Pod {
        self.clone().into_pod(identity)
    }

    /// The last pod of this template, without a copy.
    pub(super) fn into_pod(self, identity: PodIdentity) -> Pod {
        let Self { mut pod, of_node } = self;
        if of_node
            && let Some((owner, node)) =
                pod.metadata.owner_references.first_mut().zip(identity.node.as_ref())
        {
            owner.name.clone_from(node);
        }
        pod.metadata.name = identity.name;
        pod.metadata.uid = identity.uid;
        pod.spec.node_name = identity.node;
        pod
    }

    /// A template for one pod alone.
    #[cfg(test)]
    pub(super) fn whole(pod: Pod) -> (Self, PodIdentity) {
        let identity = PodIdentity {
            name: pod.metadata.name.clone(),
            uid: pod.metadata.uid.clone(),
            node: pod.spec.node_name.clone(),
        };
        (Self { pod, of_node: false }, identity)
    }
}

fn containers(pod: &mut Pod) -> impl Iterator<Item = &mut Container> {
    let spec = &mut pod.spec;
    let first = spec.init_containers.iter_mut().chain(&mut spec.containers);
    first.chain(&mut spec.ephemeral_containers)
}

/// Admission ends the volume's name in five random characters. It is shown without them; but only
/// where it is what admission makes, because other volumes are shown by their whole name.
fn injected_volume(pod: &mut Pod) {
    let mut injected = pod.spec.volumes.iter_mut().filter(|v| v.name.starts_with(INJECTED_VOLUME));
    let (Some(volume), None) = (injected.next(), injected.next()) else { return };
    if !matches!(volume.sources[..], [VolumeSource::Projected(_)]) {
        return;
    }
    let name = volume.name.clone();
    if containers(pod).flat_map(|c| &c.volume_mounts).any(|mount| mount.name == ANY) {
        return;
    }
    let volumes = pod.spec.volumes.iter_mut().map(|volume| &mut volume.name);
    volumes.filter(|of| **of == name).for_each(|of| ANY.clone_into(of));
    let mounts = containers(pod).flat_map(|container| &mut container.volume_mounts);
    mounts.filter(|m| m.name == name).for_each(|mount| ANY.clone_into(&mut mount.name));
}

/// A variable that does not come from a Secret is never looked at.
fn container(container: &mut Container) {
    container.env.retain(|variable| {
        variable.value_from.as_ref().is_some_and(|from| from.secret_key_ref.is_some())
    });
    container.env_from.retain(|from| from.secret_ref.is_some());
}

/// Of a container's id: the runtime's name, and that there is an id.
pub(in crate::inventory) fn runtime_of_id(id: &str) -> &str {
    let end = id.find("://").map_or(id.len().min(1), |at| at + "://".len());
    id.get(..end).unwrap_or(id)
}

fn observed(status: &mut ContainerStatus) {
    status.container_id.truncate(runtime_of_id(&status.container_id).len());
    let state = &mut status.state;
    let ended = state.running.iter_mut().chain(&mut state.terminated);
    ended.for_each(|reason| *reason = StateReason::default());
    if let Some(waiting) = &mut state.waiting
        && waiting.message == WaitingMessage::default()
    {
        // The reason counts only together with what the message says.
        waiting.reason.clear();
    }
}
