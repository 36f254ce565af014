//! A Pod from its outside: spec and status.

use super::container::{APP_ARMOR, CONTAINER, EPHEMERAL_CONTAINER, SE_LINUX, SECCOMP, WINDOWS};
use super::message::{Bool, Int, Map, Message, Msg, Text, many, own, sent, some};
use super::meta::OBJECT_META;
use super::volume::VOLUME;

pub(super) static POD: Message = Message::new(
    "core.v1.Pod",
    &[
        sent(1, "metadata", Msg(&OBJECT_META)),
        sent(2, "spec", Msg(&POD_SPEC)),
        sent(3, "status", Msg(&POD_STATUS)),
    ],
);

static POD_SPEC: Message = Message::new(
    "core.v1.PodSpec",
    &[
        many(1, "volumes", Msg(&VOLUME)),
        many(2, "containers", Msg(&CONTAINER)),
        many(7, "nodeSelector", Map),
        some(8, "serviceAccountName", Text),
        some(9, "serviceAccount", Text),
        own(some(10, "nodeName", Text)),
        some(11, "hostNetwork", Bool),
        some(12, "hostPID", Bool),
        some(13, "hostIPC", Bool),
        sent(14, "securityContext", Msg(&POD_SECURITY_CONTEXT)),
        many(20, "initContainers", Msg(&CONTAINER)),
        sent(21, "automountServiceAccountToken", Bool),
        sent(27, "shareProcessNamespace", Bool),
        sent(29, "runtimeClassName", Text),
        many(34, "ephemeralContainers", Msg(&EPHEMERAL_CONTAINER)),
        sent(36, "os", Msg(&POD_OS)),
        sent(37, "hostUsers", Bool),
    ],
);

static POD_OS: Message = Message::new("core.v1.PodOS", &[sent(1, "name", Text)]);

static POD_SECURITY_CONTEXT: Message = Message::new(
    "core.v1.PodSecurityContext",
    &[
        sent(1, "seLinuxOptions", Msg(&SE_LINUX)),
        sent(2, "runAsUser", Int),
        sent(3, "runAsNonRoot", Bool),
        many(4, "supplementalGroups", Int),
        sent(5, "fsGroup", Int),
        sent(6, "runAsGroup", Int),
        many(7, "sysctls", Msg(&SYSCTL)),
        sent(8, "windowsOptions", Msg(&WINDOWS)),
        sent(10, "seccompProfile", Msg(&SECCOMP)),
        sent(11, "appArmorProfile", Msg(&APP_ARMOR)),
        sent(12, "supplementalGroupsPolicy", Text),
    ],
);

static SYSCTL: Message = Message::new("core.v1.Sysctl", &[sent(1, "name", Text)]);

static POD_STATUS: Message = Message::new(
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
