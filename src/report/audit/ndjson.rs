//! One finding a line, for log pipelines. A line stands for itself, so that none depends on another
//! having arrived; the first is about the scan, so that no finding is told apart from no scan.

use std::io::{self, Write};

use serde::Serialize;

use super::clusters::{ClusterOutcome, ClustersReport, not_scanned};
use super::format_spec::FormatSpec;
use super::json::{FindingJson, finding};
use super::report::AuditReport;
use crate::report::Document;

pub(super) const FORMAT: FormatSpec = FormatSpec {
    name: "ndjson",
    purpose: "one finding a line, for log pipelines",
    example: "demo.ndjson",
    write: |report, _, out| write(report, out),
    write_clusters: Some(|report, _, out| write_clusters(report, out)),
};

/// Grows when a field changes its meaning or goes; new fields alone do not count.
const SCHEMA_VERSION: u32 = 1;

/// One line.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Line"))]
#[expect(clippy::large_enum_variant, reason = "one at a time, on the stack")]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub(in crate::report) enum NdjsonLine<'a> {
    /// The first line: the scan itself.
    Scan {
        /// Version of this format.
        schema_version: u32,
        /// The cluster's name.
        cluster: &'a str,
        /// When the scan ended, RFC 3339.
        scanned_at: &'a str,
        /// Whether everything in scope was read. Without it, no finding does not mean clean.
        complete: bool,
        /// Why it was not.
        problems: Vec<String>,
        /// Pods judged.
        pods: usize,
        /// Findings that exceptions accept.
        excepted: usize,
    },
    /// Every other line: what a rule says of one object.
    Finding {
        /// Version of this format.
        schema_version: u32,
        /// The cluster's name.
        cluster: &'a str,
        /// When the scan ended, RFC 3339.
        scanned_at: &'a str,
        /// As in the JSON report.
        finding: FindingJson<'a>,
    },
}

fn write(report: &AuditReport, out: &mut dyn Write) -> io::Result<()> {
    let cluster = report.cluster.name.as_str();
    let scanned_at = &report.scanned_at.to_string();
    let scan = NdjsonLine::Scan {
        schema_version: SCHEMA_VERSION,
        cluster,
        scanned_at,
        complete: report.is_complete(),
        problems: report.problems().collect(),
        pods: report.pods(),
        excepted: report.excepted(),
    };
    line(&scan, out)?;
    for shown in report.shown() {
        let finding = finding(report, shown);
        let schema_version = SCHEMA_VERSION;
        line(&NdjsonLine::Finding { schema_version, cluster, scanned_at, finding }, out)?;
    }
    Ok(())
}

/// The lines of one cluster after those of another; each line names its cluster.
fn write_clusters(report: &ClustersReport, out: &mut dyn Write) -> io::Result<()> {
    for ClusterOutcome { name, report: scanned } in &report.clusters {
        match scanned {
            Ok(scanned) => write(scanned, out)?,
            Err(error) => {
                let scan = NdjsonLine::Scan {
                    schema_version: SCHEMA_VERSION,
                    cluster: name,
                    scanned_at: &report.scanned_at.to_string(),
                    complete: false,
                    problems: vec![not_scanned(error)],
                    pods: 0,
                    excepted: 0,
                };
                line(&scan, out)?;
            }
        }
    }
    Ok(())
}

fn line(line: &NdjsonLine, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    writeln!(out)
}
