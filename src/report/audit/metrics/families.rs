//! Which metrics there are, and what they count.

use std::io::{self, Write};

use super::text::Family;
use crate::finding::{Finding, Severity, Verdict, WorkloadName};
use crate::report::{AuditReport, ClusterOutcome, ClustersReport, Document};

pub(super) fn write(report: &AuditReport, out: &mut dyn Write) -> io::Result<()> {
    exposition(&families(report), out)
}

/// Each metric once, with the series of all clusters. One that could not be scanned is incomplete,
/// and nothing else is known of it.
pub(super) fn write_clusters(report: &ClustersReport, out: &mut dyn Write) -> io::Result<()> {
    let mut all: Vec<Family> = Vec::new();
    for ClusterOutcome { name, report } in &report.clusters {
        let of_cluster = match report {
            Ok(report) => families(report),
            Err(_) => vec![incomplete(name, true)],
        };
        for family in of_cluster {
            match all.iter_mut().find(|known| known.is_same(&family)) {
                Some(known) => known.absorb(family),
                None => all.push(family),
            }
        }
    }
    exposition(&all, out)
}

fn exposition(families: &[Family], out: &mut dyn Write) -> io::Result<()> {
    for family in families {
        family.write(out)?;
    }
    writeln!(out, "# EOF")
}

fn incomplete(cluster: &str, incomplete: bool) -> Family<'_> {
    Family::new(
        "podaudit_scan_incomplete",
        &["cluster"],
        "Whether the last scan could not read everything: 1, or 0. If 1, no finding does not mean clean.",
    )
    .with(&[cluster], i64::from(incomplete))
}

fn families<'a>(report: &AuditReport<'a>) -> Vec<Family<'a>> {
    let cluster = report.cluster.name.as_str();
    let complete = report.is_complete();
    let time = report.scanned_at.as_second();
    let pods = i64::try_from(report.pods()).unwrap_or(i64::MAX);
    let mut families = vec![
        Family::new(
            "podaudit_build_info",
            &["cluster", "version"],
            "The version of podaudit that scanned; always 1.",
        )
        .with(&[cluster, report.version], 1),
        excepted(report),
        findings(report),
        Family::new(
            "podaudit_last_run_timestamp_seconds",
            &["cluster"],
            "When the last scan ended, in Unix time.",
        )
        .with(&[cluster], time),
        Family::new("podaudit_pods_scanned", &["cluster"], "Pods that were judged.")
            .with(&[cluster], pods),
        incomplete(cluster, !complete),
        unknown(report),
    ];
    if complete {
        // Left out otherwise: a Pushgateway then keeps the time of the run that did succeed.
        let last = Family::new(
            "podaudit_last_success_timestamp_seconds",
            &["cluster"],
            "When the last scan that read everything ended, in Unix time.",
        );
        families.push(last.with(&[cluster], time));
    }
    if report.filter.workload_series {
        families.push(workloads(report));
    }
    families
}

/// At most one series for each namespace, rule and severity.
fn findings<'a>(report: &AuditReport<'a>) -> Family<'a> {
    let mut family = Family::new(
        "podaudit_findings",
        &["cluster", "namespace", "rule", "severity"],
        "Places where a rule fails: containers, pods of a workload, ServiceAccounts, Namespaces.",
    );
    for finding in open_findings(report, Verdict::Fail) {
        let labels =
            [&report.cluster.name, namespace(finding), finding.rule, finding.severity.as_str()];
        *family.series(&labels) += 1;
    }
    family
}

/// At most one series for each namespace and rule, and only where an exception accepts something.
fn excepted<'a>(report: &AuditReport<'a>) -> Family<'a> {
    let mut family = Family::new(
        "podaudit_excepted",
        &["cluster", "namespace", "rule"],
        "Places where a rule fails or nobody knows, and an exception accepts that.",
    );
    for finding in report.audit.findings.iter().filter(|f| f.judgement.is_accepted()) {
        *family.series(&[&report.cluster.name, namespace(finding), finding.rule]) += 1;
    }
    family
}

/// At most one series for each namespace and rule.
fn unknown<'a>(report: &AuditReport<'a>) -> Family<'a> {
    let mut family = Family::new(
        "podaudit_unknown",
        &["cluster", "namespace", "rule"],
        "Places where the API does not show whether a rule fails.",
    );
    for finding in open_findings(report, Verdict::Unknown) {
        *family.series(&[&report.cluster.name, namespace(finding), finding.rule]) += 1;
    }
    family
}

/// At most one series for each workload and severity; on request, because there can be many.
fn workloads<'a>(report: &AuditReport<'a>) -> Family<'a> {
    let mut family = Family::new(
        "podaudit_workload_findings",
        &["cluster", "namespace", "workload_kind", "workload", "severity"],
        "Places of one workload where rules fail.",
    );
    let audited = &report.audit.workloads;
    for workload in audited.iter().map(|row| &row.workload) {
        for severity in Severity::WORST_FIRST {
            let (kind, name) = (&workload.kind, &workload.name);
            // A workload that was cured shows a 0 rather than nothing.
            family.series(&[
                &report.cluster.name,
                &workload.namespace,
                kind,
                name,
                severity.as_str(),
            ]);
        }
    }
    for finding in open_findings(report, Verdict::Fail) {
        let WorkloadName { kind, name } = &*finding.workload;
        let severity = finding.severity.as_str();
        *family.series(&[&report.cluster.name, namespace(finding), kind, name, severity]) += 1;
    }
    family
}

/// What no exception accepts.
fn open_findings<'a>(
    report: &AuditReport<'a>,
    verdict: Verdict,
) -> impl Iterator<Item = &'a Finding> {
    let open = report.audit.findings.iter().filter(|finding| !finding.judgement.is_accepted());
    open.filter(move |finding| finding.judgement.verdict == verdict)
}

/// A Namespace counts in itself.
fn namespace(finding: &Finding) -> &str {
    finding.object.namespace.as_ref().unwrap_or(&finding.object.name)
}
