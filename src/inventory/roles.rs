//! Roles and bindings, as far as the authorizer reads them.
//!
//! Shapes: `k8s.io/api/rbac/v1`. A `Role` and a `ClusterRole` differ in where they live only, and
//! so do their bindings; the inventory keeps them in different maps.

use serde::{Deserialize, Serialize};

use super::meta::{ObjectMeta, is_there, nullable};
use crate::object::ObjectRef;

/// A `Role`, or a `ClusterRole`, which has no namespace. The rules of one that is aggregated are
/// filled in: by the controller manager, or for a manifest by [`super::Inventory::aggregate`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Role {
    /// Name, and for a `Role` its namespace.
    #[serde(deserialize_with = "nullable")]
    pub metadata: ObjectMeta,
    /// Purely additive.
    #[serde(deserialize_with = "nullable")]
    pub rules: Vec<PolicyRule>,
    /// Whether a `ClusterRole` takes in the rules of others, by their labels.
    #[serde(
        rename = "aggregationRule",
        deserialize_with = "is_there",
        skip_serializing_if = "std::ops::Not::not"
    )]
    pub aggregated: bool,
}

/// `rules[]`: verbs on resources, or on URLs that are no resources.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PolicyRule {
    /// For example `get`; `*` is all.
    #[serde(deserialize_with = "nullable")]
    pub verbs: Vec<String>,
    /// `""` is the core group; `*` is all.
    #[serde(deserialize_with = "nullable")]
    pub api_groups: Vec<String>,
    /// `pods`, `pods/exec`, `*/scale`; `*` is all, subresources included.
    #[serde(deserialize_with = "nullable")]
    pub resources: Vec<String>,
    /// Only objects of these names; empty is any.
    #[serde(deserialize_with = "nullable")]
    pub resource_names: Vec<String>,
    /// For example `/metrics` or `/apis/*`.
    #[serde(rename = "nonResourceURLs", deserialize_with = "nullable")]
    pub non_resource_urls: Vec<String>,
}

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
