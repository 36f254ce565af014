//! The report of `podaudit explain`: every fact about pods, with what decided it.

mod json;
mod report;
mod table;

use std::io::{self, Write};

use serde::Serialize;

#[cfg(test)]
pub(in crate::report) use json::ExplainJson;
pub use report::{ExplainReport, ExplainedPods};

use crate::inventory::{Coverage, Resource};
use crate::report::{Document, Look};

impl Document for ExplainReport<'_> {
    const READS: &'static [Resource] = &Resource::AUDIT;

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
