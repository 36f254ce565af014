//! The JSON report, schema version 1; `reports/podaudit.schema.json` is made from these
//! structures.

use serde::Serialize;

use crate::inventory::PodNames;
use crate::report::command::BaselineJson;
use crate::report::json::{BlastJson, CoverageJson, EvidenceJson, HeadJson, ObjectJson};

/// Grows when a field changes its meaning or goes; new fields alone do not count.
pub(super) const SCHEMA_VERSION: u32 = 1;

/// One scan of one cluster.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Report"))]
#[serde(rename_all = "camelCase")]
pub(in crate::report) struct AuditJson<'a, W, F> {
    #[serde(flatten)]
    pub(super) head: HeadJson<'a>,
    /// When the scan ended, RFC 3339.
    pub(super) scanned_at: String,
    /// Where the scan looked.
    pub(super) scope: ScopeJson<'a>,
    /// The rules of this version, and which of them were evaluated.
    pub(super) rules: Vec<RuleRecordJson<'a>>,
    /// What was read of each kind, and what was not.
    pub(super) coverage: Vec<CoverageJson<'a>>,
    /// Counts over all findings, shown or not.
    pub(super) summary: SummaryJson,
    /// With `--baseline`: the older report, and what changed since.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) baseline: Option<BaselineJson<'a>>,
    /// Exceptions of the file that no finding needs.
    pub(super) unused_exceptions: Vec<UnusedExceptionJson<'a>>,
    /// One entry a workload and posture, worst first.
    #[cfg_attr(test, schemars(with = "Vec<WorkloadJson>"))]
    pub(super) workloads: W,
    /// Findings that pass the filter, and those that exceptions accept, worst first.
    #[cfg_attr(test, schemars(with = "Vec<FindingJson>"))]
    pub(super) findings: F,
}

/// Counts.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Summary"))]
#[serde(rename_all = "camelCase")]
pub(super) struct SummaryJson {
    /// Whether everything in scope was read. Without it, no finding does not mean clean.
    pub(super) complete: bool,
    /// Pods judged.
    pub(super) pods: usize,
    /// Entries of `workloads`.
    pub(super) workloads: usize,
    /// Findings with verdict `fail`, by severity.
    pub(super) fail: BySeverityJson,
    /// Findings with verdict `unknown`.
    pub(super) unknown: usize,
    /// Findings with verdict `pass`.
    pub(super) pass: usize,
    /// Findings with verdict `notApplicable`.
    pub(super) not_applicable: usize,
    /// Findings that exceptions accept; they are in no other count.
    pub(super) excepted: usize,
    /// Findings that an annotation on their object would accept, which the operator does not allow.
    pub(super) unheeded_annotations: usize,
}

/// A count for each severity.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "BySeverity"))]
pub(super) struct BySeverityJson {
    pub(super) critical: usize,
    pub(super) high: usize,
    pub(super) medium: usize,
    pub(super) low: usize,
}

/// Pods of one workload that are alike.
#[expect(clippy::struct_excessive_bools, reason = "independent facts of a public format")]
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Workload"))]
#[serde(rename_all = "camelCase")]
pub(super) struct WorkloadJson<'a> {
    /// Namespace of the pods.
    pub(super) namespace: &'a str,
    /// Kind of the controller at the top; `Pod` without one.
    pub(super) kind: &'a str,
    /// Its name.
    pub(super) name: &'a str,
    /// How many pods; 0 for a template that runs nothing.
    pub(super) pods: usize,
    /// Their names.
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    pub(super) pod_names: &'a PodNames,
    /// Whether an API server has stored the pods; if not, what admission does is predicted.
    pub(super) admitted: bool,
    /// Whether most pods of the workload are different.
    pub(super) diverges: bool,
    /// How far a takeover leads.
    pub(super) blast_radius: BlastJson<'a>,
    /// Whether some container has an API token: `yes`, `no`, `possible` or `unknown`.
    pub(super) token: &'a str,
    /// Whether some container starts as root: `yes`, `no` or `unknown`.
    pub(super) root: &'a str,
    /// `none`, `default`, `ALL`, or names; `default` may be followed by names beyond it.
    pub(super) capabilities: &'a str,
    /// Whether some container is privileged.
    pub(super) privileged: bool,
    /// Image references as written.
    pub(super) images: &'a [String],
    /// Whether every image is pinned by digest.
    pub(super) pinned: bool,
    /// Findings with verdict `fail`, by severity.
    pub(super) fail: BySeverityJson,
    /// Findings with verdict `unknown`.
    pub(super) unknown: usize,
}

/// One step of a path.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Step"))]
pub(in crate::report) struct StepJson<'a> {
    /// An id of `docs/paths.md`, for example `pod-create`.
    pub(in crate::report) edge: &'a str,
    /// What is done, without a subject.
    pub(in crate::report) does: &'a str,
    /// What is had before.
    pub(in crate::report) from: &'a str,
    /// What is had after.
    pub(in crate::report) to: &'a str,
    /// `certain` or `possible`.
    pub(in crate::report) certainty: &'a str,
    /// What allows it.
    pub(in crate::report) because: &'a [String],
    /// The one change that would cut it.
    pub(in crate::report) cut: &'a str,
}

/// What a rule says of one object, or of pods that are alike.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Finding"))]
#[serde(rename_all = "camelCase")]
pub(in crate::report) struct FindingJson<'a> {
    /// Rule id.
    pub(in crate::report) rule: &'a str,
    /// `critical`, `high`, `medium` or `low`.
    pub(in crate::report) severity: &'a str,
    /// `fail`, `unknown`, `pass` or `notApplicable`.
    pub(in crate::report) verdict: &'a str,
    /// How sure the verdict is: `certain`, `likely` or `possible`.
    pub(in crate::report) confidence: &'a str,
    /// The object judged; of pods that are alike, the first by name.
    pub(in crate::report) object: ObjectJson<'a>,
    /// Null for rules about whole pods and ServiceAccounts.
    pub(in crate::report) container: Option<&'a str>,
    /// `init`, `sidecar`, `ephemeral`, or empty for a main container.
    pub(in crate::report) container_role: Option<&'a str>,
    /// Whether the container has ended, as an init container has while the others run.
    pub(in crate::report) container_completed: Option<bool>,
    /// What a person edits to change the object.
    pub(in crate::report) workload: OwnerJson<'a>,
    /// How many pods of the workload share the finding; 0 for a ServiceAccount or a template.
    pub(in crate::report) pods: u64,
    /// How far a takeover of the workload leads; null for what is no workload.
    pub(in crate::report) blast_radius: Option<BlastJson<'a>>,
    /// One sentence.
    pub(in crate::report) message: &'a str,
    /// What the verdict rests on.
    pub(in crate::report) evidence: Vec<EvidenceJson<'a>>,
    /// The path, where the rule is about one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(in crate::report) steps: Vec<StepJson<'a>>,
    /// With `--baseline`: `new`, `changed`, `uncertain` or `unchanged`. The findings of one rule,
    /// workload and container share the state of the worst of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::report) baseline_state: Option<&'a str>,
    /// The exception that accepts it, or did until it expired.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::report) exception: Option<ExceptionJson<'a>>,
    /// Stable over pod names, replicas and re-deployments.
    pub(in crate::report) fingerprint: String,
}

/// That the operator accepts a finding.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Exception"))]
pub(in crate::report) struct ExceptionJson<'a> {
    /// Whether its last day is over; only then the finding counts.
    pub(in crate::report) expired: bool,
    /// Why.
    pub(in crate::report) reason: &'a str,
    /// The last day, for example `2026-12-31`.
    pub(in crate::report) expires: Option<&'a str>,
    /// File and line, or the annotation.
    pub(in crate::report) source: &'a str,
}

/// An exception of the file that no finding needs.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "UnusedException"))]
#[serde(rename_all = "camelCase")]
pub(super) struct UnusedExceptionJson<'a> {
    /// File and line.
    pub(super) source: &'a str,
    /// Rule id.
    pub(super) rule: &'a str,
    /// The reason it gives.
    pub(super) reason: &'a str,
    /// The exception or annotation that accepts what it matches; null if it matches nothing.
    pub(super) covered_by: Option<&'a str>,
}

/// Kind and name of a workload.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Owner"))]
pub(in crate::report) struct OwnerJson<'a> {
    /// For example `Deployment`.
    pub(in crate::report) kind: &'a str,
    /// Its name.
    pub(in crate::report) name: &'a str,
}

/// Where a scan looked.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Scope"))]
pub(super) struct ScopeJson<'a> {
    /// Only these namespaces; empty for all.
    pub(super) namespaces: &'a [String],
    /// Only pods with these labels; empty for all.
    pub(super) selector: &'a str,
}

/// A rule of the version that made the report.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "RuleRecord"))]
pub(super) struct RuleRecordJson<'a> {
    /// Its id.
    pub(super) id: &'a str,
    /// `critical`, `high`, `medium` or `low`, unless a finding says otherwise.
    pub(super) severity: &'a str,
    /// Whether it was asked; false if the configuration turns it off.
    pub(super) evaluated: bool,
}
