//! The likenesses of pods that were read, each with its class.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use super::protobuf::Likeness;

/// Which class pods with the same likeness are of. 128 bits under keys that nobody knows stand for
/// it: two that differ are not taken for the same.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    keys: [RandomState; 2],
    pub(super) classes: HashMap<[u64; 2], u32>,
}

impl Seen {
    pub(super) fn key(&self, likeness: &Likeness<'_>) -> [u64; 2] {
        self.keys.each_ref().map(|key| key.hash_one(&likeness.shared[..]))
    }
}
