//! SARIF 2.1.0. `model` is the part of the standard that podaudit uses, `render` its mapping.

mod flow;
mod model;
mod render;
mod result;

pub(super) use render::{write, write_clusters};
