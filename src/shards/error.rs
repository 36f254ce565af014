//! What is wrong with files that should be the shards of one scan.

use std::io;

/// Nothing was merged.
#[derive(Debug, thiserror::Error)]
pub enum ShardError {
    /// The file cannot be read.
    #[error("unable to read {path}")]
    Read {
        /// Path of the file.
        path: String,
        /// Why it cannot be read.
        source: io::Error,
    },
    /// The file is something else.
    #[error("{path} is not what podaudit --shard writes: {why}")]
    Other {
        /// Path of the file.
        path: String,
        /// What is wrong with it, without a quotation.
        why: String,
    },
    /// No file is left that could be merged.
    #[error("no shard of this scan: {0}")]
    Nothing(String),
    /// Two files do not go together.
    #[error("{one} and {other} are not of one scan: {why}")]
    Differ {
        /// The first file.
        one: String,
        /// The other.
        other: String,
        /// What tells them apart.
        why: String,
    },
}
