//! Objects of which the metadata is all that verdicts read: Namespaces, ReplicaSets, Jobs.
//!
//! Shape: `PartialObjectMetadata` of `k8s.io/apimachinery/pkg/apis/meta/v1`.

use serde::{Deserialize, Serialize};

use super::meta::{HasMetadata, OBJECT_META, ObjectMeta, nullable};
use crate::inventory::message::{Message, Msg, sent};

/// Name, labels and owners of a Namespace, a ReplicaSet or a Job.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(default)]
pub struct PartialObjectMetadata {
    /// Name, labels, owners.
    #[serde(deserialize_with = "nullable")]
    pub metadata: ObjectMeta,
}

impl HasMetadata for PartialObjectMetadata {
    fn metadata_mut(&mut self) -> &mut ObjectMeta {
        &mut self.metadata
    }
}

/// Every kind has its metadata first, so that a server may also send the whole object.
pub(in crate::inventory) static PARTIAL_OBJECT_METADATA: Message =
    Message::new("meta.v1.PartialObjectMetadata", &[sent(1, "metadata", Msg(&OBJECT_META))]);
