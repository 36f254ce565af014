//! The format for people: workloads worst first, findings by rule, and what was not covered.

mod findings;
mod summary;
mod workloads;

use std::io::{self, Write};

pub(super) use summary::{problems, whole};

use super::{Look, Report, diff};

pub(super) fn write(report: &Report, look: Look, out: &mut dyn Write) -> io::Result<()> {
    workloads::write(report, look, out)?;
    findings::write(report, look, out)?;
    if let Some(comparison) = report.comparison {
        diff::section(comparison.diff, look, out)?;
    }
    summary::write(report, look, out)
}
