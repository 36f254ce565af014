//! The fields of a container that verdicts read. `env[].value` has no field here, so that the
//! decoder skips it unread.

use serde::{Deserialize, Serialize};

use super::meta::nullable;
use super::volume::LOCAL;
use crate::inventory::message::{Bool, Inline, Int, Message, Msg, Text, many, own, sent, some};

/// An entry of `initContainers`, `containers` or `ephemeralContainers`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Container {
    /// Unique within the pod.
    #[serde(deserialize_with = "nullable")]
    pub name: String,
    /// Image reference as written.
    pub image: Option<String>,
    /// Overrides the pod's, field by field.
    #[serde(deserialize_with = "nullable")]
    pub security_context: SecurityContext,
    /// Volumes mounted into the container.
    #[serde(deserialize_with = "nullable")]
    pub volume_mounts: Vec<VolumeMount>,
    /// Ports; only host ports matter.
    #[serde(deserialize_with = "nullable")]
    pub ports: Vec<ContainerPort>,
    /// Environment variables: only those taken from a Secret, and only its name and key.
    #[serde(deserialize_with = "nullable")]
    pub env: Vec<EnvVar>,
    /// Whole objects as environment variables: only Secrets' names.
    #[serde(deserialize_with = "nullable")]
    pub env_from: Vec<EnvFromSource>,
    /// `Always` on an init container makes it a sidecar.
    pub restart_policy: Option<String>,
    /// Liveness probe: only its target host.
    pub liveness_probe: Option<Handler>,
    /// Readiness probe: only its target host.
    pub readiness_probe: Option<Handler>,
    /// Startup probe: only its target host.
    pub startup_probe: Option<Handler>,
    /// Lifecycle hooks: only their target hosts.
    pub lifecycle: Option<Lifecycle>,
}

/// `securityContext` of a container.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SecurityContext {
    /// Nearly everything that the host's root may do.
    pub privileged: Option<bool>,
    /// `false` sets `no_new_privs`.
    pub allow_privilege_escalation: Option<bool>,
    /// Linux capabilities to add and drop.
    pub capabilities: Option<Capabilities>,
    /// User id of the first process.
    pub run_as_user: Option<i64>,
    /// Group id of the first process.
    pub run_as_group: Option<i64>,
    /// The kubelet refuses to start the container as uid 0.
    pub run_as_non_root: Option<bool>,
    /// Mounts the image's file system read-only.
    pub read_only_root_filesystem: Option<bool>,
    /// `Default` or `Unmasked`.
    pub proc_mount: Option<String>,
    /// Seccomp profile.
    pub seccomp_profile: Option<Profile>,
    /// `AppArmor` profile.
    pub app_armor_profile: Option<Profile>,
    /// SELinux label.
    pub se_linux_options: Option<SeLinuxOptions>,
    /// Windows identity.
    pub windows_options: Option<WindowsOptions>,
}

/// `securityContext.capabilities`, names as written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(default)]
pub struct Capabilities {
    /// Capabilities to add, or `ALL`.
    #[serde(deserialize_with = "nullable")]
    pub add: Vec<String>,
    /// Capabilities to drop, or `ALL`.
    #[serde(deserialize_with = "nullable")]
    pub drop: Vec<String>,
}

/// `seccompProfile` or `appArmorProfile`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Profile {
    /// `RuntimeDefault`, `Localhost` or `Unconfined`.
    #[serde(deserialize_with = "nullable")]
    pub r#type: String,
    /// File or profile name on the node, with type `Localhost`.
    pub localhost_profile: Option<String>,
}

/// `seLinuxOptions`
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(default)]
pub struct SeLinuxOptions {
    /// SELinux user.
    #[serde(deserialize_with = "nullable")]
    pub user: String,
    /// SELinux role.
    #[serde(deserialize_with = "nullable")]
    pub role: String,
    /// SELinux type.
    #[serde(deserialize_with = "nullable")]
    pub r#type: String,
}

/// `windowsOptions`
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct WindowsOptions {
    /// User of the first process.
    pub run_as_user_name: Option<String>,
    /// Runs on the host itself.
    pub host_process: Option<bool>,
}

/// An entry of `volumeMounts`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VolumeMount {
    /// The volume's name.
    #[serde(deserialize_with = "nullable")]
    pub name: String,
    /// Where, in the container.
    #[serde(deserialize_with = "nullable")]
    pub mount_path: String,
    /// Which folder of the volume; empty for all of it.
    #[serde(deserialize_with = "nullable")]
    pub sub_path: String,
    /// `subPath` with `$(VAR)` expanded at start.
    #[serde(deserialize_with = "nullable")]
    pub sub_path_expr: String,
    /// Defaults to false.
    pub read_only: Option<bool>,
}

impl VolumeMount {
    /// The folder of the volume as written, with any variable still in it; empty for all of it.
    #[must_use]
    pub fn declared_sub_path(&self) -> &str {
        if self.sub_path.is_empty() { &self.sub_path_expr } else { &self.sub_path }
    }
}

/// An entry of `ports`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ContainerPort {
    /// Port on the node; 0 is none.
    pub host_port: Option<i32>,
    /// Port in the container.
    pub container_port: Option<i32>,
    /// `TCP`, `UDP` or `SCTP`.
    pub protocol: Option<String>,
}

/// An entry of `env`, without its value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct EnvVar {
    /// Name of the variable.
    #[serde(deserialize_with = "nullable")]
    pub name: String,
    /// Where the value comes from, if from elsewhere.
    pub value_from: Option<EnvVarSource>,
}

/// `env[].valueFrom`
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct EnvVarSource {
    /// A key of a Secret.
    pub secret_key_ref: Option<SecretKeyRef>,
}

/// A key of a Secret.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(default)]
pub struct SecretKeyRef {
    /// The Secret's name.
    #[serde(deserialize_with = "nullable")]
    pub name: String,
    /// The key.
    #[serde(deserialize_with = "nullable")]
    pub key: String,
}

/// An entry of `envFrom`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct EnvFromSource {
    /// All keys of a Secret.
    pub secret_ref: Option<SecretRef>,
}

/// A Secret by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(default)]
pub struct SecretRef {
    /// The Secret's name.
    #[serde(deserialize_with = "nullable")]
    pub name: String,
}

/// `lifecycle`
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Lifecycle {
    /// Runs after the start.
    pub post_start: Option<Handler>,
    /// Runs before the stop.
    pub pre_stop: Option<Handler>,
}

impl Container {
    /// The hosts that its probes and hooks name, each with the field's path below the container;
    /// empty where that is the pod itself.
    pub fn handler_hosts(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let hooks = |of: fn(&Lifecycle) -> &Option<Handler>| {
            self.lifecycle.as_ref().and_then(|lifecycle| of(lifecycle).as_ref())
        };
        let handlers = [
            ["livenessProbe.httpGet.host", "livenessProbe.tcpSocket.host"],
            ["readinessProbe.httpGet.host", "readinessProbe.tcpSocket.host"],
            ["startupProbe.httpGet.host", "startupProbe.tcpSocket.host"],
            ["lifecycle.postStart.httpGet.host", "lifecycle.postStart.tcpSocket.host"],
            ["lifecycle.preStop.httpGet.host", "lifecycle.preStop.tcpSocket.host"],
        ];
        let own = [
            self.liveness_probe.as_ref(),
            self.readiness_probe.as_ref(),
            self.startup_probe.as_ref(),
            hooks(|l| &l.post_start),
            hooks(|l| &l.pre_stop),
        ];
        own.into_iter().zip(handlers).flat_map(|(handler, paths)| {
            let targets = handler.map(|h| [h.http_get.as_ref(), h.tcp_socket.as_ref()]);
            let targets = paths.into_iter().zip(targets.into_iter().flatten());
            targets.filter_map(|(path, target)| Some((path, target?.host.as_str())))
        })
    }
}

/// A probe or a lifecycle handler: only what names a host.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Handler {
    /// HTTP request.
    pub http_get: Option<HostTarget>,
    /// TCP connection.
    pub tcp_socket: Option<HostTarget>,
}

/// The host that a handler talks to; empty is the pod itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(default)]
pub struct HostTarget {
    /// Host name or address.
    #[serde(deserialize_with = "nullable")]
    pub host: String,
}

pub(in crate::inventory) static SE_LINUX: Message = Message::new(
    "core.v1.SELinuxOptions",
    &[some(1, "user", Text), some(2, "role", Text), some(3, "type", Text)],
);

pub(in crate::inventory) static WINDOWS: Message = Message::new(
    "core.v1.WindowsSecurityContextOptions",
    &[sent(3, "runAsUserName", Text), sent(4, "hostProcess", Bool)],
);

pub(in crate::inventory) static SECCOMP: Message = Message::new(
    "core.v1.SeccompProfile",
    &[sent(1, "type", Text), sent(2, "localhostProfile", Text)],
);

pub(in crate::inventory) static APP_ARMOR: Message = Message::new(
    "core.v1.AppArmorProfile",
    &[sent(1, "type", Text), sent(2, "localhostProfile", Text)],
);

pub(in crate::inventory) static CONTAINER: Message = Message::new(
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
pub(in crate::inventory) static EPHEMERAL_CONTAINER: Message = Message::new(
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
