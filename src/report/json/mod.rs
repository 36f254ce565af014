//! JSON for machines. `model` is the public format, apart from internal structures so that these
//! can change without breaking anyone.

mod model;
mod render;

pub(super) use render::write;
