//! ServiceAccounts, Namespaces and Nodes, as far as verdicts read them.

use serde::{Deserialize, Serialize};

use super::meta::{ObjectMeta, nullable};
use crate::object::ObjectRef;

/// A `ServiceAccount`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ServiceAccount {
    /// Name and namespace.
    #[serde(deserialize_with = "nullable")]
    pub metadata: ObjectMeta,
    /// Unset is true.
    pub automount_service_account_token: Option<bool>,
}

impl ServiceAccount {
    /// The name to show.
    #[must_use]
    pub fn reference(&self) -> ObjectRef {
        ObjectRef {
            kind: "ServiceAccount".to_owned(),
            namespace: self.metadata.namespace.clone(),
            name: self.metadata.name.clone(),
            uid: self.metadata.uid.clone(),
        }
    }
}

/// A Secret without its data.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(default)]
pub struct Secret {
    /// Name, namespace, and the ServiceAccount of a token.
    #[serde(deserialize_with = "nullable")]
    pub metadata: ObjectMeta,
    /// For example `kubernetes.io/service-account-token`; missing where only metadata was listed.
    pub r#type: Option<String>,
}

impl Secret {
    /// The name to show.
    #[must_use]
    pub fn reference(&self) -> ObjectRef {
        ObjectRef {
            kind: "Secret".to_owned(),
            namespace: self.metadata.namespace.clone(),
            name: self.metadata.name.clone(),
            uid: self.metadata.uid.clone(),
        }
    }
}

/// An object of which only the metadata is read: Namespaces, ReplicaSets, Jobs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(default)]
pub struct Partial {
    /// Name, labels, owners.
    #[serde(deserialize_with = "nullable")]
    pub metadata: ObjectMeta,
}

/// A Node.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(default)]
pub struct Node {
    /// Name.
    #[serde(deserialize_with = "nullable")]
    pub metadata: ObjectMeta,
    /// What the kubelet reports.
    #[serde(deserialize_with = "nullable")]
    pub status: NodeStatus,
}

impl Node {
    /// The name to show.
    #[must_use]
    pub fn reference(&self) -> ObjectRef {
        ObjectRef {
            kind: "Node".to_owned(),
            namespace: None,
            name: self.metadata.name.clone(),
            uid: self.metadata.uid.clone(),
        }
    }
}

/// `status` of a Node.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NodeStatus {
    /// Versions.
    #[serde(deserialize_with = "nullable")]
    pub node_info: NodeInfo,
}

/// `status.nodeInfo` of a Node.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NodeInfo {
    /// For example `containerd://2.1.4`.
    #[serde(deserialize_with = "nullable")]
    pub container_runtime_version: String,
    /// For example `amd64`.
    #[serde(deserialize_with = "nullable")]
    pub architecture: String,
    /// `linux` or `windows`.
    #[serde(deserialize_with = "nullable")]
    pub operating_system: String,
}
