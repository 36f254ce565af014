//! What a page tells of its list: the moment, the next page, how much follows.

use serde::Deserialize;

/// `metadata` of a list.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ListMeta {
    resource_version: Option<String>,
    r#continue: Option<String>,
    remaining_item_count: Option<i64>,
    shard_info: Option<ShardInfo>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ShardInfo {
    selector: String,
}

/// What a page tells of its list.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Paging {
    /// The moment that the list shows, if the server tells.
    pub resource_version: Option<String>,
    /// The token of the next page.
    pub next: Option<String>,
    /// Objects that follow; 0 if the server does not tell.
    pub remaining: i64,
    /// The `shardSelector` that the server has heeded.
    pub shard: Option<String>,
}

impl ListMeta {
    pub(super) fn token(self) -> Option<String> {
        self.r#continue.filter(|token| !token.is_empty())
    }

    pub(super) fn paging(mut self) -> Paging {
        let shard = self.shard_info.take().map(|info| info.selector);
        let remaining = self.remaining_item_count.unwrap_or_default();
        let resource_version = self.resource_version.take().filter(|version| !version.is_empty());
        Paging { resource_version, shard, remaining, next: self.token() }
    }
}
