//! What the renderers of `podaudit pss` are given.

use std::io::{self, Write};

use jiff::Timestamp;

use super::{render, table};
use crate::inventory::{Coverage, Resource};
use crate::report::{Cluster, Look, SubFormat, is_complete};
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

    /// Writes the report.
    ///
    /// # Errors
    /// Whatever the writer says.
    pub fn write(&self, format: SubFormat, look: Look, out: &mut dyn Write) -> io::Result<()> {
        match format {
            SubFormat::Table => table::write(self, look, out),
            SubFormat::Json => render::write(self, out),
        }
    }
}
