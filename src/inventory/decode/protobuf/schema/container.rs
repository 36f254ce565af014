//! Containers, and what they share with the pod.

use super::message::{Bool, Inline, Int, Message, Msg, Text, many, own, sent, some};
use super::volume::LOCAL;

pub(super) static SE_LINUX: Message = Message::new(
    "core.v1.SELinuxOptions",
    &[some(1, "user", Text), some(2, "role", Text), some(3, "type", Text)],
);

pub(super) static WINDOWS: Message = Message::new(
    "core.v1.WindowsSecurityContextOptions",
    &[sent(3, "runAsUserName", Text), sent(4, "hostProcess", Bool)],
);

pub(super) static SECCOMP: Message = Message::new(
    "core.v1.SeccompProfile",
    &[sent(1, "type", Text), sent(2, "localhostProfile", Text)],
);

pub(super) static APP_ARMOR: Message = Message::new(
    "core.v1.AppArmorProfile",
    &[sent(1, "type", Text), sent(2, "localhostProfile", Text)],
);

pub(super) static CONTAINER: Message = Message::new(
    "core.v1.Container",
    &[
        sent(1, "name", Text),
        some(2, "image", Text),
        many(6, "ports", Msg(&PORT)),
        many(7, "env", Msg(&ENV)),
        many(9, "volumeMounts", Msg(&VOLUME_MOUNT)),
        sent(10, "livenessProbe", Msg(&PROBE)),
        sent(11, "readinessProbe", Msg(&PROBE)),
        sent(12, "lifecycle", Msg(&LIFECYCLE)),
        sent(15, "securityContext", Msg(&SECURITY_CONTEXT)),
        many(19, "envFrom", Msg(&ENV_FROM)),
        sent(22, "startupProbe", Msg(&PROBE)),
        sent(24, "restartPolicy", Text),
    ],
);

/// Its common part has the numbers of a `Container`.
pub(super) static EPHEMERAL_CONTAINER: Message = Message::new(
    "core.v1.EphemeralContainer",
    &[sent(1, "ephemeralContainerCommon", Inline(&CONTAINER))],
);

static SECURITY_CONTEXT: Message = Message::new(
    "core.v1.SecurityContext",
    &[
        sent(1, "capabilities", Msg(&CAPABILITIES)),
        sent(2, "privileged", Bool),
        sent(3, "seLinuxOptions", Msg(&SE_LINUX)),
        sent(4, "runAsUser", Int),
        sent(5, "runAsNonRoot", Bool),
        sent(6, "readOnlyRootFilesystem", Bool),
        sent(7, "allowPrivilegeEscalation", Bool),
        sent(8, "runAsGroup", Int),
        sent(9, "procMount", Text),
        sent(10, "windowsOptions", Msg(&WINDOWS)),
        sent(11, "seccompProfile", Msg(&SECCOMP)),
        sent(12, "appArmorProfile", Msg(&APP_ARMOR)),
    ],
);

static CAPABILITIES: Message =
    Message::new("core.v1.Capabilities", &[many(1, "add", Text), many(2, "drop", Text)]);

static PORT: Message = Message::new(
    "core.v1.ContainerPort",
    &[some(2, "hostPort", Int), sent(3, "containerPort", Int), some(4, "protocol", Text)],
);

static VOLUME_MOUNT: Message = Message::new(
    "core.v1.VolumeMount",
    &[
        own(sent(1, "name", Text)),
        some(2, "readOnly", Bool),
        sent(3, "mountPath", Text),
        some(4, "subPath", Text),
        some(6, "subPathExpr", Text),
    ],
);

/// Field 2 is the value, which is never read.
static ENV: Message = Message::new(
    "core.v1.EnvVar",
    &[sent(1, "name", Text), sent(3, "valueFrom", Msg(&ENV_SOURCE))],
);

static ENV_SOURCE: Message =
    Message::new("core.v1.EnvVarSource", &[sent(4, "secretKeyRef", Msg(&SECRET_KEY))]);

static SECRET_KEY: Message = Message::new(
    "core.v1.SecretKeySelector",
    &[sent(1, "localObjectReference", Inline(&LOCAL)), sent(2, "key", Text)],
);

static ENV_FROM: Message =
    Message::new("core.v1.EnvFromSource", &[sent(3, "secretRef", Msg(&SECRET_ENV))]);

static SECRET_ENV: Message =
    Message::new("core.v1.SecretEnvSource", &[sent(1, "localObjectReference", Inline(&LOCAL))]);

static PROBE: Message =
    Message::new("core.v1.Probe", &[sent(1, "handler", Inline(&PROBE_HANDLER))]);

static PROBE_HANDLER: Message = Message::new(
    "core.v1.ProbeHandler",
    &[sent(2, "httpGet", Msg(&HTTP_GET)), sent(3, "tcpSocket", Msg(&TCP_SOCKET))],
);

static LIFECYCLE: Message = Message::new(
    "core.v1.Lifecycle",
    &[sent(1, "postStart", Msg(&LIFECYCLE_HANDLER)), sent(2, "preStop", Msg(&LIFECYCLE_HANDLER))],
);

static LIFECYCLE_HANDLER: Message = Message::new(
    "core.v1.LifecycleHandler",
    &[sent(2, "httpGet", Msg(&HTTP_GET)), sent(3, "tcpSocket", Msg(&TCP_SOCKET))],
);

static HTTP_GET: Message = Message::new("core.v1.HTTPGetAction", &[some(3, "host", Text)]);

static TCP_SOCKET: Message = Message::new("core.v1.TCPSocketAction", &[some(2, "host", Text)]);
