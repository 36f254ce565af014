//! Shards of one scan: the document that each is written to, and how all of them become the
//! inventory that one scan would have read.

mod document;
mod error;
mod merge;

pub use document::{Head, write};
pub use error::ShardError;
pub use merge::{Merged, merge};
