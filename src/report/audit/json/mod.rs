//! JSON for machines: everything. `model` is the public format, `render` fills it, `clusters` is that
//! of several clusters.

mod clusters;
mod model;
mod render;

#[cfg(test)]
pub(in crate::report) use clusters::ClustersJson;
#[cfg(test)]
pub(in crate::report) use model::AuditJson;
pub(super) use model::FindingJson;
pub(super) use render::{document, finding};

use super::format_spec::FormatSpec;
use crate::report::json::write;

pub(super) const FORMAT: FormatSpec = FormatSpec {
    name: "json",
    purpose: "everything, for machines",
    example: "demo.json",
    write: |report, _, out| write(&document(report), out),
    write_clusters: Some(|report, _, out| write(&clusters::document(report), out)),
};
