//! A summary in GitHub's Markdown, for a job's page or a comment: how bad it is, where, and what to
//! do. The whole list is for other formats: such pages have room for little.

use std::collections::BTreeSet;
use std::io::{self, Write};

use super::clusters::{ClusterOutcome, ClustersReport, not_scanned};
use super::decisions::decisions;
use super::format_spec::FormatSpec;
use super::report::{AuditReport, Comparison};
use crate::audit::WorkloadRow;
use crate::diff::ChangeState;
use crate::finding::{Finding, Severity, Verdict};
use crate::report::Document;
use crate::report::command::{change_counts, finding_place, statement_label};
use crate::report::coverage::{complete_summary, unverified};
use crate::report::style::{plural, visible};
use crate::rules;

pub(super) const FORMAT: FormatSpec = FormatSpec {
    name: "markdown",
    purpose: "a summary for a job's page",
    example: "demo.md",
    write: |report, _, out| write(report, out),
    write_clusters: Some(|report, _, out| write_clusters(report, out)),
};

/// Workloads that are named.
const MAX_WORKLOADS: usize = 20;
/// New findings that are named.
const MAX_NEW: usize = 10;
/// Rules that are explained.
const MAX_RULES: usize = 5;

fn write(report: &AuditReport, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "## podaudit: {}\n", code(&report.cluster.name))?;
    if report.is_complete() {
        writeln!(out, "{}\n", complete_summary(&report.audit.coverage))?;
    } else {
        writeln!(out, "**Incomplete: no finding does not mean clean.**\n")?;
        if let Some(warning) = unverified(&report.audit.coverage) {
            writeln!(out, "- {warning}.")?;
        }
        for problem in report.problems() {
            writeln!(out, "- {}", code(&problem))?;
        }
        writeln!(out)?;
    }
    let failed = Severity::WORST_FIRST.map(|s| report.count(Verdict::Fail, Some(s)).to_string());
    let heads = Severity::WORST_FIRST.map(|severity| severity.as_str().to_owned());
    row(out, heads.into_iter().chain(["unknown".to_owned()]))?;
    writeln!(out, "|{}", "--:|".repeat(5))?;
    let unknown = report.count(Verdict::Unknown, None).to_string();
    row(out, failed.into_iter().chain([unknown]))?;
    if let excepted @ 1.. = report.excepted() {
        writeln!(out, "\nNot counted: {} accepted by exceptions.", plural(excepted, "finding"))?;
    }
    let decisions = decisions(report);
    if !decisions.is_empty() {
        writeln!(out)?;
    }
    for line in decisions {
        writeln!(out, "- {}", code(&line))?;
    }
    since(report, out)?;
    what_to_do(report, out)?;
    workloads(report, out)
}

/// A section a cluster.
fn write_clusters(report: &ClustersReport, out: &mut dyn Write) -> io::Result<()> {
    for (number, ClusterOutcome { name, report }) in report.clusters.iter().enumerate() {
        if number > 0 {
            writeln!(out)?;
        }
        match report {
            Ok(report) => write(report, out)?,
            Err(error) => {
                writeln!(out, "## podaudit: {}\n\n{}", code(name), code(&not_scanned(error)))?;
            }
        }
    }
    Ok(())
}

/// What changed since the baseline, and what is new.
fn since(report: &AuditReport, out: &mut dyn Write) -> io::Result<()> {
    let Some(Comparison { baseline, diff }) = report.comparison else { return Ok(()) };
    writeln!(out, "\n### Since {}\n", code(&baseline.scanned_at))?;
    writeln!(out, "{}.", change_counts(diff))?;
    let mut new = diff.changes.iter().filter(|change| change.state == ChangeState::New).peekable();
    if new.peek().is_some() {
        writeln!(out)?;
    }
    for change in new.by_ref().take(MAX_NEW) {
        let entry = &change.finding;
        writeln!(
            out,
            "- **new, {}:** {}",
            statement_label(&entry.statement),
            code(&finding_place(entry))
        )?;
        writeln!(out, "  {}", code(&format!("{}: {}", entry.rule, entry.statement.message)))?;
    }
    if let more @ 1.. = new.count() {
        writeln!(out, "\n{more} more are new.")?;
    }
    for (number, note) in diff.notes.iter().enumerate() {
        let gap = if number == 0 { "\n" } else { "" };
        writeln!(out, "{gap}- {}", code(&format!("{note}.")))?;
    }
    Ok(())
}

fn what_to_do(report: &AuditReport, out: &mut dyn Write) -> io::Result<()> {
    // Findings are sorted worst first, and so are the rules in the order of their first.
    let mut named = BTreeSet::new();
    let open = report.shown().filter(|f| !f.judgement.is_accepted());
    let fails = open.filter(|f| f.judgement.verdict == Verdict::Fail);
    let worst: Vec<&Finding> = fails.filter(|f| named.insert(f.rule)).take(MAX_RULES).collect();
    if worst.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n### What to do first\n")?;
    for finding in worst {
        let Some(rule) = rules::find(finding.rule) else { continue };
        let page = rule.documentation();
        let advice = page.advice().replace('\n', " ");
        writeln!(out, "- **{}: {}.** {advice}", finding.severity.as_str(), rule.summary)?;
    }
    Ok(())
}

fn workloads(report: &AuditReport, out: &mut dyn Write) -> io::Result<()> {
    let rows = report.audit.workloads.iter();
    let bad: Vec<&WorkloadRow> =
        rows.filter(|row| row.failed.iter().any(|n| *n > 0) || row.unknown > 0).collect();
    if bad.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n### Workloads, worst first\n")?;
    let heads = ["namespace", "workload", "pods", "critical", "high", "medium", "low", "unknown"];
    row(out, heads.map(str::to_owned).into_iter())?;
    writeln!(out, "|---|---|{}", "--:|".repeat(heads.len() - 2))?;
    for workload in bad.iter().take(MAX_WORKLOADS) {
        let place = &workload.workload;
        let name = format!("{}/{}", place.kind, place.name);
        let counts = workload.failed.iter().chain([&workload.unknown]).map(usize::to_string);
        let cells = [code(&place.namespace), code(&name), workload.pods.len().to_string()];
        row(out, cells.into_iter().chain(counts))?;
    }
    if let Some(more) = bad.len().checked_sub(MAX_WORKLOADS).filter(|more| *more > 0) {
        writeln!(out, "\n{} more with findings.", plural(more, "workload"))?;
    }
    Ok(())
}

fn row(out: &mut dyn Write, cells: impl Iterator<Item = String>) -> io::Result<()> {
    writeln!(out, "| {} |", cells.collect::<Vec<_>>().join(" | "))
}

/// A string of the cluster: a code span, in which nothing is markup, no name is mentioned and no
/// address becomes a link. A bar would end the cell of a table even there.
fn code(text: &str) -> String {
    let text = visible(text).replace('|', "\\u{7c}");
    let runs = text.split(|c| c != '`').map(str::len);
    let fence = "`".repeat(runs.max().unwrap_or_default() + 1);
    // One space on each side is not part of the span, and keeps fence and text apart.
    let pad = if text.is_empty() || text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) {
        " "
    } else {
        ""
    };
    format!("{fence}{pad}{text}{pad}{fence}")
}

#[cfg(test)]
mod tests {
    use super::code;

    #[test]
    fn a_code_span_ends_where_its_text_does() {
        assert_eq!(code("shop"), "`shop`");
        assert_eq!(code("a`b``c"), "```a`b``c```");
        assert_eq!(code("`a|"), "`` `a\\u{7c} ``");
    }
}
