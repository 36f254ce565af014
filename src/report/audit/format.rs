//! The list of output formats. What a format is called and how it is written stands in its own file.

use std::io::{self, Write};

use super::clusters::ClustersReport;
use super::format_spec::FormatSpec;
use super::report::AuditReport;
use super::{csv, html, json, junit, markdown, metrics, ndjson, policyreport, sarif, table};
use crate::report::Look;

/// Declares each format once, so that none is missing from [`Format::ALL`].
macro_rules! formats {
    ($($(#[$doc:meta])* $variant:ident = $spec:expr;)*) => {
        /// An output format.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Format {
            $($(#[$doc])* $variant,)*
        }

        impl Format {
            /// All formats, in the order of the help text.
            pub const ALL: [Self; [$(stringify!($variant)),*].len()] = [$(Self::$variant),*];

            const fn spec(self) -> &'static FormatSpec {
                match self {
                    $(Self::$variant => &$spec,)*
                }
            }
        }
    };
}

formats! {
    /// For a terminal.
    Table = table::FORMAT;
    /// For machines: everything.
    Json = json::FORMAT;
    /// For code scanning.
    Sarif = sarif::FORMAT;
    /// One page for a browser.
    Html = html::FORMAT;
    /// For Prometheus.
    OpenMetrics = metrics::FORMAT;
    /// For a job's page.
    Markdown = markdown::FORMAT;
    /// For a CI's list of tests.
    Junit = junit::FORMAT;
    /// For a spreadsheet.
    Csv = csv::FORMAT;
    /// For log pipelines.
    Ndjson = ndjson::FORMAT;
    /// For readers of `wgpolicyk8s.io`.
    PolicyReport = policyreport::POLICY_REPORT;
    /// For readers of `openreports.io`.
    OpenReports = policyreport::OPEN_REPORTS;
}

impl Format {
    /// The name after `-o`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.spec().name
    }

    /// What it is for, in a few words.
    #[must_use]
    pub fn purpose(self) -> &'static str {
        self.spec().purpose
    }

    /// The file under `reports/` that shows it: the sample cluster in this format.
    #[must_use]
    pub fn example(self) -> &'static str {
        self.spec().example
    }

    /// Writes the report.
    ///
    /// # Errors
    /// Whatever the writer says.
    pub fn write(self, report: &AuditReport, look: Look, out: &mut dyn Write) -> io::Result<()> {
        (self.spec().write)(report, look, out)
    }

    /// Whether it can hold several clusters.
    #[must_use]
    pub fn holds_clusters(self) -> bool {
        self.spec().write_clusters.is_some()
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
        let write = self.spec().write_clusters.ok_or(io::ErrorKind::Unsupported)?;
        write(report, look, out)
    }
}
