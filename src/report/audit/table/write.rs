//! The order of the table's sections.

use std::io::{self, Write};

use super::{findings, summary, workloads};
use crate::report::command::write_changes;
use crate::report::{AuditReport, Look};

/// Writes the report of one cluster.
pub(in crate::report::audit) fn write(
    report: &AuditReport,
    look: Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    workloads::write(report, look, out)?;
    findings::write(report, look, out)?;
    if let Some(comparison) = report.comparison {
        write_changes(comparison.diff, look, out)?;
    }
    summary::write(report, look, out)
}
