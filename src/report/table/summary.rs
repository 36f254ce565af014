//! The last lines: how much was judged, and what was not.

use std::collections::BTreeSet;
use std::io::{self, Write};

use crate::finding::{Severity, Verdict};
use crate::inventory::{Coverage, CoverageState};
use crate::report::Look;
use crate::report::decisions::decisions;
use crate::report::text::{plural, visible, wrap};
use crate::report::{Report, is_complete, not_evaluated};

pub(super) fn write(report: &Report, look: Look, out: &mut dyn Write) -> io::Result<()> {
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
    if is_complete(coverage) {
        return writeln!(out, "{}", wrap(&whole(coverage), 0, look.width));
    }
    writeln!(out, "Coverage: INCOMPLETE, so no finding does not mean clean.")?;
    for record in coverage.iter().filter(|record| record.state == CoverageState::Incomplete) {
        incomplete(record, look, out)?;
    }
    Ok(())
}

/// Of a scan that is complete: whether all kinds were there to be read.
pub(in crate::report) fn whole(coverage: &[Coverage]) -> String {
    let missing: Vec<_> = coverage
        .iter()
        .filter(|r| r.state != CoverageState::Complete)
        .map(|r| r.resource.plural())
        .collect();
    if missing.is_empty() {
        return "Coverage: complete.".to_owned();
    }
    format!(
        "Coverage: all that was asked for; without {}, so what depends on them is unknown.",
        missing.join(", ")
    )
}

fn incomplete(record: &Coverage, look: Look, out: &mut dyn Write) -> io::Result<()> {
    problems(record, look, out)?;
    let rules = not_evaluated(record);
    if rules.is_empty() {
        return Ok(());
    }
    let rules = format!("not fully evaluated: {}", rules.join(", "));
    writeln!(out, "{}", wrap(&rules, 6, look.width))
}

/// Why a kind was not read to the end.
pub(in crate::report) fn problems(
    record: &Coverage,
    look: Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    for problem in record.problems() {
        writeln!(out, "{}", wrap(&visible(&problem), 2, look.width))?;
    }
    Ok(())
}
