//! What `podaudit can` prints: what a ServiceAccount may do, for people and for machines.

mod input;
mod model;
mod render;
mod text;

pub use input::CanReport;
