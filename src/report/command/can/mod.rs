//! The report of `podaudit can`: what a ServiceAccount may do.

mod json;
mod report;
mod table;

use std::io::{self, Write};

use serde::Serialize;

#[cfg(test)]
pub(in crate::report) use json::CanJson;
pub use report::CanReport;

use crate::inventory::{Coverage, Resource};
use crate::report::{Document, Look};

impl Document for CanReport<'_> {
    const READS: &'static [Resource] = &[
        Resource::ServiceAccounts,
        Resource::Roles,
        Resource::ClusterRoles,
        Resource::RoleBindings,
        Resource::ClusterRoleBindings,
    ];

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
