//! JSON for machines. `model` is the public format, apart from internal structures so that these
//! can change without breaking anyone.

mod model;
mod render;
mod shared;

pub(super) use model::{Coverage, Finding};
pub(super) use render::{coverage, finding, write};
#[cfg(test)]
pub(super) use shared::assert_schema;
pub(super) use shared::{
    Cluster, Each, Evidence, Object, Tool, binding, cluster, evidence, object, tool,
};
