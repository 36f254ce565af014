//! Names things in a cluster: objects and the fields inside them. Knows no field's meaning.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One API object, as `kubectl get` would address it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
pub struct ObjectRef {
    /// Kind in the API's spelling, for example `Pod`.
    pub kind: String,
    /// `None` for cluster-scoped kinds.
    pub namespace: Option<String>,
    /// `metadata.name`
    pub name: String,
    /// `metadata.uid`; `None` for a manifest that no API server has stored.
    pub uid: Option<String>,
}

impl fmt::Display for ObjectRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.namespace {
            Some(namespace) => write!(f, "{} {namespace}/{}", self.kind, self.name),
            None => write!(f, "{} {}", self.kind, self.name),
        }
    }
}

/// A container in its pod.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContainerPlace {
    /// Unique within the pod.
    pub name: String,
    /// `init`, `sidecar`, `ephemeral`, or empty for a main container.
    pub role: &'static str,
    /// Whether it has ended, as an init container has while the others run.
    pub completed: bool,
}

/// A field of an object in the notation of the kubelet's events: list entries by their name,
/// `spec.containers{app}.securityContext.runAsUser`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldPath(String);

impl FieldPath {
    /// A path from the object's root.
    pub fn new(path: impl Into<String>) -> Self {
        Self(path.into())
    }

    /// The field below this one.
    #[must_use]
    pub fn field(&self, name: &str) -> Self {
        Self(format!("{}.{name}", self.0))
    }

    /// The entry of that name in this list.
    #[must_use]
    pub fn entry(&self, name: &str) -> Self {
        Self(format!("{}{{{name}}}", self.0))
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
