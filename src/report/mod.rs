//! Renderers: one file or folder a format. They write what they are given and decide nothing
//! about the cluster.

mod can;
mod clusters;
mod csv;
mod diff;
mod explain;
mod format;
mod html;
mod input;
mod json;
mod junit;
mod look;
mod markdown;
mod metrics;
mod ndjson;
mod paths;
mod policyreport;
mod radius;
mod sarif;
mod standards;
mod table;
mod text;

pub use can::CanReport;
pub use clusters::{ClustersReport, Scanned};
pub use diff::DiffReport;
pub use explain::{Explanation, Group};
pub use format::{Format, SubFormat};
pub use input::{Cluster, Comparison, Filter, Report, is_complete, not_evaluated};
pub use look::Look;
pub use paths::{PathsFormat, PathsReport};
pub use policyreport::{MANAGED_BY, ReportObject, ReportsApi, report_objects};
pub use standards::StandardsReport;
pub use text::visible;
