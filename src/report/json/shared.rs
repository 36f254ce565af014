//! The parts of the public JSON that several documents share.

use serde::{Serialize, Serializer};

use crate::inventory::RoleBinding;
use crate::object::ObjectRef;
use crate::{evidence, report};

/// Writes a list entry by entry, each made when its turn comes: a large report is never in memory.
pub(in crate::report) struct Each<F>(pub(in crate::report) F);

impl<F, I> Serialize for Each<F>
where
    F: Fn() -> I,
    I: Iterator<Item: Serialize>,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0())
    }
}

/// The scanner.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(in crate::report) struct Tool<'a> {
    /// Always `podaudit`.
    pub(in crate::report) name: &'a str,
    /// Semantic version.
    pub(in crate::report) version: &'a str,
}

/// What every document about one cluster begins with.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(in crate::report) struct Head<'a> {
    /// Version of this format.
    schema_version: u32,
    /// What made the report.
    tool: Tool<'a>,
    /// What was scanned.
    cluster: Cluster<'a>,
}

/// The cluster.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(in crate::report) struct Cluster<'a> {
    /// The kubeconfig's name for it, `in-cluster`, `files` or `demo`.
    pub(in crate::report) name: &'a str,
    /// The API server's version, for example `v1.37.2`; null for files.
    pub(in crate::report) kubernetes_version: Option<&'a str>,
}

/// An API object.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(in crate::report) struct Object<'a> {
    /// For example `Pod`.
    pub(in crate::report) kind: &'a str,
    /// Null for cluster-scoped kinds.
    pub(in crate::report) namespace: Option<&'a str>,
    /// `metadata.name`
    pub(in crate::report) name: &'a str,
    /// Null for a manifest.
    pub(in crate::report) uid: Option<&'a str>,
}

/// One value that a verdict rests on.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(in crate::report) struct Evidence<'a> {
    /// The object that holds the field, where it is not the one judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::report) object: Option<Object<'a>>,
    /// Field, list entries by name: `spec.containers{app}.image`.
    pub(in crate::report) path: String,
    /// Its value, or `unset`.
    pub(in crate::report) value: &'a str,
    /// `field`, `observed`, `default`, `admission`, `runtimeDefault` or `assumed`.
    pub(in crate::report) source: &'a str,
}

/// podaudit itself.
pub(in crate::report) fn tool(version: &str) -> Tool<'_> {
    Tool { name: "podaudit", version }
}

/// The head of a document whose own format has this version.
pub(in crate::report) fn head<'a>(
    schema_version: u32,
    version: &'a str,
    of: &'a report::Cluster,
) -> Head<'a> {
    Head { schema_version, tool: tool(version), cluster: cluster(of) }
}

pub(in crate::report) fn cluster(cluster: &report::Cluster) -> Cluster<'_> {
    Cluster { name: &cluster.name, kubernetes_version: cluster.kubernetes_version.as_deref() }
}

pub(in crate::report) fn object(object: &ObjectRef) -> Object<'_> {
    Object {
        kind: &object.kind,
        namespace: object.namespace.as_deref(),
        name: &object.name,
        uid: object.uid.as_deref(),
    }
}

pub(in crate::report) fn evidence(evidence: &evidence::Evidence) -> Evidence<'_> {
    Evidence {
        object: evidence.object.as_deref().map(object),
        path: evidence.path.to_string(),
        value: &evidence.value,
        source: evidence.source.as_str(),
    }
}

/// Compares a published JSON Schema with the structures, or rewrites it with `UPDATE_EXPECT`.
#[cfg(test)]
pub(in crate::report) fn assert_schema<T: schemars::JsonSchema>(
    published: &expect_test::ExpectFile,
) {
    let schema = schemars::schema_for!(T);
    published.assert_eq(&(serde_json::to_string_pretty(&schema).unwrap() + "\n"));
}

/// A binding as an object.
pub(in crate::report) fn binding(binding: &RoleBinding) -> Object<'_> {
    Object {
        kind: binding.kind(),
        namespace: binding.metadata.namespace.as_deref(),
        name: &binding.metadata.name,
        uid: binding.metadata.uid.as_deref(),
    }
}
