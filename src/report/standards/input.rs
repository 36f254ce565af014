//! What the renderers of `podaudit pss` are given, and the table of its formats.

use std::io::{self, Write};

use jiff::Timestamp;

use super::{render, table};
use crate::inventory::coverage::{Coverage, Resource};
use crate::report::{Cluster, Look, is_complete};
use crate::standards::NamespaceStandards;

/// The standards of one cluster, ready to be written in any format.
#[derive(Clone, Debug)]
pub struct StandardsReport<'a> {
    /// By name.
    pub namespaces: &'a [NamespaceStandards],
    /// What was read of each kind that counts here.
    pub coverage: Vec<Coverage>,
    /// Of which cluster.
    pub cluster: &'a Cluster,
    /// When.
    pub scanned_at: Timestamp,
    /// podaudit's own version.
    pub version: &'a str,
}

impl StandardsReport<'_> {
    /// The kinds that this report rests on; without the last two, pods are told by their
    /// ReplicaSet or Job.
    pub const READS: [Resource; 4] =
        [Resource::Namespaces, Resource::Pods, Resource::ReplicaSets, Resource::Jobs];

    /// Whether all pods and Namespaces that were asked for were read.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        let needed = [Resource::Namespaces, Resource::Pods];
        let needed = self.coverage.iter().filter(|record| needed.contains(&record.resource));
        is_complete(needed)
    }
}

/// An output format of `podaudit pss`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StandardsFormat {
    /// For people.
    Table,
    /// For machines: schema version 1.
    Json,
}

impl StandardsFormat {
    /// All formats, in the order of the help text.
    pub const ALL: [Self; 2] = [Self::Table, Self::Json];

    /// The name after `-o`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Json => "json",
        }
    }

    /// Writes the report.
    ///
    /// # Errors
    /// Whatever the writer says.
    pub fn write(
        self,
        report: &StandardsReport,
        look: Look,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        match self {
            Self::Table => table::write(report, look, out),
            Self::Json => render::write(report, out),
        }
    }
}
