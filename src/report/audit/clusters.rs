//! The report of several clusters: each with its own report, or with the error that kept it from
//! being read.

use jiff::Timestamp;

use super::report::AuditReport;
use crate::report::style::visible;

/// What came of one cluster.
#[derive(Clone, Debug)]
pub struct ClusterOutcome<'a> {
    /// The kubeconfig's context.
    pub name: &'a str,
    /// Its report, or why there is none.
    pub report: Result<AuditReport<'a>, String>,
}

/// Several clusters, in the order of their contexts.
#[derive(Clone, Debug)]
pub struct ClustersReport<'a> {
    /// Each with its report or error.
    pub clusters: Vec<ClusterOutcome<'a>>,
    /// When the last scan ended.
    pub scanned_at: Timestamp,
    /// podaudit's own version.
    pub version: &'a str,
}

/// What is said of a cluster that has no report.
pub(super) fn not_scanned(error: &str) -> String {
    visible(&format!("Not scanned, so nothing is known of it: {error}.")).into_owned()
}
