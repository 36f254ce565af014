//! A `RoleBinding` or a `ClusterRoleBinding`, as far as the authorizer reads it: they differ in where
//! they live.
//!
//! Shapes: `k8s.io/api/rbac/v1`.

use serde::{Deserialize, Serialize};

use super::meta::{HasMetadata, OBJECT_META, ObjectMeta, nullable};
use crate::inventory::message::{Message, Msg, Text, many, sent, some};
use crate::object::ObjectRef;

/// A `RoleBinding`, or a `ClusterRoleBinding`, which has no namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RoleBinding {
    /// Name, and for a `RoleBinding` its namespace.
    #[serde(deserialize_with = "nullable")]
    pub metadata: ObjectMeta,
    /// What is granted.
    #[serde(deserialize_with = "nullable")]
    pub role_ref: RoleRef,
    /// To whom.
    #[serde(deserialize_with = "nullable")]
    pub subjects: Vec<Subject>,
}

impl RoleBinding {
    /// Its kind in the API.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        if self.metadata.namespace.is_some() { "RoleBinding" } else { "ClusterRoleBinding" }
    }

    /// The name to show.
    #[must_use]
    pub fn reference(&self) -> ObjectRef {
        let namespace = self.metadata.namespace.clone();
        ObjectRef {
            kind: self.kind().to_owned(),
            namespace,
            name: self.metadata.name.clone(),
            uid: self.metadata.uid.clone(),
        }
    }
}

/// `roleRef`. Its `apiGroup` has one value that the API server accepts, and is not read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct RoleRef {
    /// `Role`, in the binding's namespace, or `ClusterRole`.
    #[serde(deserialize_with = "nullable")]
    pub kind: String,
    /// Of a role that need not exist.
    #[serde(deserialize_with = "nullable")]
    pub name: String,
}

/// `subjects[]`. The authorizer tells them by kind and name alone, so `apiGroup` is not read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct Subject {
    /// `User`, `Group` or `ServiceAccount`.
    #[serde(deserialize_with = "nullable")]
    pub kind: String,
    /// Of the user, the group or the ServiceAccount.
    #[serde(deserialize_with = "nullable")]
    pub name: String,
    /// Of a ServiceAccount; empty is the binding's own.
    #[serde(deserialize_with = "nullable")]
    pub namespace: String,
}

impl HasMetadata for RoleBinding {
    fn metadata_mut(&mut self) -> &mut ObjectMeta {
        &mut self.metadata
    }
}

/// A `ClusterRoleBinding` has the same fields.
pub(in crate::inventory) static ROLE_BINDING: Message = Message::new(
    "rbac.v1.RoleBinding",
    &[
        sent(1, "metadata", Msg(&OBJECT_META)),
        many(2, "subjects", Msg(&SUBJECT)),
        sent(3, "roleRef", Msg(&ROLE_REF)),
    ],
);

static SUBJECT: Message = Message::new(
    "rbac.v1.Subject",
    &[sent(1, "kind", Text), sent(3, "name", Text), some(4, "namespace", Text)],
);

static ROLE_REF: Message =
    Message::new("rbac.v1.RoleRef", &[sent(2, "kind", Text), sent(3, "name", Text)]);
