//! The templates of replicas that were decoded already, by what their bytes have in common.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use crate::inventory::decode::ReplicaKey;

/// The template of each replica key. 128 bits under secrets that nobody knows stand for a key: two
/// keys that differ are not taken for equal.
#[derive(Clone, Debug, Default)]
pub(super) struct ReplicaCache {
    hashers: [RandomState; 2],
    /// Numbers of templates, by the digest of a key.
    pub(super) templates: HashMap<[u64; 2], u32>,
}

impl ReplicaCache {
    pub(super) fn digest(&self, key: &ReplicaKey<'_>) -> [u64; 2] {
        self.hashers.each_ref().map(|hasher| hasher.hash_one(&key.common[..]))
    }
}
