//! The table of output formats.

use std::io::{self, Write};

use super::{
    ClustersReport, Look, Report, ReportsApi, clusters, csv, html, json, junit, markdown, metrics,
    ndjson, policyreport, sarif, table,
};

/// Writes a report.
type Writer = fn(&Report, Look, &mut dyn Write) -> io::Result<()>;

/// Writes a report of several clusters.
type ClustersWriter = fn(&ClustersReport, Look, &mut dyn Write) -> io::Result<()>;

/// Declares each format once: its name after `-o`, what it is for, what writes it, and what writes
/// several clusters if it can hold them.
macro_rules! formats {
    ($($variant:ident $name:literal $purpose:literal $write:expr, $clusters:expr;)*) => {
        /// An output format.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Format {
            $(#[doc = $purpose] $variant,)*
        }

        impl Format {
            /// All formats, in the order of the help text.
            pub const ALL: [Self; [$($name),*].len()] = [$(Self::$variant),*];

            /// The name after `-o`.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// What it is for, in a few words.
            #[must_use]
            pub fn purpose(self) -> &'static str {
                match self {
                    $(Self::$variant => $purpose,)*
                }
            }

            fn writer(self) -> Writer {
                match self {
                    $(Self::$variant => $write,)*
                }
            }

            fn clusters_writer(self) -> Option<ClustersWriter> {
                match self {
                    $(Self::$variant => $clusters,)*
                }
            }
        }
    };
}

formats! {
    Table "table" "to read in a terminal"
        table::write, Some(clusters::table);
    Json "json" "everything, for machines"
        |report, _, out| json::write(report, out), Some(|report, _, out| clusters::json(report, out));
    Sarif "sarif" "SARIF 2.1.0, for code scanning"
        |report, _, out| sarif::write(report, out),
        Some(|report, _, out| sarif::write_clusters(report, out));
    Html "html" "one page to read and share"
        |report, _, out| html::write(report, out), None;
    OpenMetrics "openmetrics" "gauges for Prometheus"
        |report, _, out| metrics::write(report, out),
        Some(|report, _, out| metrics::write_clusters(report, out));
    Markdown "markdown" "a summary for a job's page"
        |report, _, out| markdown::write(report, out),
        Some(|report, _, out| markdown::write_clusters(report, out));
    Junit "junit" "JUnit XML, a case a finding"
        |report, _, out| junit::write(report, out),
        Some(|report, _, out| junit::write_clusters(report, out));
    Csv "csv" "findings for a spreadsheet"
        |report, _, out| csv::write(report, out),
        Some(|report, _, out| csv::write_clusters(report, out));
    Ndjson "ndjson" "one finding a line, for log pipelines"
        |report, _, out| ndjson::write(report, out),
        Some(|report, _, out| ndjson::write_clusters(report, out));
    PolicyReport "policyreport" "failures as PolicyReports (wgpolicyk8s.io), for kubectl apply"
        |report, _, out| policyreport::write(report, ReportsApi::PolicyReport, out), None;
    OpenReports "openreports" "failures as Reports (openreports.io), for kubectl apply"
        |report, _, out| policyreport::write(report, ReportsApi::OpenReports, out), None;
}

impl Format {
    /// Writes the report.
    ///
    /// # Errors
    /// Whatever the writer says.
    pub fn write(self, report: &Report, look: Look, out: &mut dyn Write) -> io::Result<()> {
        self.writer()(report, look, out)
    }

    /// Whether it can hold several clusters.
    #[must_use]
    pub fn holds_clusters(self) -> bool {
        self.clusters_writer().is_some()
    }

    /// Writes the report of several clusters.
    ///
    /// # Errors
    /// Whatever the writer says; [`io::ErrorKind::Unsupported`] from a format for one cluster.
    pub fn write_clusters(
        self,
        report: &ClustersReport,
        look: Look,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let write = self.clusters_writer().ok_or(io::ErrorKind::Unsupported)?;
        write(report, look, out)
    }
}

/// A format that every subcommand has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubFormat {
    /// For people.
    Table,
    /// For machines.
    Json,
}

impl SubFormat {
    /// All of them, in the order of the help text.
    pub const ALL: [Self; 2] = [Self::Table, Self::Json];

    /// The name after `-o`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Table => Format::Table.as_str(),
            Self::Json => Format::Json.as_str(),
        }
    }
}
