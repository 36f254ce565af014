//! Several clusters for people: the table of each below its name.

use std::io::{self, Write};

use super::write::write;
use crate::report::audit::clusters::{ClusterOutcome, ClustersReport, not_scanned};
use crate::report::style::{Look, visible, wrap};

pub(super) fn write_clusters(
    report: &ClustersReport,
    look: Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    for ClusterOutcome { name, report } in &report.clusters {
        let title = format!("=== {name} ===");
        writeln!(out, "{}\n", look.bold(&visible(&title)))?;
        match report {
            Ok(report) => write(report, look, out)?,
            Err(error) => writeln!(out, "{}", wrap(&not_scanned(error), 0, look.width))?,
        }
        writeln!(out)?;
    }
    let failed = report.clusters.iter().filter(|cluster| cluster.report.is_err()).count();
    let count = report.clusters.len();
    writeln!(out, "{} of {count} clusters were scanned.", count - failed)
}
