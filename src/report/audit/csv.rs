//! Findings as a table for spreadsheets, where no name can become a formula.

use std::io::{self, Write};

use super::clusters::{ClusterOutcome, ClustersReport, not_scanned};
use super::format_spec::FormatSpec;
use super::report::AuditReport;
use crate::diff::ChangeState;
use crate::finding::{Finding, WorkloadName};
use crate::report::style::visible;

pub(super) const FORMAT: FormatSpec = FormatSpec {
    name: "csv",
    purpose: "findings for a spreadsheet",
    example: "demo.csv",
    write: |report, _, out| write(report, out),
    write_clusters: Some(|report, _, out| write_clusters(report, out)),
};

const HEADER: [&str; 15] = [
    "cluster",
    "namespace",
    "kind",
    "workload",
    "container",
    "rule",
    "severity",
    "verdict",
    "confidence",
    "pods",
    "message",
    "evidence",
    "exception",
    "fingerprint",
    "baseline",
];
/// The verdict of rows that stand for what was not read.
const NOT_READ: &str = "notRead";

fn write(report: &AuditReport, out: &mut dyn Write) -> io::Result<()> {
    let mut table = ::csv::Writer::from_writer(out);
    table.write_record(HEADER).map_err(cause)?;
    rows(report, &mut table)?;
    table.flush()
}

/// One table; the first column tells the clusters apart.
fn write_clusters(report: &ClustersReport, out: &mut dyn Write) -> io::Result<()> {
    let mut table = ::csv::Writer::from_writer(out);
    table.write_record(HEADER).map_err(cause)?;
    for ClusterOutcome { name, report } in &report.clusters {
        match report {
            Ok(report) => rows(report, &mut table)?,
            Err(error) => unread(name, &not_scanned(error), &mut table)?,
        }
    }
    table.flush()
}

fn rows(report: &AuditReport, table: &mut ::csv::Writer<impl Write>) -> io::Result<()> {
    let cluster = &report.cluster.name;
    for problem in report.problems() {
        unread(cluster, &problem, table)?;
    }
    for finding in report.shown() {
        table.write_record(row(report, finding).map(|field| inert(&field))).map_err(cause)?;
    }
    Ok(())
}

fn unread(cluster: &str, why: &str, table: &mut ::csv::Writer<impl Write>) -> io::Result<()> {
    let row = HEADER.map(|column| match column {
        "cluster" => inert(cluster),
        "verdict" => NOT_READ.to_owned(),
        "message" => inert(why),
        _ => String::new(),
    });
    table.write_record(row).map_err(cause)
}

/// The cause that the CSV writer gives: a pipe that is closed is no error to tell.
fn cause(error: ::csv::Error) -> io::Error {
    match error.into_kind() {
        ::csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

fn row(report: &AuditReport, finding: &Finding) -> [String; HEADER.len()] {
    let judgement = &finding.judgement;
    let evidence = judgement.evidence.iter().map(|e| format!("{} = {}", e.path, e.value));
    let WorkloadName { kind, name } = &*finding.workload;
    [
        report.cluster.name.clone(),
        finding.object.namespace.clone().unwrap_or_default(),
        kind.clone(),
        name.clone(),
        finding.container_name().unwrap_or_default().to_owned(),
        finding.rule.to_owned(),
        finding.severity.as_str().to_owned(),
        judgement.verdict.as_str().to_owned(),
        judgement.confidence.as_str().to_owned(),
        finding.pods.to_string(),
        judgement.message.to_string(),
        evidence.collect::<Vec<_>>().join("; "),
        judgement.accepted().map(|exception| exception.reason.clone()).unwrap_or_default(),
        finding.fingerprint(),
        report.baseline_state(finding).map_or("", ChangeState::as_str).to_owned(),
    ]
}

/// The text as spreadsheets show it and nothing more. They take what begins with one of these
/// characters, wide ones included, for a formula; an apostrophe before it says that it is text.
///
/// Source: OWASP, CSV Injection
fn inert(text: &str) -> String {
    let text = visible(text);
    let is_formula = text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    if is_formula { format!("'{text}") } else { text.into_owned() }
}

#[cfg(test)]
mod tests {
    use super::inert;

    #[test]
    fn what_looks_like_a_formula_is_text() {
        assert_eq!(inert("=1+1"), "'=1+1");
        assert_eq!(inert(" @x"), "' @x");
        assert_eq!(inert("\t=1"), "\\t=1");
        assert_eq!(inert("a=1"), "a=1");
    }
}
