//! The messages that are read: those of [`crate::inventory::kind`], and what is around them. A test
//! compares the table with upstream's `generated.proto` and `types.go`.

mod by_kind;
mod envelope;
mod rows;

pub(in crate::inventory::decode) use by_kind::message_of;
pub(in crate::inventory::decode) use envelope::{LIST_META, STATUS, TYPE_META};
pub use rows::{FieldRow, field_rows};
