//! The report of `podaudit pss`: what each namespace enforces, and what it could. `model` is the
//! public JSON format.

mod input;
mod model;
mod render;
mod table;

pub use input::StandardsReport;
