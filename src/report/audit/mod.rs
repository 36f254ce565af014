//! The report of an audit and its output formats, one file or folder a format. Each says its name
//! and what writes it in a `FORMAT`; [`Format`] lists them.

mod clusters;
mod csv;
mod decisions;
mod document;
mod format;
mod format_spec;
mod html;
mod json;
mod junit;
mod markdown;
mod metrics;
mod ndjson;
mod policyreport;
mod report;
mod sarif;
mod table;

pub use clusters::{ClusterOutcome, ClustersReport};
pub use format::Format;
#[cfg(test)]
pub(super) use json::{AuditJson, ClustersJson};
#[cfg(test)]
pub(super) use ndjson::NdjsonLine;
pub use policyreport::{MANAGED_BY, ReportObject, ReportsApi, report_objects};
pub use report::{AuditReport, Comparison, Filter, UnusedException};
