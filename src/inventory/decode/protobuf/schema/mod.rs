//! What is read of the API's messages, as a table. A test compares it with upstream's
//! `generated.proto` and `types.go`.

mod by_kind;
mod container;
mod message;
mod meta;
mod others;
mod pod;
mod rows;
mod volume;

pub(in crate::inventory::decode) use by_kind::message_of;
pub(super) use message::{Field, FieldKind, FieldPresence, Message};
pub(in crate::inventory::decode) use meta::{LIST_META, OBJECT_META, STATUS, TYPE_META};
pub use rows::{FieldRow, field_rows};
