//! What there is to say about an output format. Each format has one of these, beside its code.

use std::io::{self, Write};

use super::clusters::ClustersReport;
use super::report::AuditReport;
use crate::report::Look;

/// Writes a report.
type Writer = fn(&AuditReport, Look, &mut dyn Write) -> io::Result<()>;

/// Writes a report of several clusters.
type ClustersWriter = fn(&ClustersReport, Look, &mut dyn Write) -> io::Result<()>;

/// An output format.
pub(super) struct FormatSpec {
    /// The name after `-o`.
    pub(super) name: &'static str,
    /// What it is for, in a few words.
    pub(super) purpose: &'static str,
    /// The file under `reports/` that shows it: the sample cluster in this format.
    pub(super) example: &'static str,
    /// Writes a report.
    pub(super) write: Writer,
    /// Writes a report of several clusters; `None` for a format that can hold only one.
    pub(super) write_clusters: Option<ClustersWriter>,
}
