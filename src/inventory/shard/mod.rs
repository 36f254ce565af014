//! A scan in shards: which pods each of them reads, and what it hands on.

mod content;
mod select;
mod split;

pub use content::ShardContent;
pub use split::{Shard, Sharded, Split};
