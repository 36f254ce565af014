//! The report of `podaudit pss`: what each namespace enforces, and what it could.

mod json;
mod report;
mod table;

use std::io::{self, Write};

use serde::Serialize;

#[cfg(test)]
pub(in crate::report) use json::PssJson;
pub use report::PssReport;

use crate::inventory::{Coverage, Resource};
use crate::report::{Document, Look, is_complete};

impl Document for PssReport<'_> {
    /// Without the last two, pods are named after their ReplicaSet or Job.
    const READS: &'static [Resource] =
        &[Resource::Namespaces, Resource::Pods, Resource::ReplicaSets, Resource::Jobs];

    fn coverage(&self) -> &[Coverage] {
        &self.coverage
    }

    fn is_complete(&self) -> bool {
        let needed = [Resource::Namespaces, Resource::Pods];
        is_complete(self.coverage.iter().filter(|record| needed.contains(&record.resource)))
    }

    fn write_table(&self, look: Look, out: &mut dyn Write) -> io::Result<()> {
        table::write(self, look, out)
    }

    fn json(&self) -> impl Serialize {
        json::document(self)
    }
}
