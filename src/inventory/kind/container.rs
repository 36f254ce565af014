//! The fields of a container that verdicts read. `env[].value` has no field here, so that the
//! decoder skips it unread.

use serde::{Deserialize, Serialize};

use super::meta::nullable;

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
    /// Which part of the volume; empty for all of it.
    #[serde(deserialize_with = "nullable")]
    pub sub_path: String,
    /// The same with `$(VAR)` expanded at start.
    #[serde(deserialize_with = "nullable")]
    pub sub_path_expr: String,
    /// Defaults to false.
    pub read_only: Option<bool>,
}

impl VolumeMount {
    /// The part of the volume as written, with any variable still in it; empty for all of it.
    #[must_use]
    pub fn part(&self) -> &str {
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
