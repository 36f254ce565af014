//! The report of `podaudit diff`: what changed between two reports. The audit shows the same when it
//! is compared with a baseline.

mod json;
mod report;
mod table;

use std::io::{self, Write};

use serde::Serialize;

#[cfg(test)]
pub(in crate::report) use json::DiffJson;
pub(in crate::report) use json::{BaselineJson, baseline_json};
pub use report::DiffReport;
pub(in crate::report) use table::{change_counts, finding_place, statement_label, write_changes};

use crate::inventory::{Coverage, Resource};
use crate::report::{Document, Look};

impl Document for DiffReport<'_> {
    const READS: &'static [Resource] = &[];

    fn coverage(&self) -> &[Coverage] {
        &[]
    }

    fn write_table(&self, look: Look, out: &mut dyn Write) -> io::Result<()> {
        table::write(self, look, out)
    }

    fn json(&self) -> impl Serialize {
        json::document(self)
    }
}
