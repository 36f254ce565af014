//! The fields of `metadata` that verdicts read. Labels and annotations that nothing judges are
//! skipped while decoding: annotations can hold whole earlier versions of an object, env included.

use std::collections::BTreeMap;
use std::fmt;

use crate::inventory::message::{Bool, Map, Message, Msg, Text, Time, many, own, sent, some};
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};

/// `metadata` of any object.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ObjectMeta {
    /// Unique within kind and namespace. Empty on a manifest that uses `generateName`.
    #[serde(deserialize_with = "nullable")]
    pub name: String,
    /// Prefix that the API server completes into a name.
    pub generate_name: Option<String>,
    /// `None` for cluster-scoped kinds.
    pub namespace: Option<String>,
    /// Set by the API server on creation.
    pub uid: Option<String>,
    /// Set by the API server on creation, RFC 3339. Read only to know that it is set.
    pub creation_timestamp: Option<String>,
    /// Only the keys that [`is_judged`] knows.
    #[serde(deserialize_with = "judged_entries")]
    pub labels: BTreeMap<String, String>,
    /// Only the keys that [`is_judged`] knows.
    #[serde(deserialize_with = "judged_entries")]
    pub annotations: BTreeMap<String, String>,
    /// Owners; the one with `controller: true` manages the object.
    #[serde(deserialize_with = "nullable")]
    pub owner_references: Vec<OwnerReference>,
}

impl ObjectMeta {
    /// The owner that manages this object.
    #[must_use]
    pub fn controller(&self) -> Option<&OwnerReference> {
        self.owner_references.iter().find(|owner| owner.controller == Some(true))
    }

    /// Whether the API server made it at its start, and would again.
    #[must_use]
    pub fn is_built_in(&self) -> bool {
        self.labels.contains_key(BOOTSTRAPPING_LABEL)
    }

    /// Whether it has the label of a control plane's Node.
    #[must_use]
    pub fn has_control_plane_role(&self) -> bool {
        self.labels.contains_key(CONTROL_PLANE_LABEL)
    }
}

/// A structure with `metadata`.
pub(in crate::inventory) trait HasMetadata {
    /// The metadata, to complete what a manifest leaves out.
    fn metadata_mut(&mut self) -> &mut ObjectMeta;
}

impl HasMetadata for ObjectMeta {
    fn metadata_mut(&mut self) -> &mut ObjectMeta {
        self
    }
}

/// `metadata.ownerReferences[]`
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OwnerReference {
    /// Kind of the owner, for example `ReplicaSet`.
    #[serde(deserialize_with = "nullable")]
    pub kind: String,
    /// Name of the owner, in the same namespace or cluster-scoped.
    #[serde(deserialize_with = "nullable")]
    pub name: String,
    /// UID of the owner.
    #[serde(deserialize_with = "nullable")]
    pub uid: String,
    /// Whether this owner manages the object.
    pub controller: Option<bool>,
}

/// The annotation that the kubelet puts on the mirror of a static pod.
pub const MIRROR_ANNOTATION: &str = "kubernetes.io/config.mirror";
/// On a token Secret: the ServiceAccount whose token it holds.
pub const TOKEN_ACCOUNT_ANNOTATION: &str = "kubernetes.io/service-account.name";
/// On a token Secret: since when the API server refuses the token.
pub(in crate::inventory) const TOKEN_INVALID_LABEL: &str =
    "kubernetes.io/legacy-token-invalid-since";
/// On a Node: its role, as kubeadm and others set it.
const CONTROL_PLANE_LABEL: &str = "node-role.kubernetes.io/control-plane";
/// On roles and bindings: `rbac-defaults` on those that the API server makes.
pub const BOOTSTRAPPING_LABEL: &str = "kubernetes.io/bootstrapping";
/// On roles and bindings: `true` where the API server restores what is missing when it starts.
pub const AUTOUPDATE_ANNOTATION: &str = "rbac.authorization.kubernetes.io/autoupdate";
/// Prefix of the `AppArmor` annotations, followed by a container's name.
pub const APPARMOR_ANNOTATION_PREFIX: &str = "container.apparmor.security.beta.kubernetes.io/";
/// The seccomp annotation of a whole pod; Kubernetes reads it up to v1.26.
pub const SECCOMP_POD_ANNOTATION: &str = "seccomp.security.alpha.kubernetes.io/pod";
/// Prefix of the seccomp annotations of single containers, followed by a container's name.
pub const SECCOMP_ANNOTATION_PREFIX: &str = "container.seccomp.security.alpha.kubernetes.io/";
/// Prefix of the labels that Pod Security admission reads from a Namespace.
pub const POD_SECURITY_LABEL_PREFIX: &str = "pod-security.kubernetes.io/";

/// Prefix of the annotations that accept a finding, followed by a rule's id; the value is the
/// reason. They count only where the operator allows it.
pub const EXCEPTION_ANNOTATION_PREFIX: &str = "podaudit.dev/except-";

/// Whether some verdict reads this label or annotation; all others are never decoded.
pub(in crate::inventory) fn is_judged(key: &str) -> bool {
    const EXACT: [&str; 7] = [
        CONTROL_PLANE_LABEL,
        MIRROR_ANNOTATION,
        SECCOMP_POD_ANNOTATION,
        TOKEN_ACCOUNT_ANNOTATION,
        TOKEN_INVALID_LABEL,
        BOOTSTRAPPING_LABEL,
        AUTOUPDATE_ANNOTATION,
    ];
    const PREFIXES: [&str; 4] = [
        APPARMOR_ANNOTATION_PREFIX,
        SECCOMP_ANNOTATION_PREFIX,
        POD_SECURITY_LABEL_PREFIX,
        EXCEPTION_ANNOTATION_PREFIX,
    ];
    EXACT.contains(&key) || PREFIXES.iter().any(|prefix| key.starts_with(prefix))
}

/// Reads `null` as the type's default, as the API server's own decoder does.
pub(crate) fn nullable<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// Whether the field has a value, whatever that is.
pub(super) fn is_there<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Option::<IgnoredAny>::deserialize(deserializer).map(|value| value.is_some())
}

fn judged_entries<'de, D>(deserializer: D) -> Result<BTreeMap<String, String>, D::Error>
where
    D: Deserializer<'de>,
{
    struct Judged;
    impl<'de> Visitor<'de> for Judged {
        type Value = BTreeMap<String, String>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a map of strings")
        }

        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok(BTreeMap::new())
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut judged = BTreeMap::new();
            while let Some(key) = map.next_key::<String>()? {
                if is_judged(&key) {
                    judged.insert(key, map.next_value::<Option<String>>()?.unwrap_or_default());
                } else {
                    map.next_value::<IgnoredAny>()?;
                }
            }
            Ok(judged)
        }
    }
    deserializer.deserialize_any(Judged)
}

pub(in crate::inventory) static OBJECT_META: Message = Message::new(
    "meta.v1.ObjectMeta",
    &[
        own(some(1, "name", Text)),
        own(some(2, "generateName", Text)),
        some(3, "namespace", Text),
        own(some(5, "uid", Text)),
        own(some(8, "creationTimestamp", Time)),
        many(11, "labels", Map),
        many(12, "annotations", Map),
        many(13, "ownerReferences", Msg(&OWNER_REFERENCE)),
    ],
);

static OWNER_REFERENCE: Message = Message::new(
    "meta.v1.OwnerReference",
    &[
        own(sent(1, "kind", Text)),
        sent(3, "name", Text),
        sent(4, "uid", Text),
        sent(6, "controller", Bool),
    ],
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unjudged_annotations_are_skipped_whatever_they_hold() {
        let meta: ObjectMeta = serde_json::from_str(
            r#"{"name":"a","labels":null,"annotations":{
                "kubectl.kubernetes.io/last-applied-configuration":{"not":"a string"},
                "kubernetes.io/config.mirror":"1"}}"#,
        )
        .unwrap();
        assert_eq!(meta.annotations.into_keys().collect::<Vec<_>>(), [MIRROR_ANNOTATION]);
    }
}
