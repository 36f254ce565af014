//! Where a fact is looked up: one container in its pod, with what else was read of the cluster.

use crate::evidence::{Evidence, Value};
use crate::inventory::{Container, ContainerStatus, Inventory, Pod};
use crate::object::{FieldPath, Parent};

use super::Effective;

/// What a container is in its pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ContainerRole {
    /// Runs to its end before the others start.
    Init,
    /// An init container with `restartPolicy: Always`: lives as long as the pod.
    Sidecar,
    /// A main container.
    Regular,
    /// Added to the running pod.
    Ephemeral,
}

impl ContainerRole {
    /// The word used in outputs; empty for a main container.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Init => "init",
            Self::Sidecar => "sidecar",
            Self::Regular => "",
            Self::Ephemeral => "ephemeral",
        }
    }
}

/// One container in its pod.
#[derive(Clone)]
pub(super) struct ContainerScope<'a> {
    pub(super) inventory: &'a Inventory,
    pub(super) pod: &'a Pod,
    pub(super) container: &'a Container,
    pub(super) role: ContainerRole,
    /// Where the pod's spec is.
    spec: Parent,
    /// Where the container is.
    own: Parent,
}

impl<'a> ContainerScope<'a> {
    /// Every container of the pod, in the order in which they start.
    pub(super) fn all(inventory: &'a Inventory, pod: &'a Pod) -> impl Iterator<Item = Self> {
        let init = pod.spec.init_containers.iter().map(|c| {
            let sidecar = c.restart_policy.as_deref() == Some("Always");
            (c, if sidecar { ContainerRole::Sidecar } else { ContainerRole::Init })
        });
        let regular = pod.spec.containers.iter().map(|c| (c, ContainerRole::Regular));
        let ephemeral = pod.spec.ephemeral_containers.iter().map(|c| (c, ContainerRole::Ephemeral));
        let spec = pod.spec_path();
        init.chain(regular).chain(ephemeral).map(move |(container, role)| {
            let list = match role {
                ContainerRole::Init | ContainerRole::Sidecar => "initContainers",
                ContainerRole::Regular => "containers",
                ContainerRole::Ephemeral => "ephemeralContainers",
            };
            let own = spec.entry(list, &container.name);
            Self { inventory, pod, container, role, spec: spec.clone(), own }
        })
    }

    /// The field of the container.
    pub(super) fn path(&self, field: &'static str) -> FieldPath {
        self.own.field(field)
    }

    /// The entry of that name in the list of the container.
    pub(super) fn entry(&self, list: &str, name: &str) -> Parent {
        self.own.entry(list, name)
    }

    /// The field of the pod's spec.
    pub(super) fn pod_path(&self, field: &'static str) -> FieldPath {
        self.spec.field(field)
    }

    /// The volume of the pod.
    pub(super) fn volume(&self, name: &str) -> Parent {
        self.spec.entry("volumes", name)
    }

    /// The field of the container's status.
    pub(super) fn status_path(&self, field: &'static str) -> FieldPath {
        let list = match self.role {
            ContainerRole::Init | ContainerRole::Sidecar => "initContainerStatuses",
            ContainerRole::Regular => "containerStatuses",
            ContainerRole::Ephemeral => "ephemeralContainerStatuses",
        };
        Parent::new("status").entry(list, &self.container.name).field(field)
    }

    /// The container's status, once the kubelet has reported one.
    pub(super) fn status(&self) -> Option<&'a ContainerStatus> {
        let status = &self.pod.status;
        let list = match self.role {
            ContainerRole::Init | ContainerRole::Sidecar => &status.init_container_statuses,
            ContainerRole::Regular => &status.container_statuses,
            ContainerRole::Ephemeral => &status.ephemeral_container_statuses,
        };
        list.iter().find(|s| s.name == self.container.name)
    }

    /// While a container waits, its status may still show the last incarnation.
    pub(super) fn is_waiting(&self) -> bool {
        self.status().is_some_and(|s| s.state.waiting.is_some())
    }

    /// A field that both levels have: the container's value wins over the pod's.
    ///
    /// Source: `pkg/securitycontext/util.go`, `DetermineEffectiveSecurityContext`.
    pub(super) fn inherited<T: Clone, S: Value>(
        &self,
        field: &'static str,
        container: Option<&T>,
        pod: Option<&T>,
        show: impl Fn(&T) -> S,
    ) -> Option<Effective<T>> {
        let at = |level: FieldPath, value: &T| Evidence::field(level, show(value));
        let (own_path, pod_path) = (self.path(field), self.pod_path(field));
        match (container, pod) {
            (Some(own), loser) => Some(
                Effective::known(own.clone(), [at(own_path, own)])
                    .over(loser.map(|value| at(pod_path, value))),
            ),
            (None, Some(value)) => Some(Effective::known(value.clone(), [at(pod_path, value)])),
            (None, None) => None,
        }
    }

    /// Both levels of a field, unset.
    pub(super) fn unset(&self, field: &'static str) -> [Evidence; 2] {
        [Evidence::unset(self.path(field)), Evidence::unset(self.pod_path(field))]
    }
}
