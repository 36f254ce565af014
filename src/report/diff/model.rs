//! The JSON of `podaudit diff`, schema version 1; `reports/diff.schema.json` is made from these
//! structures. The audit's JSON holds the same entries under `baseline`.

use serde::Serialize;

use crate::report::json::Tool;

/// Grows when a field changes its meaning or goes; new fields alone do not count.
pub(super) const SCHEMA_VERSION: u32 = 1;

/// Two reports compared.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(super) struct Report<'a> {
    /// Version of this format.
    pub(super) schema_version: u32,
    /// What made the comparison.
    pub(super) tool: Tool<'a>,
    /// The older report.
    pub(super) old: Side<'a>,
    /// The newer report.
    pub(super) new: Side<'a>,
    /// How many places are in each state.
    pub(super) summary: Summary,
    /// What makes the comparison weaker than it looks.
    pub(super) notes: &'a [String],
    /// All that is not unchanged: new, changed, uncertain, fixed; worst first in each.
    pub(super) changes: Vec<Change<'a>>,
}

/// The baseline of an audit, and what is not in its findings any more.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(in crate::report) struct Baseline<'a> {
    /// The report that the findings are compared with.
    #[serde(rename = "report")]
    pub(super) side: Side<'a>,
    /// How many places are in each state.
    pub(super) summary: Summary,
    /// What makes the comparison weaker than it looks.
    pub(super) notes: &'a [String],
    /// All that is not unchanged: new, changed, uncertain, fixed; worst first in each.
    pub(super) changes: Vec<Change<'a>>,
}

/// One of two reports.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(super) struct Side<'a> {
    /// Name of the cluster.
    pub(super) cluster: &'a str,
    /// When the scan ended, RFC 3339.
    pub(super) scanned_at: &'a str,
    /// Version of the podaudit that judged.
    pub(super) version: &'a str,
}

/// Counts of places. A place is a rule, namespace, workload and container.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Summary {
    /// Only in the newer report.
    pub(super) new: usize,
    /// In both, and said otherwise.
    pub(super) changed: usize,
    /// In one, and nobody knows of the other.
    pub(super) uncertain: usize,
    /// Only in the older report.
    pub(super) fixed: usize,
    /// In both, alike.
    pub(super) unchanged: usize,
}

/// A place that is not as it was.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(super) struct Change<'a> {
    /// `new`, `changed`, `uncertain` or `fixed`.
    pub(super) state: &'a str,
    /// Why it is uncertain.
    pub(super) reason: Option<&'a str>,
    /// Rule id.
    pub(super) rule: &'a str,
    /// Null for cluster-scoped kinds.
    pub(super) namespace: Option<&'a str>,
    /// Kind of the workload.
    pub(super) kind: &'a str,
    /// Its name.
    pub(super) name: &'a str,
    /// Null for rules about whole pods and ServiceAccounts.
    pub(super) container: Option<&'a str>,
    /// The worst that the older report says of the place; null if it says nothing.
    pub(super) before: Option<Said<'a>>,
    /// The worst that the newer report says of the place; null if it says nothing.
    pub(super) now: Option<Said<'a>>,
    /// Of the findings of this place.
    pub(super) fingerprint: &'a str,
}

/// What a report says of a place.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Said<'a> {
    /// `fail` or `unknown`.
    pub(super) verdict: &'a str,
    /// `critical`, `high`, `medium` or `low`.
    pub(super) severity: &'a str,
    /// `certain`, `likely` or `possible`.
    pub(super) confidence: &'a str,
    /// One sentence.
    pub(super) message: &'a str,
    /// Whether an exception accepts it.
    pub(super) excepted: bool,
}

/// Where a scan looked.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(in crate::report) struct Scope<'a> {
    /// Only these namespaces; empty for all.
    pub(super) namespaces: &'a [String],
    /// Only pods with these labels; empty for all.
    pub(super) selector: &'a str,
}

/// A rule of the version that made the report.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(in crate::report) struct RuleRecord<'a> {
    /// Its id.
    pub(super) id: &'a str,
    /// `critical`, `high`, `medium` or `low`, unless a finding says otherwise.
    pub(super) severity: &'a str,
    /// Whether it was asked; false if the configuration turns it off.
    pub(super) evaluated: bool,
}
