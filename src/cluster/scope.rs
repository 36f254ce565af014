//! What to read of a cluster: which kinds, in which namespaces, which pods.

use crate::inventory::{Resource, Shard};

/// What to list.
#[derive(Clone, Debug, Default)]
pub struct ScanScope {
    /// Only these namespaces; empty for all.
    pub namespaces: Vec<String>,
    /// Label selector for pods, in kubectl's syntax.
    pub selector: String,
    /// Which kinds.
    pub resources: Vec<Resource>,
    /// Whether to list the names of token Secrets too.
    pub with_secret_metadata: bool,
    /// Only this shard of the pods; all else is read with the first shard.
    pub shard: Option<Shard>,
}

impl ScanScope {
    /// Whether it holds all pods.
    pub(super) fn is_whole(&self) -> bool {
        self.namespaces.is_empty() && self.selector.is_empty() && self.shard.is_none()
    }

    /// Whether it holds the pods of this namespace, as far as shards go.
    pub(super) fn has(&self, namespace: &str) -> bool {
        self.shard.is_none_or(|shard| shard.has_namespace(namespace))
    }
}
