//! The last lines: how much was judged, and what was not.

use std::collections::BTreeSet;
use std::io::{self, Write};

use crate::finding::{Severity, Verdict};
use crate::inventory::Coverage;
use crate::report::audit::decisions::decisions;
use crate::report::coverage::{
    complete_summary, incomplete, not_evaluated, unverified, write_problems,
};
use crate::report::style::{Look, plural, visible, wrap};
use crate::report::{AuditReport, Document};

pub(super) fn write(report: &AuditReport, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let failed = Severity::WORST_FIRST.map(|severity| {
        format!("{} {}", report.count(Verdict::Fail, Some(severity)), severity.as_str())
    });
    let workloads: BTreeSet<_> = report.audit.workloads.iter().map(|row| &row.workload).collect();
    let excepted = match report.excepted() {
        0 => String::new(),
        count => format!("; {count} excepted (--show excepted)"),
    };
    let line = format!(
        "{}: {} of {}: {}, {} unknown{}.",
        visible(&report.cluster.name),
        plural(report.pods(), "pod"),
        plural(workloads.len(), "workload"),
        failed.join(", "),
        report.count(Verdict::Unknown, None),
        excepted,
    );
    writeln!(out, "{}", look.bold(&wrap(&line, 0, look.width)))?;
    if report.audit.workloads.is_empty() {
        writeln!(out, "No pod was judged: none is there, or none matches -n and -l.")?;
    }
    for line in decisions(report) {
        writeln!(out, "{}", wrap(&visible(&line), 0, look.width))?;
    }
    let coverage = &report.audit.coverage;
    if report.is_complete() {
        return writeln!(out, "{}", wrap(&complete_summary(coverage), 0, look.width));
    }
    writeln!(out, "Coverage: INCOMPLETE, so no finding does not mean clean.")?;
    if let Some(warning) = unverified(coverage) {
        writeln!(out, "{}", wrap(&format!("{warning}."), 2, look.width))?;
    }
    for record in incomplete(coverage) {
        write_gap(record, look, out)?;
    }
    Ok(())
}

fn write_gap(record: &Coverage, look: Look, out: &mut dyn Write) -> io::Result<()> {
    write_problems(record, look, out)?;
    let rules = not_evaluated(record);
    if rules.is_empty() {
        return Ok(());
    }
    let rules = format!("not fully evaluated: {}", rules.join(", "));
    writeln!(out, "{}", wrap(&rules, 6, look.width))
}
