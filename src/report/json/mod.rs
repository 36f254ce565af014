//! JSON for machines. `model` is the public format, apart from internal structures so that these
//! can change without breaking anyone.

mod model;
mod render;
mod shared;

pub(super) use render::write;
pub(super) use shared::{Cluster, Evidence, Object, Tool, cluster, evidence, object, tool};
