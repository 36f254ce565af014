//! From a scan to the public JSON format.

use serde::Serialize;

use super::model::{
    AuditJson, BySeverityJson, ExceptionJson, FindingJson, OwnerJson, RuleRecordJson,
    SCHEMA_VERSION, ScopeJson, StepJson, SummaryJson, UnusedExceptionJson, WorkloadJson,
};
use crate::audit::WorkloadRow;
use crate::baseline::ReportScope;
use crate::diff::ChangeState;
use crate::finding::{Acceptance, Finding, FindingStep, Severity, Verdict};
use crate::policy::Policy;
use crate::report::audit::report::UnusedException;
use crate::report::command::baseline_json;
use crate::report::json::{Each, blast, coverage, evidence, head, object};
use crate::report::{AuditReport, Document};
use crate::rules;

/// The document of a report; its workloads and findings are made one by one while it is written.
pub(in crate::report::audit) fn document<'a>(
    report: &AuditReport<'a>,
) -> AuditJson<'a, impl Serialize + use<'a>, impl Serialize + use<'a>> {
    let (report, audit) = (*report, report.audit);
    AuditJson {
        head: head(SCHEMA_VERSION, report.version, report.cluster),
        scanned_at: report.scanned_at.to_string(),
        scope: scope(report.scope),
        rules: rules(report.policy),
        coverage: audit.coverage.iter().map(coverage).collect(),
        summary: SummaryJson {
            complete: report.is_complete(),
            pods: report.pods(),
            workloads: audit.workloads.len(),
            fail: by_severity(|severity| report.count(Verdict::Fail, Some(severity))),
            unknown: report.count(Verdict::Unknown, None),
            pass: report.count(Verdict::Pass, None),
            excepted: report.excepted(),
            unheeded_annotations: audit.unheeded_annotations,
            not_applicable: report.count(Verdict::NotApplicable, None),
        },
        baseline: report.comparison.map(|c| baseline_json(c.baseline, c.diff)),
        unused_exceptions: report.unused().map(unused).collect(),
        workloads: Each(move || audit.workloads.iter().map(workload)),
        findings: Each(move || report.listed().map(move |f| finding(&report, f))),
    }
}

fn scope(scope: &ReportScope) -> ScopeJson<'_> {
    ScopeJson { namespaces: &scope.namespaces, selector: &scope.selector }
}

fn rules(policy: &Policy) -> Vec<RuleRecordJson<'static>> {
    let evaluated: Vec<_> = policy.rules().map(|rule| rule.id).collect();
    let record = |rule: &'static rules::Rule| RuleRecordJson {
        id: rule.id,
        severity: policy.severity(rule).as_str(),
        evaluated: evaluated.contains(&rule.id),
    };
    rules::ALL.iter().map(record).collect()
}

fn by_severity(count: impl Fn(Severity) -> usize) -> BySeverityJson {
    BySeverityJson {
        critical: count(Severity::Critical),
        high: count(Severity::High),
        medium: count(Severity::Medium),
        low: count(Severity::Low),
    }
}

fn workload(row: &WorkloadRow) -> WorkloadJson<'_> {
    let facts = &row.facts;
    let index = |severity: Severity| Severity::Critical as usize - severity as usize;
    WorkloadJson {
        namespace: &row.workload.namespace,
        kind: &row.workload.kind,
        name: &row.workload.name,
        pods: row.pods.len(),
        pod_names: &row.pods,
        admitted: facts.admitted,
        diverges: row.diverges,
        blast_radius: blast(row.blast),
        token: facts.token.as_str(),
        root: facts.root.as_str(),
        capabilities: &facts.capabilities,
        privileged: facts.privileged,
        images: &facts.images,
        pinned: facts.pinned,
        fail: by_severity(|severity| row.failed[index(severity)]),
        unknown: row.unknown,
    }
}

fn step(step: &FindingStep) -> StepJson<'_> {
    StepJson {
        edge: step.edge,
        does: step.does,
        from: &step.from,
        to: &step.to,
        certainty: step.certainty.as_str(),
        because: &step.reasons,
        cut: &step.cut,
    }
}

fn exception(acceptance: &Acceptance) -> ExceptionJson<'_> {
    ExceptionJson {
        expired: acceptance.expired,
        reason: &acceptance.reason,
        expires: acceptance.expires.as_deref(),
        source: &acceptance.source,
    }
}

fn unused(
    UnusedException { exception, covered_by }: UnusedException<'_>,
) -> UnusedExceptionJson<'_> {
    UnusedExceptionJson {
        source: &exception.source,
        rule: &exception.rule,
        reason: &exception.reason,
        covered_by,
    }
}

pub(in crate::report::audit) fn finding<'a>(
    report: &AuditReport,
    finding: &'a Finding,
) -> FindingJson<'a> {
    let judgement = &finding.judgement;
    FindingJson {
        rule: finding.rule,
        severity: finding.severity.as_str(),
        verdict: judgement.verdict.as_str(),
        confidence: judgement.confidence.as_str(),
        object: object(&finding.object),
        container: finding.container_name(),
        container_role: finding.container.as_ref().map(|container| container.role),
        container_completed: finding.container.as_ref().map(|container| container.completed),
        workload: OwnerJson { kind: &finding.workload.kind, name: &finding.workload.name },
        pods: finding.pods,
        blast_radius: finding.blast.map(blast),
        message: &judgement.message,
        evidence: judgement.evidence.iter().map(evidence).collect(),
        steps: judgement.steps.iter().map(step).collect(),
        baseline_state: report.baseline_state(finding).map(ChangeState::as_str),
        exception: judgement.acceptance.as_deref().map(exception),
        fingerprint: finding.fingerprint(),
    }
}
