//! A Secret as its metadata and type. Its data has no field here, so that it cannot be held.

use serde::{Deserialize, Serialize};

use super::meta::{HasMetadata, ObjectMeta, nullable};
use crate::object::ObjectRef;

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

impl HasMetadata for Secret {
    fn metadata_mut(&mut self) -> &mut ObjectMeta {
        &mut self.metadata
    }
}
