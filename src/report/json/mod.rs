//! JSON for machines. `model` is the public format, apart from internal structures so that these
//! can change without breaking anyone.

mod model;
mod render;
mod shared;

pub(super) use model::{Coverage, Report as Model};
pub(super) use render::{coverage, model, write};
#[cfg(test)]
pub(super) use shared::assert_schema;
pub(super) use shared::{Cluster, Evidence, Object, Tool, cluster, evidence, object, tool};
