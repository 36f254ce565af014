//! Reads a JSON report of this version or an older one. Fields that it does not know are skipped,
//! so that a report of a newer version is read too, as long as the format's version is the same.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::{FindingClass, OpenFinding, ReportScope, ReportSnapshot, Statement, is_open};
use crate::evidence::Confidence;
use crate::finding::{Severity, Verdict, WorkloadName};
use crate::inventory::{CoverageState, Resource};

/// The versions of the format that can be read.
const READABLE: std::ops::RangeInclusive<u32> = 1..=1;

/// A report could not be read.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// No such file, or no right to read it.
    #[error("unable to read {}", .0.display())]
    File(PathBuf, #[source] std::io::Error),
    /// Not the JSON of a report.
    #[error("{0} is not a JSON report of podaudit")]
    Format(String, #[source] serde_json::Error),
    /// Written by a version that this one cannot know.
    #[error("{0} has schema version {1}; this podaudit reads version {last}", last = READABLE.end())]
    Version(String, u32),
    /// A report of several clusters where one is compared.
    #[error("{0} is a report of several clusters; only a scan of several can be compared with it")]
    Several(String),
    /// A report of one cluster where several are compared.
    #[error("{0} is a report of one cluster; several are compared with a report of several")]
    Single(String),
    /// A word that this version does not know.
    #[error("{0} has an unknown {1} {2:?}")]
    Word(String, &'static str, String),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StoredReport {
    schema_version: u32,
    tool: StoredTool,
    cluster: StoredCluster,
    scanned_at: String,
    coverage: Vec<StoredCoverage>,
    summary: StoredSummary,
    findings: Vec<StoredFinding>,
    scope: Option<StoredScope>,
    rules: Option<Vec<StoredRule>>,
}

#[derive(Deserialize)]
pub(super) struct StoredTool {
    pub(super) version: String,
}

#[derive(Deserialize)]
struct StoredCluster {
    name: String,
}

#[derive(Deserialize)]
struct StoredCoverage {
    resource: String,
    state: String,
}

#[derive(Deserialize)]
struct StoredSummary {
    fail: BTreeMap<String, u64>,
    unknown: u64,
}

#[derive(Deserialize)]
struct StoredScope {
    namespaces: Vec<String>,
    selector: String,
}

#[derive(Deserialize)]
struct StoredRule {
    id: String,
    evaluated: bool,
}

#[derive(Deserialize)]
struct StoredFinding {
    rule: String,
    severity: String,
    verdict: String,
    confidence: String,
    object: StoredObject,
    container: Option<String>,
    workload: StoredWorkload,
    message: String,
    fingerprint: String,
    exception: Option<StoredException>,
}

#[derive(Deserialize)]
struct StoredException {
    expired: bool,
}

#[derive(Deserialize)]
struct StoredObject {
    kind: String,
    namespace: Option<String>,
}

#[derive(Deserialize)]
struct StoredWorkload {
    kind: String,
    name: String,
}

/// Reads the report in this file.
///
/// # Errors
/// No such file, or one that is no report.
pub fn read(path: &Path) -> Result<ReportSnapshot, BaselineError> {
    let bytes = std::fs::read(path).map_err(|e| BaselineError::File(path.to_owned(), e))?;
    parse(&bytes, &path.display().to_string())
}

/// Reads a report; `name` is what errors call it.
///
/// # Errors
/// What is no report.
pub fn parse(bytes: &[u8], name: &str) -> Result<ReportSnapshot, BaselineError> {
    let report: StoredReport = serde_json::from_slice(bytes).map_err(|error| {
        if is_of_several(bytes) {
            return BaselineError::Several(name.to_owned());
        }
        BaselineError::Format(name.to_owned(), error)
    })?;
    snapshot(report, name)
}

/// Whether it is a report of several clusters.
fn is_of_several(bytes: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct ClusterList {
        #[serde(rename = "clusters")]
        _clusters: Vec<IgnoredAny>,
    }
    serde_json::from_slice::<ClusterList>(bytes).is_ok()
}

/// A version of the format that can be read.
pub(super) fn readable(version: u32, name: &str) -> Result<(), BaselineError> {
    let is_known = READABLE.contains(&version);
    is_known.then_some(()).ok_or_else(|| BaselineError::Version(name.to_owned(), version))
}

pub(super) fn snapshot(report: StoredReport, name: &str) -> Result<ReportSnapshot, BaselineError> {
    readable(report.schema_version, name)?;
    let mut hidden: BTreeMap<FindingClass, u64> = Severity::WORST_FIRST
        .into_iter()
        .filter_map(|s| Some((FindingClass::Fail(s), *report.summary.fail.get(s.as_str())?)))
        .collect();
    hidden.insert(FindingClass::Unknown, report.summary.unknown);
    let mut findings = Vec::new();
    for finding in report.findings {
        let entry = entry(finding, name)?;
        if let Some(count) = entry.statement.class().and_then(|class| hidden.get_mut(&class)) {
            *count = count.saturating_sub(1);
        }
        if is_open(entry.statement.verdict) {
            findings.push(entry);
        }
    }
    let complete = report.coverage.iter().filter(|r| r.state == CoverageState::Complete.as_str());
    let kind = |plural: &str| Resource::AUDIT.into_iter().find(|r| r.plural() == plural);
    let scope =
        report.scope.map(|s| ReportScope { namespaces: s.namespaces, selector: s.selector });
    let evaluated =
        |rules: Vec<StoredRule>| rules.into_iter().filter(|r| r.evaluated).map(|r| r.id);
    Ok(ReportSnapshot {
        version: report.tool.version,
        cluster: report.cluster.name,
        scanned_at: report.scanned_at,
        scope,
        rules: report.rules.map(|rules| evaluated(rules).collect()),
        complete: complete.filter_map(|record| kind(&record.resource)).collect(),
        hidden,
        findings,
        unread: None,
    })
}

fn entry(finding: StoredFinding, name: &str) -> Result<OpenFinding, BaselineError> {
    let unknown = |what, word: &str| BaselineError::Word(name.to_owned(), what, word.to_owned());
    let severity = Severity::parse(&finding.severity);
    let verdict = Verdict::parse(&finding.verdict);
    let confidence = Confidence::parse(&finding.confidence);
    let statement = Statement {
        excepted: finding.exception.is_some_and(|exception| !exception.expired),
        verdict: verdict.ok_or_else(|| unknown("verdict", &finding.verdict))?,
        severity: std::cmp::Reverse(
            severity.ok_or_else(|| unknown("severity", &finding.severity))?,
        ),
        confidence: std::cmp::Reverse(
            confidence.ok_or_else(|| unknown("confidence", &finding.confidence))?,
        ),
        message: finding.message,
    };
    Ok(OpenFinding {
        fingerprint: finding.fingerprint,
        rule: finding.rule,
        kind: finding.object.kind,
        namespace: finding.object.namespace,
        workload: WorkloadName { kind: finding.workload.kind, name: finding.workload.name },
        container: finding.container,
        statement,
    })
}
