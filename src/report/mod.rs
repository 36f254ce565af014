//! Renderers: one file or folder a format. They write what they are given and decide nothing
//! about the cluster.

mod explain;
mod format;
mod input;
mod json;
mod look;
mod sarif;
mod table;
mod text;

pub use explain::{Explanation, Group};
pub use format::Format;
pub use input::{Cluster, Filter, Report, is_complete, not_evaluated};
pub use look::Look;
pub use text::visible;
