//! What the renderers of `podaudit paths` are given, and which there are.

use std::io::{self, Write};

use super::{draw, render, text};
use crate::inventory::{Coverage, Inventory, Resource};
use crate::reach::{Cuts, Exposure};
use crate::report::{Cluster, Look, is_complete};

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
            Self::Table => "table",
            Self::Json => "json",
            Self::Mermaid => "mermaid",
            Self::Dot => "dot",
        }
    }
}

/// The paths of a cluster, ready to be written in any format.
#[derive(Clone, Debug)]
pub struct PathsReport<'a> {
    /// What leads to something, the worst first.
    pub exposed: &'a [Exposure<'a>],
    /// Whether it was asked for one thing: then it is told that it leads to nothing.
    pub asked: Option<String>,
    /// What to change first, if that was asked for.
    pub cuts: Option<&'a Cuts>,
    /// What no path shows.
    pub limits: Vec<&'static str>,
    /// What was read of each kind that counts here.
    pub coverage: Vec<Coverage>,
    /// Of which cluster.
    pub cluster: &'a Cluster,
    /// podaudit's own version.
    pub version: &'a str,
}

impl PathsReport<'_> {
    /// The kinds that paths rest on.
    pub const READS: [Resource; 10] = Resource::AUDIT;

    /// The records of these kinds, and of Secrets if they were listed.
    #[must_use]
    pub fn coverage(inventory: &Inventory) -> Vec<Coverage> {
        let mut all: Vec<_> = Self::READS.map(|kind| inventory.coverage(kind)).to_vec();
        let secrets = inventory.coverage(Resource::Secrets);
        if secrets.pages > 0 || secrets.error.is_some() {
            all.push(secrets);
        }
        all
    }

    /// Whether everything that was asked for was read.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        is_complete(&self.coverage)
    }

    /// Writes the report.
    ///
    /// # Errors
    /// Whatever the writer says.
    pub fn write(&self, format: PathsFormat, look: Look, out: &mut dyn Write) -> io::Result<()> {
        match format {
            PathsFormat::Table => text::write(self, look, out),
            PathsFormat::Json => render::write(self, out),
            PathsFormat::Mermaid => draw::mermaid(self, out),
            PathsFormat::Dot => draw::dot(self, out),
        }
    }
}
