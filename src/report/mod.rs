//! Renderers: one file or folder a format. They write what they are given and decide nothing
//! about the cluster.

mod format;
mod input;
mod json;
mod sarif;
mod standards;
mod table;
mod text;

pub use format::Format;
pub use input::{Cluster, Filter, Report, is_complete, not_evaluated};
pub use standards::{StandardsFormat, StandardsReport};
pub use table::Look;
pub use text::visible;
