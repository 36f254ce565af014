//! From a scan to the public JSON format.

use std::io::{self, Write};

use serde::Serialize;

use super::model::{self, BySeverity, SCHEMA_VERSION};
use super::shared::{Each, evidence, head, object};
use crate::audit::WorkloadRow;
use crate::diff::State;
use crate::finding::{self, Acceptance, Finding, Severity, Verdict};
use crate::inventory::Coverage;
use crate::report::{Report, diff, is_complete, not_evaluated};
use crate::suppression::Exception;

pub(in crate::report) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &model(report))?;
    writeln!(out)
}

/// The document; its workloads and findings are made one by one while it is written.
pub(in crate::report) fn model<'a>(
    report: &Report<'a>,
) -> model::Report<'a, impl Serialize + use<'a>, impl Serialize + use<'a>> {
    let (report, audit) = (*report, report.audit);
    model::Report {
        head: head(SCHEMA_VERSION, report.version, report.cluster),
        scanned_at: report.scanned_at.to_string(),
        scope: diff::scope(report.scope),
        rules: diff::rules(report.policy),
        coverage: audit.coverage.iter().map(coverage).collect(),
        summary: model::Summary {
            complete: is_complete(&audit.coverage),
            pods: report.pods(),
            workloads: audit.workloads.len(),
            fail: by_severity(|severity| report.count(Verdict::Fail, Some(severity))),
            unknown: report.count(Verdict::Unknown, None),
            pass: report.count(Verdict::Pass, None),
            excepted: report.excepted(),
            unheeded_annotations: audit.unheeded,
            not_applicable: report.count(Verdict::NotApplicable, None),
        },
        baseline: report.comparison.map(|c| diff::baseline(c.baseline, c.diff)),
        unused_exceptions: report.unused().map(unused).collect(),
        workloads: Each(move || audit.workloads.iter().map(workload)),
        findings: Each(move || report.listed().map(move |f| finding(&report, f))),
    }
}

fn by_severity(count: impl Fn(Severity) -> usize) -> BySeverity {
    BySeverity {
        critical: count(Severity::Critical),
        high: count(Severity::High),
        medium: count(Severity::Medium),
        low: count(Severity::Low),
    }
}

pub(in crate::report) fn coverage(record: &Coverage) -> model::Coverage<'_> {
    model::Coverage {
        resource: record.resource.plural(),
        state: record.state.as_str(),
        listed: record.listed,
        decoded: record.decoded,
        undecodable: record
            .undecodable
            .iter()
            .map(|bad| model::Undecodable { object: object(&bad.object), error: &bad.error })
            .collect(),
        pages: record.pages,
        retries: record.retries,
        consistent: record.consistent,
        error: record.error.as_deref(),
        not_evaluated: not_evaluated(record),
    }
}

fn workload(row: &WorkloadRow) -> model::Workload<'_> {
    let facts = &row.facts;
    let index = |severity: Severity| Severity::Critical as usize - severity as usize;
    model::Workload {
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

pub(in crate::report) fn blast(blast: finding::Blast) -> model::Blast<'static> {
    model::Blast { certain: blast.certain.as_str(), at_most: blast.at_most.as_str() }
}

fn step(step: &finding::Step) -> model::Step<'_> {
    model::Step {
        edge: step.edge,
        does: step.does,
        from: &step.from,
        to: &step.to,
        certainty: if step.certain { "certain" } else { "possible" },
        because: &step.because,
        cut: &step.cut,
    }
}

fn exception(acceptance: &Acceptance) -> model::Exception<'_> {
    model::Exception {
        expired: acceptance.expired,
        reason: &acceptance.reason,
        expires: acceptance.expires.as_deref(),
        source: &acceptance.source,
    }
}

fn unused<'a>(
    (exception, covered_by): (&'a Exception, Option<&'a str>),
) -> model::UnusedException<'a> {
    model::UnusedException {
        source: &exception.source,
        rule: &exception.rule,
        reason: &exception.reason,
        covered_by,
    }
}

pub(in crate::report) fn finding<'a>(report: &Report, finding: &'a Finding) -> model::Finding<'a> {
    let judgement = &finding.judgement;
    model::Finding {
        rule: finding.rule,
        severity: finding.severity.as_str(),
        verdict: judgement.verdict.as_str(),
        confidence: judgement.confidence.as_str(),
        object: object(&finding.object),
        container: finding.container_name(),
        container_role: finding.container.as_ref().map(|container| container.role),
        container_completed: finding.container.as_ref().map(|container| container.completed),
        workload: model::Owner { kind: &finding.workload.0, name: &finding.workload.1 },
        pods: finding.pods,
        blast_radius: finding.blast.map(blast),
        message: &judgement.message,
        evidence: judgement.evidence.iter().map(evidence).collect(),
        steps: judgement.steps.iter().map(step).collect(),
        baseline_state: report.baseline_state(finding).map(State::as_str),
        exception: judgement.acceptance.as_deref().map(exception),
        fingerprint: finding.fingerprint(),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_published_schema_is_that_of_the_structures() {
        let published = expect_test::expect_file!["../../../reports/podaudit.schema.json"];
        crate::report::json::assert_schema::<super::model::Report<(), ()>>(&published);
    }
}
