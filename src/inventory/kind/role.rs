//! A `Role` or a `ClusterRole`, as far as the authorizer reads it: they differ in where they live.
//!
//! Shapes: `k8s.io/api/rbac/v1`.

use serde::{Deserialize, Serialize};

use super::meta::{HasMetadata, OBJECT_META, ObjectMeta, is_there, nullable};
use crate::inventory::message::{Message, Msg, Skipped, Text, many, sent};

/// A `Role`, or a `ClusterRole`, which has no namespace. The rules of one that is aggregated are
/// filled in: by the controller manager, or for a manifest by [`crate::inventory::Inventory::aggregate`].
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

impl HasMetadata for Role {
    fn metadata_mut(&mut self) -> &mut ObjectMeta {
        &mut self.metadata
    }
}

pub(in crate::inventory) static ROLE: Message = Message::new(
    "rbac.v1.Role",
    &[sent(1, "metadata", Msg(&OBJECT_META)), many(2, "rules", Msg(&POLICY_RULE))],
);

pub(in crate::inventory) static CLUSTER_ROLE: Message = Message::new(
    "rbac.v1.ClusterRole",
    &[
        sent(1, "metadata", Msg(&OBJECT_META)),
        many(2, "rules", Msg(&POLICY_RULE)),
        sent(3, "aggregationRule", Skipped),
    ],
);

static POLICY_RULE: Message = Message::new(
    "rbac.v1.PolicyRule",
    &[
        many(1, "verbs", Text),
        many(2, "apiGroups", Text),
        many(3, "resources", Text),
        many(4, "resourceNames", Text),
        many(5, "nonResourceURLs", Text),
    ],
);
