//! A Node, as far as verdicts read it: its labels, platform and container runtime.

use serde::{Deserialize, Serialize};

use super::meta::{HasMetadata, OBJECT_META, ObjectMeta, nullable};
use crate::inventory::message::{Message, Msg, Text, sent};
use crate::object::ObjectRef;

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

impl HasMetadata for Node {
    fn metadata_mut(&mut self) -> &mut ObjectMeta {
        &mut self.metadata
    }
}

pub(in crate::inventory) static NODE: Message = Message::new(
    "core.v1.Node",
    &[sent(1, "metadata", Msg(&OBJECT_META)), sent(3, "status", Msg(&NODE_STATUS))],
);

static NODE_STATUS: Message =
    Message::new("core.v1.NodeStatus", &[sent(7, "nodeInfo", Msg(&NODE_INFO))]);

static NODE_INFO: Message = Message::new(
    "core.v1.NodeSystemInfo",
    &[
        sent(6, "containerRuntimeVersion", Text),
        sent(9, "operatingSystem", Text),
        sent(10, "architecture", Text),
    ],
);
