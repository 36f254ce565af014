//! Renderers: one file or folder a format. They write what they are given and decide nothing
//! about the cluster.

mod can;
mod clusters;
mod diff;
mod explain;
mod format;
mod input;
mod json;
mod look;
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
pub use standards::StandardsReport;
pub use text::visible;
