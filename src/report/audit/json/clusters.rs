//! The JSON of several clusters, schema version 1; `reports/clusters.schema.json` is made from these
//! structures.

use serde::Serialize;

#[cfg(test)]
use super::model::AuditJson;
use super::render::document as audit_document;
use crate::report::audit::clusters::{ClusterOutcome, ClustersReport};
use crate::report::json::{Each, ToolJson, tool};

/// Grows when a field changes its meaning or goes; new fields alone do not count.
const SCHEMA_VERSION: u32 = 1;

/// Several clusters; `reports/clusters.schema.json` is made from this.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Model"))]
#[serde(rename_all = "camelCase")]
pub(in crate::report) struct ClustersJson<'a, C> {
    /// Version of this format.
    schema_version: u32,
    /// What made the report.
    tool: ToolJson<'a>,
    /// When the last scan ended, RFC 3339.
    scanned_at: String,
    /// In the order of the contexts.
    #[cfg_attr(test, schemars(with = "Vec<ClusterEntryJson<AuditJson<(), ()>>>"))]
    clusters: C,
}

/// One cluster.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Cluster"))]
pub(in crate::report) struct ClusterEntryJson<'a, R> {
    /// The kubeconfig's context.
    name: &'a str,
    /// Why it could not be scanned.
    error: Option<&'a str>,
    /// The report of this cluster alone; null if it could not be scanned.
    report: Option<R>,
}

/// The document of a report; each cluster is made while it is written.
pub(super) fn document<'a>(
    report: &'a ClustersReport<'a>,
) -> ClustersJson<'a, impl Serialize + use<'a>> {
    ClustersJson {
        schema_version: SCHEMA_VERSION,
        tool: tool(report.version),
        scanned_at: report.scanned_at.to_string(),
        clusters: Each(|| report.clusters.iter().map(cluster)),
    }
}

fn cluster<'a>(
    ClusterOutcome { name, report }: &'a ClusterOutcome<'a>,
) -> ClusterEntryJson<'a, impl Serialize + use<'a>> {
    let error = report.as_ref().err().map(String::as_str);
    ClusterEntryJson { name, error, report: report.as_ref().ok().map(audit_document) }
}
