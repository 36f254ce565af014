//! What changed between two reports. `model` is the public JSON format; the table is also the end
//! of the audit's own table when it is compared with a baseline.

mod input;
mod model;
mod render;
mod table;

pub use input::DiffReport;
pub(super) use model::{Baseline, RuleRecord, Scope};
pub(super) use render::{baseline, rules, scope};
pub(super) use table::{counts, label, place, section};
