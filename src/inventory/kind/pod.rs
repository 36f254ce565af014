//! The fields of a Pod that verdicts read, apart from its containers, volumes and status.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::container::{
    APP_ARMOR, CONTAINER, Container, EPHEMERAL_CONTAINER, Profile, SE_LINUX, SECCOMP,
    SeLinuxOptions, WINDOWS, WindowsOptions,
};
use super::meta::{HasMetadata, MIRROR_ANNOTATION, OBJECT_META, ObjectMeta, nullable};
use super::status::{POD_STATUS, PodStatus};
use super::volume::{VOLUME, Volume};
use crate::inventory::message::{Bool, Int, Map, Message, Msg, Text, many, own, sent, some};
use crate::object::{FieldPath, ObjectRef, Parent, WorkloadName};

/// A Pod, admitted or still a manifest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(default)]
pub struct Pod {
    /// Name, namespace, owners.
    #[serde(deserialize_with = "nullable")]
    pub metadata: ObjectMeta,
    /// What was asked for.
    #[serde(deserialize_with = "nullable")]
    pub spec: PodSpec,
    /// What was observed.
    #[serde(deserialize_with = "nullable")]
    pub status: PodStatus,
    /// The workload whose template this pod was made from, for a manifest.
    #[serde(skip)]
    pub template_of: Option<WorkloadName>,
}

impl Pod {
    /// Namespace; a manifest without one was given one when it was read.
    #[must_use]
    pub fn namespace(&self) -> &str {
        self.metadata.namespace.as_deref().unwrap_or_default()
    }

    /// Whether an API server has stored this pod, so that admission has had its say.
    #[must_use]
    pub fn is_admitted(&self) -> bool {
        self.metadata.uid.is_some()
            || self.metadata.creation_timestamp.is_some()
            || self.status.phase.is_some()
    }

    /// Whether this is the kubelet's mirror of a static pod, which admission never touches.
    #[must_use]
    pub fn is_mirror(&self) -> bool {
        self.metadata.annotations.contains_key(MIRROR_ANNOTATION)
    }

    /// Where the pod is in the object that was read: a workload nests its template.
    fn template(&self) -> Parent {
        Parent::new(match self.template_of.as_ref().map(|workload| workload.kind.as_str()) {
            None => "",
            Some("CronJob") => "spec.jobTemplate.spec.template",
            Some("PodTemplate") => "template",
            Some(_) => "spec.template",
        })
    }

    /// Where the pod's spec is in the object that was read.
    #[must_use]
    pub fn spec_path(&self) -> Parent {
        self.template().below("spec")
    }

    /// Where the annotation with that key is in the object that was read.
    #[must_use]
    pub fn annotation_path(&self, key: &str) -> FieldPath {
        self.template().entry("metadata.annotations", key).into()
    }

    /// The name to show: the workload's for a template.
    #[must_use]
    pub fn reference(&self) -> ObjectRef {
        let (kind, name) = match &self.template_of {
            Some(workload) => (workload.kind.as_str(), workload.name.as_str()),
            None => ("Pod", self.metadata.name.as_str()),
        };
        ObjectRef {
            kind: kind.to_owned(),
            namespace: Some(self.namespace().to_owned()),
            name: name.to_owned(),
            uid: self.metadata.uid.clone(),
        }
    }
}

impl HasMetadata for Pod {
    fn metadata_mut(&mut self) -> &mut ObjectMeta {
        &mut self.metadata
    }
}

/// `spec` of a Pod.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodSpec {
    /// Empty is `default`.
    #[serde(deserialize_with = "nullable")]
    pub service_account_name: String,
    /// Deprecated spelling of `serviceAccountName`.
    #[serde(deserialize_with = "nullable")]
    pub service_account: String,
    /// Overrides the ServiceAccount's.
    pub automount_service_account_token: Option<bool>,
    /// Uses the node's network namespace.
    #[serde(deserialize_with = "nullable")]
    pub host_network: bool,
    /// Uses the node's process namespace.
    #[serde(rename = "hostPID", deserialize_with = "nullable")]
    pub host_pid: bool,
    /// Uses the node's IPC namespace.
    #[serde(rename = "hostIPC", deserialize_with = "nullable")]
    pub host_ipc: bool,
    /// `false` gives the pod a user namespace of its own.
    pub host_users: Option<bool>,
    /// One process namespace for all containers.
    pub share_process_namespace: Option<bool>,
    /// The node that runs it.
    pub node_name: Option<String>,
    /// Labels that the node must have.
    #[serde(deserialize_with = "nullable")]
    pub node_selector: BTreeMap<String, String>,
    /// Declared operating system.
    pub os: Option<PodOs>,
    /// Names a `RuntimeClass`; its handler may be a virtual machine or a sandbox.
    pub runtime_class_name: Option<String>,
    /// Defaults for all containers.
    #[serde(deserialize_with = "nullable")]
    pub security_context: PodSecurityContext,
    /// Run before the others; sidecars are among them.
    #[serde(deserialize_with = "nullable")]
    pub init_containers: Vec<Container>,
    /// The pod's main containers.
    #[serde(deserialize_with = "nullable")]
    pub containers: Vec<Container>,
    /// Added to the running pod, for example by `kubectl debug`.
    #[serde(deserialize_with = "nullable")]
    pub ephemeral_containers: Vec<Container>,
    /// Volumes that containers can mount.
    #[serde(deserialize_with = "nullable")]
    pub volumes: Vec<Volume>,
}

/// `spec.os`
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(default)]
pub struct PodOs {
    /// `linux` or `windows`.
    #[serde(deserialize_with = "nullable")]
    pub name: String,
}

/// `securityContext` of a Pod.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodSecurityContext {
    /// Default user id.
    pub run_as_user: Option<i64>,
    /// Default group id.
    pub run_as_group: Option<i64>,
    /// Default of the kubelet's refusal to start as uid 0.
    pub run_as_non_root: Option<bool>,
    /// Group that owns volumes.
    pub fs_group: Option<i64>,
    /// More groups of the first process.
    #[serde(deserialize_with = "nullable")]
    pub supplemental_groups: Vec<i64>,
    /// Whether the image's own groups are added: `Merge` or `Strict`.
    pub supplemental_groups_policy: Option<String>,
    /// Kernel parameters; values are not read.
    #[serde(deserialize_with = "nullable")]
    pub sysctls: Vec<Sysctl>,
    /// Default seccomp profile.
    pub seccomp_profile: Option<Profile>,
    /// Default `AppArmor` profile.
    pub app_armor_profile: Option<Profile>,
    /// Default SELinux label.
    pub se_linux_options: Option<SeLinuxOptions>,
    /// Default Windows identity.
    pub windows_options: Option<WindowsOptions>,
}

/// An entry of `sysctls`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(default)]
pub struct Sysctl {
    /// Name, for example `net.ipv4.tcp_syncookies`.
    #[serde(deserialize_with = "nullable")]
    pub name: String,
}

pub(in crate::inventory) static POD: Message = Message::new(
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
