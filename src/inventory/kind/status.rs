//! What the kubelet observed of a pod's containers.

use serde::{Deserialize, Serialize};

use super::meta::nullable;
use crate::inventory::message::{Int, Message, Msg, Text, many, own, sent, some};

/// `status` of a Pod.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodStatus {
    /// `Pending`, `Running`, `Succeeded`, `Failed` or `Unknown`.
    pub phase: Option<String>,
    /// Statuses of the init containers.
    #[serde(deserialize_with = "nullable")]
    pub init_container_statuses: Vec<ContainerStatus>,
    /// Statuses of the main containers.
    #[serde(deserialize_with = "nullable")]
    pub container_statuses: Vec<ContainerStatus>,
    /// Statuses of the ephemeral containers.
    #[serde(deserialize_with = "nullable")]
    pub ephemeral_container_statuses: Vec<ContainerStatus>,
}

impl PodStatus {
    /// All container statuses of the pod.
    pub fn all(&self) -> impl Iterator<Item = &ContainerStatus> {
        self.init_container_statuses
            .iter()
            .chain(&self.container_statuses)
            .chain(&self.ephemeral_container_statuses)
    }
}

/// Status of one container.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ContainerStatus {
    /// The container's name.
    #[serde(deserialize_with = "nullable")]
    pub name: String,
    /// What the runtime runs, for example `repo@sha256:…`.
    #[serde(rename = "imageID", deserialize_with = "nullable")]
    pub image_id: String,
    /// `<runtime>://<id>`; empty before the container is created.
    #[serde(rename = "containerID", deserialize_with = "nullable")]
    pub container_id: String,
    /// Identity of the first process (KEP-3619).
    pub user: Option<ContainerUser>,
    /// Waiting, running or terminated.
    #[serde(deserialize_with = "nullable")]
    pub state: ContainerState,
}

/// `user` of a container status.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(default)]
pub struct ContainerUser {
    /// On Linux; missing elsewhere.
    pub linux: Option<LinuxUser>,
}

/// `user.linux` of a container status: ids inside the container's user namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LinuxUser {
    /// User id.
    pub uid: Option<i64>,
    /// Primary group id.
    pub gid: Option<i64>,
    /// Supplemental group ids.
    #[serde(deserialize_with = "nullable")]
    pub supplemental_groups: Vec<i64>,
}

/// `state` of a container status.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(default)]
pub struct ContainerState {
    /// Not started yet, or not able to.
    pub waiting: Option<StateReason>,
    /// Running.
    pub running: Option<StateReason>,
    /// Ended.
    pub terminated: Option<StateReason>,
}

/// Why a container is in its state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(default)]
pub struct StateReason {
    /// One word, for example `CreateContainerConfigError`.
    #[serde(deserialize_with = "nullable")]
    pub reason: String,
    /// What the message says, which itself is not kept.
    #[serde(deserialize_with = "nullable")]
    pub message: WaitingMessage,
}

/// How the kubelet begins to say that it refuses to run as root.
const RUN_AS_NON_ROOT: &str = "container has runAsNonRoot";

/// The one thing that is read from a message of the kubelet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct WaitingMessage {
    /// The kubelet refuses to start the container because of `runAsNonRoot` (`pkg/kubelet/
    /// kuberuntime/security_context_others.go`, `verifyRunAsNonRoot`, the same text since v1.8).
    pub is_about_run_as_non_root: bool,
}

impl<'de> Deserialize<'de> for WaitingMessage {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        let is_about_run_as_non_root =
            text.contains(RUN_AS_NON_ROOT) || text.contains("non-root policy");
        Ok(Self { is_about_run_as_non_root })
    }
}

/// As words from which [`WaitingMessage`] is read again.
impl Serialize for WaitingMessage {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(if self.is_about_run_as_non_root { RUN_AS_NON_ROOT } else { "" })
    }
}

pub(in crate::inventory) static POD_STATUS: Message = Message::new(
    "core.v1.PodStatus",
    &[
        some(1, "phase", Text),
        many(8, "containerStatuses", Msg(&CONTAINER_STATUS)),
        many(10, "initContainerStatuses", Msg(&CONTAINER_STATUS)),
        many(13, "ephemeralContainerStatuses", Msg(&CONTAINER_STATUS)),
    ],
);

static CONTAINER_STATUS: Message = Message::new(
    "core.v1.ContainerStatus",
    &[
        sent(1, "name", Text),
        sent(2, "state", Msg(&CONTAINER_STATE)),
        sent(7, "imageID", Text),
        own(some(8, "containerID", Text)),
        sent(13, "user", Msg(&CONTAINER_USER)),
    ],
);

static CONTAINER_USER: Message =
    Message::new("core.v1.ContainerUser", &[sent(1, "linux", Msg(&LINUX_USER))]);

static LINUX_USER: Message = Message::new(
    "core.v1.LinuxContainerUser",
    &[sent(1, "uid", Int), sent(2, "gid", Int), many(3, "supplementalGroups", Int)],
);

static CONTAINER_STATE: Message = Message::new(
    "core.v1.ContainerState",
    &[
        sent(1, "waiting", Msg(&WAITING)),
        own(sent(2, "running", Msg(&RUNNING))),
        own(sent(3, "terminated", Msg(&TERMINATED))),
    ],
);

static WAITING: Message = Message::new(
    "core.v1.ContainerStateWaiting",
    &[some(1, "reason", Text), some(2, "message", Text)],
);

static RUNNING: Message = Message::new("core.v1.ContainerStateRunning", &[]);

static TERMINATED: Message = Message::new(
    "core.v1.ContainerStateTerminated",
    &[some(3, "reason", Text), some(4, "message", Text)],
);
