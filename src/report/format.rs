//! The table of output formats.

use std::io::{self, Write};

use super::{Look, Report, json, sarif, table};

/// An output format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Table,
    /// For machines: schema version 1.
    Json,
    /// SARIF 2.1.0, for code scanning and vulnerability management.
    Sarif,
}

impl Format {
    /// All formats, in the order of the help text.
    pub const ALL: [Self; 3] = [Self::Table, Self::Json, Self::Sarif];

    /// The name after `-o`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Json => "json",
            Self::Sarif => "sarif",
        }
    }

    /// Writes the report.
    ///
    /// # Errors
    /// Whatever the writer says.
    pub fn write(self, report: &Report, look: Look, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Table => table::write(report, look, out),
            Self::Json => json::write(report, out),
            Self::Sarif => sarif::write(report, out),
        }
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
