//! A ServiceAccount, as far as verdicts read it: its name, and whether its token is mounted.

use serde::{Deserialize, Serialize};

use super::meta::{HasMetadata, OBJECT_META, ObjectMeta, nullable};
use crate::inventory::message::{Bool, Message, Msg, sent};
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

impl HasMetadata for ServiceAccount {
    fn metadata_mut(&mut self) -> &mut ObjectMeta {
        &mut self.metadata
    }
}

pub(in crate::inventory) static SERVICE_ACCOUNT: Message = Message::new(
    "core.v1.ServiceAccount",
    &[sent(1, "metadata", Msg(&OBJECT_META)), sent(4, "automountServiceAccountToken", Bool)],
);
