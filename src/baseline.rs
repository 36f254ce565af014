//! What one report said, as far as a comparison needs it: of the scan that just ended, or of a
//! report that was written before. It compares nothing.

use std::collections::{BTreeMap, BTreeSet};

use crate::evidence::Confidence;
use crate::finding::{Finding, Severity, Verdict, WorkloadName};
use crate::inventory::{Coverage, CoverageState, Resource};

mod clusters;
mod file;

pub use clusters::{ClustersSnapshot, read_clusters};
pub use file::{BaselineError, parse, read};

/// Where a scan looked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReportScope {
    /// Only these; empty for all.
    pub namespaces: Vec<String>,
    /// Only pods with these labels; empty for all.
    pub selector: String,
}

/// One report.
#[derive(Clone, Debug, Default)]
pub struct ReportSnapshot {
    /// Version of the podaudit that judged.
    pub version: String,
    /// Name of the cluster.
    pub cluster: String,
    /// When the scan ended, RFC 3339.
    pub scanned_at: String,
    /// Where it looked; `None` in a report from before this was recorded.
    pub scope: Option<ReportScope>,
    /// Ids of the rules that were evaluated; `None` in a report from before this was recorded.
    pub rules: Option<BTreeSet<String>>,
    /// Kinds that were read to the end in the scope.
    pub complete: BTreeSet<Resource>,
    /// How many open findings the report counts and does not hold, by class.
    pub hidden: BTreeMap<FindingClass, u64>,
    /// Open findings: what fails or is unknown.
    pub findings: Vec<OpenFinding>,
    /// Why nothing at all is known of the cluster, if so.
    pub unread: Option<String>,
}

/// What filters distinguish: failures by severity, and what is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FindingClass {
    /// Failures of this severity.
    Fail(Severity),
    /// Whatever is unknown.
    Unknown,
}

/// One open finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenFinding {
    /// What makes it the same finding in both reports.
    pub fingerprint: String,
    /// The rule's id.
    pub rule: String,
    /// Kind of the object judged.
    pub kind: String,
    /// `None` for cluster-scoped kinds.
    pub namespace: Option<String>,
    /// What a person edits to change it.
    pub workload: WorkloadName,
    /// The container, where the rule judges containers.
    pub container: Option<String>,
    /// What the report says of it.
    pub statement: Statement,
}

/// What a report says of one place. The order is the order of badness: the least is the worst.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Statement {
    /// Whether the operator accepts it.
    pub excepted: bool,
    /// Fail or unknown.
    pub verdict: Verdict,
    /// How bad.
    pub severity: std::cmp::Reverse<Severity>,
    /// How sure.
    pub confidence: std::cmp::Reverse<Confidence>,
    /// One sentence.
    pub message: String,
}

impl Statement {
    /// What a finding says.
    #[must_use]
    pub fn from_finding(finding: &Finding) -> Self {
        Self {
            excepted: finding.judgement.is_accepted(),
            verdict: finding.judgement.verdict,
            severity: std::cmp::Reverse(finding.severity),
            confidence: std::cmp::Reverse(finding.judgement.confidence),
            message: finding.judgement.message.clone().into_owned(),
        }
    }

    /// Whether it fails at this severity or worse, and nobody accepts that.
    #[must_use]
    pub fn fails_at(&self, from: Severity) -> bool {
        !self.excepted && self.verdict == Verdict::Fail && self.severity.0 >= from
    }

    /// `None` for what no filter leaves out, and for what no comparison counts.
    fn class(&self) -> Option<FindingClass> {
        match self.verdict {
            Verdict::Fail if !self.excepted => Some(FindingClass::Fail(self.severity.0)),
            Verdict::Unknown if !self.excepted => Some(FindingClass::Unknown),
            _ => None,
        }
    }
}

/// Whether a comparison counts it.
#[must_use]
pub fn is_open(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Fail | Verdict::Unknown)
}

impl ReportSnapshot {
    /// Adds the findings of a scan that just ended, and the kinds that it read to the end.
    #[must_use]
    pub fn with_scan(self, findings: &[Finding], coverage: &[Coverage]) -> Self {
        let complete = coverage.iter().filter(|record| record.state == CoverageState::Complete);
        let open = findings.iter().filter(|finding| is_open(finding.judgement.verdict));
        let entry = |finding: &Finding| OpenFinding {
            fingerprint: finding.fingerprint(),
            rule: finding.rule.to_owned(),
            kind: finding.object.kind.clone(),
            namespace: finding.object.namespace.clone(),
            workload: (*finding.workload).clone(),
            container: finding.container_name().map(str::to_owned),
            statement: Statement::from_finding(finding),
        };
        Self {
            complete: complete.map(|record| record.resource).collect(),
            findings: open.map(entry).collect(),
            ..self
        }
    }

    /// Why this report would not show that finding even if it were there; `None` if it would.
    /// `other` is the report that the finding is in.
    #[must_use]
    pub fn reason_not_shown(&self, entry: &OpenFinding, other: &Self) -> Option<String> {
        let kind = resource(&entry.kind);
        if self.unread.is_some() {
            return self.unread.clone();
        }
        if !self.judged(&entry.rule) {
            return Some(format!("{} was not evaluated", entry.rule));
        }
        if !self.complete.contains(&kind) {
            return Some(format!("{} were not read to the end", kind.plural()));
        }
        if !self.covers(entry, other) {
            return Some("it is outside the scope".to_owned());
        }
        let unowned = [self, other].into_iter().find_map(Self::missing_owner_kind);
        if let Some(owners) = unowned.filter(|_| kind == Resource::Pods) {
            let owners = owners.plural();
            return Some(format!("{owners} were not read, so workloads may have other names"));
        }
        let class = entry.statement.class();
        let hidden = class.and_then(|class| self.hidden.get(&class)).copied().unwrap_or_default();
        (hidden > 0).then(|| "the report holds only part of its findings".to_owned())
    }

    /// An old report does not list its rules: those that it mentions were evaluated.
    fn judged(&self, rule: &str) -> bool {
        match &self.rules {
            Some(rules) => rules.contains(rule),
            None => self.findings.iter().any(|entry| entry.rule == rule),
        }
    }

    /// Whether the finding's object is in the scope.
    fn covers(&self, entry: &OpenFinding, other: &Self) -> bool {
        let everywhere = ReportScope::default();
        let scope = self.scope.as_ref().unwrap_or(&everywhere);
        let selector = &other.scope.as_ref().unwrap_or(&everywhere).selector;
        let namespace = match (&entry.namespace, entry.kind.as_str()) {
            (Some(namespace), _) => Some(namespace),
            (None, "Namespace") => Some(&entry.workload.name),
            (None, _) => None,
        };
        let namespaces = &scope.namespaces;
        let is_inside = namespaces.is_empty() || namespace.is_some_and(|n| namespaces.contains(n));
        is_inside && (scope.selector.is_empty() || scope.selector == *selector)
    }

    /// A kind between pods and their workloads that is missing here, and that some pod needs.
    fn missing_owner_kind(&self) -> Option<Resource> {
        [Resource::ReplicaSets, Resource::Jobs].into_iter().find(|between| {
            let is_end = |entry: &OpenFinding| entry.workload.kind == between.kind();
            !self.complete.contains(between) && self.findings.iter().any(is_end)
        })
    }
}

/// The kind whose list shows the object. A template counts as the pods that it would make.
fn resource(kind: &str) -> Resource {
    Resource::AUDIT.into_iter().find(|r| r.kind() == kind).unwrap_or(Resource::Pods)
}
