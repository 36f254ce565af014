//! The audit's report as a document: its table and its JSON are formats of the audit as well.

use std::io::{self, Write};

use serde::Serialize;

use super::report::AuditReport;
use super::{json, table};
use crate::inventory::{Coverage, Resource};
use crate::report::{Document, Look};

impl Document for AuditReport<'_> {
    const READS: &'static [Resource] = &Resource::AUDIT;

    fn coverage(&self) -> &[Coverage] {
        &self.audit.coverage
    }

    fn write_table(&self, look: Look, out: &mut dyn Write) -> io::Result<()> {
        table::write(self, look, out)
    }

    fn json(&self) -> impl Serialize {
        json::document(self)
    }
}
