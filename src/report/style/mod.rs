//! What text looks like: width and colour, what a terminal may be sent, and words that several
//! formats have in common.

mod blast_radius;
mod look;
mod text;
mod visible_json;

pub(super) use blast_radius::{blast_radius_cell, blast_radius_words};
pub use look::Look;
pub(super) use look::color;
pub use text::visible;
pub(super) use text::{fit, plural, wrap};
pub(super) use visible_json::VisibleStrings;
