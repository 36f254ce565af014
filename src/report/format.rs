//! The table of output formats.

use std::io::{self, Write};

use super::{Look, Report, csv, html, json, junit, markdown, metrics, ndjson, sarif, table};

/// Writes a report.
type Writer = fn(&Report, Look, &mut dyn Write) -> io::Result<()>;

/// Declares each format once: its name after `-o`, what it is for, and what writes it.
macro_rules! formats {
    ($($variant:ident $name:literal $purpose:literal $write:expr;)*) => {
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
        }
    };
}

formats! {
    Table "table" "to read in a terminal" table::write;
    Json "json" "everything, for machines" |report, _, out| json::write(report, out);
    Sarif "sarif" "SARIF 2.1.0, for code scanning" |report, _, out| sarif::write(report, out);
    Html "html" "one page to read and share" |report, _, out| html::write(report, out);
    OpenMetrics "openmetrics" "gauges for Prometheus" |report, _, out| metrics::write(report, out);
    Markdown "markdown" "a summary for a job's page" |report, _, out| markdown::write(report, out);
    Junit "junit" "JUnit XML, a case a finding" |report, _, out| junit::write(report, out);
    Csv "csv" "findings for a spreadsheet" |report, _, out| csv::write(report, out);
    Ndjson "ndjson" "one finding a line, for log pipelines" |report, _, out| ndjson::write(report, out);
}

impl Format {
    /// Writes the report.
    ///
    /// # Errors
    /// Whatever the writer says.
    pub fn write(self, report: &Report, look: Look, out: &mut dyn Write) -> io::Result<()> {
        self.writer()(report, look, out)
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
