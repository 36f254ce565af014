//! What every report has: the kinds that it rests on, what was read of them, a table for people and
//! JSON for machines.

use std::io::{self, Write};

use serde::Serialize;

use super::coverage::is_complete;
use super::json;
use super::style::Look;
use crate::inventory::{Coverage, Inventory, Resource};

/// A report, ready to be written.
pub trait Document {
    /// The kinds that the report rests on; none if it reads no cluster.
    const READS: &'static [Resource];

    /// The records of these kinds in an inventory.
    #[must_use]
    fn coverage_of(inventory: &Inventory) -> Vec<Coverage> {
        Self::READS.iter().map(|kind| inventory.coverage(*kind)).collect()
    }

    /// What was read for this report.
    fn coverage(&self) -> &[Coverage];

    /// Whether everything that was asked for, and that the report needs, was read.
    fn is_complete(&self) -> bool {
        is_complete(self.coverage())
    }

    /// Writes the report for people.
    ///
    /// # Errors
    /// Whatever the writer says.
    fn write_table(&self, look: Look, out: &mut dyn Write) -> io::Result<()>;

    /// The report for machines. Its format is public and has a schema under `reports/`.
    fn json(&self) -> impl Serialize;

    /// Writes the report for machines.
    ///
    /// # Errors
    /// Whatever the writer says.
    fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        json::write(&self.json(), out)
    }

    /// Writes the report in a format that every command has.
    ///
    /// # Errors
    /// Whatever the writer says.
    fn write(&self, format: CommandFormat, look: Look, out: &mut dyn Write) -> io::Result<()> {
        match format {
            CommandFormat::Table => self.write_table(look, out),
            CommandFormat::Json => self.write_json(out),
        }
    }
}

/// A format that every command has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommandFormat {
    /// For people.
    Table,
    /// For machines.
    Json,
}

impl CommandFormat {
    /// All of them, in the order of the help text.
    pub const ALL: [Self; 2] = [Self::Table, Self::Json];

    /// The name after `-o`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Json => "json",
        }
    }
}
