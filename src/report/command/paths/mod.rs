//! The report of `podaudit paths`: where a takeover leads, step by step, and what to change first.

mod format;
mod graph;
mod json;
mod report;
mod table;

use std::io::{self, Write};

use serde::Serialize;

pub use format::PathsFormat;
#[cfg(test)]
pub(in crate::report) use json::PathsJson;
pub use report::PathsReport;

use crate::inventory::{Coverage, Inventory, Resource};
use crate::report::{Document, Look};

impl Document for PathsReport<'_> {
    const READS: &'static [Resource] = &Resource::AUDIT;

    /// And the record of Secrets, if they were listed.
    fn coverage_of(inventory: &Inventory) -> Vec<Coverage> {
        let mut all: Vec<_> = Self::READS.iter().map(|kind| inventory.coverage(*kind)).collect();
        let secrets = inventory.coverage(Resource::Secrets);
        if secrets.pages > 0 || secrets.error.is_some() {
            all.push(secrets);
        }
        all
    }

    fn coverage(&self) -> &[Coverage] {
        &self.coverage
    }

    fn write_table(&self, look: Look, out: &mut dyn Write) -> io::Result<()> {
        table::write(self, look, out)
    }

    fn json(&self) -> impl Serialize {
        json::document(self)
    }
}
