//! Shards of one scan: the file that each is written to, and how all of them become the
//! inventory that one scan would have read.

mod error;
mod merge;
mod shard_file;

pub use error::ShardError;
pub use merge::{Merged, merge};
pub use shard_file::{ShardHeader, write};
