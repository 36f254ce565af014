//! The parts of the public JSON that several documents have in common, and how JSON is written.
//!
//! These structures are formats of their own, apart from internal ones, so that those can change
//! without breaking anyone. Their names and fields are those of the schemas under `reports/`.

use std::io::{self, Write};

use serde::{Serialize, Serializer};

use super::cluster::Cluster;
use super::coverage::not_evaluated;
use crate::evidence::Evidence;
use crate::finding::BlastRadius;
use crate::inventory::{Coverage, RoleBinding};
use crate::object::ObjectRef;

/// Writes a document with spaces and a line feed at its end.
pub(super) fn write(document: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, document)?;
    writeln!(out)
}

/// Writes a list entry by entry, each made when its turn comes: a large report is never in memory.
pub(super) struct Each<F>(pub(super) F);

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
#[cfg_attr(test, schemars(rename = "Tool"))]
pub(super) struct ToolJson<'a> {
    /// Always `podaudit`.
    pub(super) name: &'a str,
    /// Semantic version.
    pub(super) version: &'a str,
}

/// What every document about one cluster begins with.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Head"))]
#[serde(rename_all = "camelCase")]
pub(super) struct HeadJson<'a> {
    /// Version of this format.
    schema_version: u32,
    /// What made the report.
    tool: ToolJson<'a>,
    /// What was scanned.
    cluster: ClusterJson<'a>,
}

/// The cluster.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Cluster"))]
#[serde(rename_all = "camelCase")]
pub(super) struct ClusterJson<'a> {
    /// The kubeconfig's name for it, `in-cluster`, `files` or `demo`.
    pub(super) name: &'a str,
    /// The API server's version, for example `v1.37.2`; null for files.
    pub(super) kubernetes_version: Option<&'a str>,
}

/// An API object.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Object"))]
pub(super) struct ObjectJson<'a> {
    /// For example `Pod`.
    pub(super) kind: &'a str,
    /// Null for cluster-scoped kinds.
    pub(super) namespace: Option<&'a str>,
    /// `metadata.name`
    pub(super) name: &'a str,
    /// Null for a manifest.
    pub(super) uid: Option<&'a str>,
}

/// One value that a verdict rests on.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Evidence"))]
pub(super) struct EvidenceJson<'a> {
    /// The object that holds the field, where it is not the one judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) object: Option<ObjectJson<'a>>,
    /// Field, list entries by name: `spec.containers{app}.image`.
    pub(super) path: String,
    /// Its value, or `unset`.
    pub(super) value: &'a str,
    /// `field`, `observed`, `default`, `admission`, `runtimeDefault` or `assumed`.
    pub(super) source: &'a str,
}

/// The record of one kind.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Coverage"))]
#[serde(rename_all = "camelCase")]
pub(super) struct CoverageJson<'a> {
    /// Plural name, for example `pods`.
    pub(super) resource: &'a str,
    /// `complete`, `incomplete`, `absent` (the files read hold none) or `notRequested`.
    pub(super) state: &'a str,
    /// Objects that the source sent.
    pub(super) listed: u64,
    /// Objects that could be read.
    pub(super) decoded: u64,
    /// Objects that could not.
    pub(super) undecodable: Vec<UndecodableJson<'a>>,
    /// Answers that the lists came in.
    pub(super) pages: u64,
    /// Requests repeated after a passing fault.
    pub(super) retries: u64,
    /// Whether the lists show one moment of the cluster.
    pub(super) consistent: bool,
    /// What ended the listing early.
    pub(super) error: Option<&'a str>,
    /// Whether the kubeconfig's `insecure-skip-tls-verify` let anyone in between answer instead of
    /// the API server; left out if not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) insecure_skip_tls_verify: Option<bool>,
    /// Ids of the rules that could not be evaluated, wholly or in part, for want of this kind.
    pub(super) not_evaluated: Vec<&'a str>,
}

/// An object that was listed and could not be read.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Undecodable"))]
pub(super) struct UndecodableJson<'a> {
    /// Which.
    pub(super) object: ObjectJson<'a>,
    /// What is wrong with it.
    pub(super) error: &'a str,
}

/// How far a takeover leads: `none`, `namespace`, `namespaces`, `node` or `cluster`.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Blast"))]
#[serde(rename_all = "camelCase")]
pub(super) struct BlastJson<'a> {
    /// By steps that are certain.
    pub(super) certain: &'a str,
    /// By all steps.
    pub(super) at_most: &'a str,
}

/// podaudit itself.
pub(super) fn tool(version: &str) -> ToolJson<'_> {
    ToolJson { name: "podaudit", version }
}

/// The head of a document whose own format has this version.
pub(super) fn head<'a>(
    schema_version: u32,
    version: &'a str,
    scanned: &'a Cluster,
) -> HeadJson<'a> {
    HeadJson { schema_version, tool: tool(version), cluster: cluster(scanned) }
}

pub(super) fn cluster(cluster: &Cluster) -> ClusterJson<'_> {
    ClusterJson { name: &cluster.name, kubernetes_version: cluster.kubernetes_version.as_deref() }
}

pub(super) fn object(object: &ObjectRef) -> ObjectJson<'_> {
    ObjectJson {
        kind: &object.kind,
        namespace: object.namespace.as_deref(),
        name: &object.name,
        uid: object.uid.as_deref(),
    }
}

pub(super) fn evidence(evidence: &Evidence) -> EvidenceJson<'_> {
    EvidenceJson {
        object: evidence.object.as_deref().map(object),
        path: evidence.path.to_string(),
        value: &evidence.value,
        source: evidence.source.as_str(),
    }
}

/// A binding as an object.
pub(super) fn binding(binding: &RoleBinding) -> ObjectJson<'_> {
    ObjectJson {
        kind: binding.kind(),
        namespace: binding.metadata.namespace.as_deref(),
        name: &binding.metadata.name,
        uid: binding.metadata.uid.as_deref(),
    }
}

pub(super) fn coverage(record: &Coverage) -> CoverageJson<'_> {
    CoverageJson {
        resource: record.resource.plural(),
        state: record.state.as_str(),
        listed: record.listed,
        decoded: record.decoded,
        undecodable: record
            .undecodable
            .iter()
            .map(|bad| UndecodableJson { object: object(&bad.object), error: &bad.error })
            .collect(),
        pages: record.pages,
        retries: record.retries,
        consistent: record.consistent,
        error: record.error.as_deref(),
        insecure_skip_tls_verify: record.unverified.then_some(true),
        not_evaluated: not_evaluated(record),
    }
}

pub(super) fn blast(blast: BlastRadius) -> BlastJson<'static> {
    BlastJson { certain: blast.certain.as_str(), at_most: blast.at_most.as_str() }
}
