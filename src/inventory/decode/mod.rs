//! From bytes to the structures of [`super::kind`]: objects and pages, in JSON or in protobuf.

mod json;
mod page;
mod paging;
mod protobuf;
mod status;
mod structure;
mod wire;

pub(crate) use json::{describe, name_of};
pub use page::{Beginning, beginning};
pub use paging::Paging;
pub(super) use protobuf::ReplicaKey;
#[doc(hidden)]
pub use protobuf::{FieldRow, field_rows};
pub use status::Status;
pub use wire::{PageError, Wire};
