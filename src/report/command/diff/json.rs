//! The JSON of `podaudit diff`, schema version 1; `reports/diff.schema.json` is made from these
//! structures. The audit's JSON holds the same entries under `baseline`.

use serde::Serialize;

use super::report::DiffReport;
use crate::baseline::{ReportSnapshot, Statement};
use crate::diff::{ChangeState, Diff, FindingChange};
use crate::report::json::{ToolJson, tool};

/// Grows when a field changes its meaning or goes; new fields alone do not count.
const SCHEMA_VERSION: u32 = 1;

/// Two reports compared.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Report"))]
#[serde(rename_all = "camelCase")]
pub(in crate::report) struct DiffJson<'a> {
    /// Version of this format.
    schema_version: u32,
    /// What made the comparison.
    tool: ToolJson<'a>,
    /// The older report.
    old: SnapshotJson<'a>,
    /// The newer report.
    new: SnapshotJson<'a>,
    /// How many places are in each state.
    summary: ChangeCountsJson,
    /// What makes the comparison weaker than it looks.
    notes: &'a [String],
    /// All that is not unchanged: new, changed, uncertain, fixed; worst first in each.
    changes: Vec<ChangeJson<'a>>,
}

/// The baseline of an audit, and what is not in its findings any more.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Baseline"))]
#[serde(rename_all = "camelCase")]
pub(in crate::report) struct BaselineJson<'a> {
    /// The report that the findings are compared with.
    #[serde(rename = "report")]
    snapshot: SnapshotJson<'a>,
    /// How many places are in each state.
    summary: ChangeCountsJson,
    /// What makes the comparison weaker than it looks.
    notes: &'a [String],
    /// All that is not unchanged: new, changed, uncertain, fixed; worst first in each.
    changes: Vec<ChangeJson<'a>>,
}

/// One of two reports.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Side"))]
#[serde(rename_all = "camelCase")]
struct SnapshotJson<'a> {
    /// Name of the cluster.
    cluster: &'a str,
    /// When the scan ended, RFC 3339.
    scanned_at: &'a str,
    /// Version of the podaudit that judged.
    version: &'a str,
}

/// Counts of places. A place is a rule, namespace, workload and container.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Summary"))]
struct ChangeCountsJson {
    /// Only in the newer report.
    new: usize,
    /// In both, and said otherwise.
    changed: usize,
    /// In one, and nobody knows of the other.
    uncertain: usize,
    /// Only in the older report.
    fixed: usize,
    /// In both, alike.
    unchanged: usize,
}

/// A place that is not as it was.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Change"))]
#[serde(rename_all = "camelCase")]
struct ChangeJson<'a> {
    /// `new`, `changed`, `uncertain` or `fixed`.
    state: &'a str,
    /// Why it is uncertain.
    reason: Option<&'a str>,
    /// Rule id.
    rule: &'a str,
    /// Null for cluster-scoped kinds.
    namespace: Option<&'a str>,
    /// Kind of the workload.
    kind: &'a str,
    /// Its name.
    name: &'a str,
    /// Null for rules about whole pods and ServiceAccounts.
    container: Option<&'a str>,
    /// The worst that the older report says of the place; null if it says nothing.
    before: Option<StatementJson<'a>>,
    /// The worst that the newer report says of the place; null if it says nothing.
    now: Option<StatementJson<'a>>,
    /// Of the findings of this place.
    fingerprint: &'a str,
}

/// What a report says of a place.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Said"))]
struct StatementJson<'a> {
    /// `fail` or `unknown`.
    verdict: &'a str,
    /// `critical`, `high`, `medium` or `low`.
    severity: &'a str,
    /// `certain`, `likely` or `possible`.
    confidence: &'a str,
    /// One sentence.
    message: &'a str,
    /// Whether an exception accepts it.
    excepted: bool,
}

/// The document of a report.
pub(super) fn document<'a>(report: &'a DiffReport) -> DiffJson<'a> {
    DiffJson {
        schema_version: SCHEMA_VERSION,
        tool: tool(report.version),
        old: snapshot(report.old),
        new: snapshot(report.new),
        summary: summary(report.diff),
        notes: &report.diff.notes,
        changes: changes(report.diff),
    }
}

/// What the audit's JSON holds under `baseline`.
pub(in crate::report) fn baseline_json<'a>(
    old: &'a ReportSnapshot,
    diff: &'a Diff,
) -> BaselineJson<'a> {
    BaselineJson {
        snapshot: snapshot(old),
        summary: summary(diff),
        notes: &diff.notes,
        changes: changes(diff),
    }
}

fn snapshot(snapshot: &ReportSnapshot) -> SnapshotJson<'_> {
    SnapshotJson {
        cluster: &snapshot.cluster,
        scanned_at: &snapshot.scanned_at,
        version: &snapshot.version,
    }
}

fn summary(diff: &Diff) -> ChangeCountsJson {
    ChangeCountsJson {
        new: diff.count(ChangeState::New),
        changed: diff.count(ChangeState::Changed),
        uncertain: diff.count(ChangeState::Uncertain),
        fixed: diff.count(ChangeState::Fixed),
        unchanged: diff.count(ChangeState::Unchanged),
    }
}

fn changes(diff: &Diff) -> Vec<ChangeJson<'_>> {
    diff.changes
        .iter()
        .filter(|change| change.state != ChangeState::Unchanged)
        .map(change)
        .collect()
}

fn change(change: &FindingChange) -> ChangeJson<'_> {
    let entry = &change.finding;
    ChangeJson {
        state: change.state.as_str(),
        reason: change.reason.as_deref(),
        rule: &entry.rule,
        namespace: entry.namespace.as_deref(),
        kind: &entry.workload.kind,
        name: &entry.workload.name,
        container: entry.container.as_deref(),
        before: change.before.as_ref().map(statement),
        now: change.now().map(statement),
        fingerprint: &entry.fingerprint,
    }
}

fn statement(statement: &Statement) -> StatementJson<'_> {
    StatementJson {
        verdict: statement.verdict.as_str(),
        severity: statement.severity.0.as_str(),
        confidence: statement.confidence.0.as_str(),
        message: &statement.message,
        excepted: statement.excepted,
    }
}
