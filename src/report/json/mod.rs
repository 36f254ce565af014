//! JSON for machines. `model` is the public format, apart from internal structures so that these
//! can change without breaking anyone.

mod model;
mod render;
mod shared;

#[cfg(test)]
pub(super) use model::Report as Model;
pub(super) use model::{Blast, Coverage, Finding};
pub(super) use render::{blast, coverage, finding, model, write};
#[cfg(test)]
pub(super) use shared::assert_schema;
pub(super) use shared::{
    Cluster, Each, Evidence, Head, Object, Tool, binding, cluster, evidence, head, object, tool,
};
