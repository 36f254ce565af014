//! Names things in a cluster: objects and the fields inside them. Knows no field's meaning.

use std::fmt;
use std::sync::Arc;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
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

/// A workload within its namespace; or an object that is no pod, and is edited itself. The order is
/// that of reports.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct WorkloadName {
    /// Kind in the API's spelling, for example `Deployment`.
    pub kind: String,
    /// Name of the object.
    pub name: String,
}

impl fmt::Display for ObjectRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.namespace {
            Some(namespace) => write!(f, "{} {namespace}/{}", self.kind, self.name),
            None => write!(f, "{} {}", self.kind, self.name),
        }
    }
}

/// What a segment of a path may hold as it is (RFC 3986, without what frameworks give a meaning).
const SEGMENT: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b':');

/// The name as a segment of a path: it can neither end it nor lead out of it.
#[must_use]
pub fn path_segment(name: &str) -> String {
    match name {
        "." | ".." => name.replace('.', "%2E"),
        _ => utf8_percent_encode(name, SEGMENT).to_string(),
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

/// What has fields: an object, or an entry of a list in it. Shared by the paths of its fields, of
/// which an audit makes hundreds for each container.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Parent(Arc<str>);

impl Parent {
    /// The struct at this path from the object's root; empty for the object itself.
    #[must_use]
    pub fn new(path: &str) -> Self {
        Self(path.into())
    }

    /// The entry of that name in this list.
    #[must_use]
    pub fn entry(&self, list: &str, name: &str) -> Self {
        Self::new(&format!("{self}{}{list}{{{name}}}", self.dot()))
    }

    /// The struct of that name.
    #[must_use]
    pub fn below(&self, name: &str) -> Self {
        Self::new(&format!("{self}{}{name}", self.dot()))
    }

    /// The field at this path.
    #[must_use]
    pub fn field(&self, path: &'static str) -> FieldPath {
        FieldPath { parent: self.clone(), field: path }
    }

    fn dot(&self) -> &'static str {
        if self.0.is_empty() { "" } else { "." }
    }
}

impl fmt::Display for Parent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A field of an object in the notation of the kubelet's events: list entries by their name,
/// `spec.containers{app}.securityContext.runAsUser`. Only paths that were put together
/// by the same steps are equal: the last parent is the last entry of a list, or the `spec`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldPath {
    parent: Parent,
    field: &'static str,
}

impl FieldPath {
    /// A path from the object's root.
    #[must_use]
    pub fn new(path: &'static str) -> Self {
        Parent::default().field(path)
    }
}

impl From<Parent> for FieldPath {
    fn from(parent: Parent) -> Self {
        parent.field("")
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dot = if self.field.is_empty() { "" } else { self.parent.dot() };
        f.write_str(&self.parent.0)?;
        f.write_str(dot)?;
        f.write_str(self.field)
    }
}

#[cfg(test)]
mod tests {
    use super::path_segment;

    #[test]
    fn a_segment_neither_ends_nor_leads_out() {
        assert_eq!(path_segment("web-1.system:node"), "web-1.system:node");
        assert_eq!(path_segment("a/b?c#d%2f é"), "a%2Fb%3Fc%23d%252f%20%C3%A9");
        assert_eq!((path_segment("."), path_segment("..")), ("%2E".into(), "%2E%2E".into()));
    }
}
