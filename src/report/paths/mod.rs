//! What `podaudit paths` prints: where a takeover leads, step by step, and what to change first.

mod draw;
mod input;
mod model;
mod render;
mod text;
mod text_cuts;
mod words;

pub use input::{PathsFormat, PathsReport};
