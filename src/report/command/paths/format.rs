//! The output formats of `podaudit paths`: those of every command, and pictures.

use std::io::{self, Write};

use super::graph;
use super::report::PathsReport;
use crate::report::{CommandFormat, Document, Look};

/// An output format of paths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathsFormat {
    /// For people.
    Table,
    /// For machines.
    Json,
    /// A flowchart for Markdown.
    Mermaid,
    /// A graph for Graphviz.
    Dot,
}

impl PathsFormat {
    /// All of them, in the order of the help text.
    pub const ALL: [Self; 4] = [Self::Table, Self::Json, Self::Mermaid, Self::Dot];

    /// The name after `-o`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Table => CommandFormat::Table.as_str(),
            Self::Json => CommandFormat::Json.as_str(),
            Self::Mermaid => "mermaid",
            Self::Dot => "dot",
        }
    }
}

impl PathsReport<'_> {
    /// Writes the report.
    ///
    /// # Errors
    /// Whatever the writer says.
    pub fn write_as(&self, format: PathsFormat, look: Look, out: &mut dyn Write) -> io::Result<()> {
        match format {
            PathsFormat::Table => self.write_table(look, out),
            PathsFormat::Json => self.write_json(out),
            PathsFormat::Mermaid => graph::mermaid(self, out),
            PathsFormat::Dot => graph::dot(self, out),
        }
    }
}
