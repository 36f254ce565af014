//! One shard of an inventory that holds the pods of all, for sources that no server selects from.

use super::split::{Shard, Sharded, Split};
use crate::inventory::coverage::{Coverage, CoverageState};
use crate::inventory::resource::Resource;
use crate::inventory::store::Inventory;

impl Inventory {
    /// Leaves the pods of one shard, by namespace. What the record of the pods says beside their
    /// number is left to the first shard.
    pub fn keep_shard(&mut self, shard: Shard) -> Sharded {
        let (own, others) = self.pods.retain_namespaces(|name| shard.has_namespace(name));
        let record = self.coverage_mut(Resource::Pods);
        if shard.is_first() {
            record.listed -= others;
            record.decoded -= others;
        } else {
            let state = if own == 0 { CoverageState::Absent } else { CoverageState::Complete };
            *record =
                Coverage { listed: own, decoded: own, ..Coverage::new(Resource::Pods, state) };
        }
        Sharded { split: Some(Split::Namespace), cluster_uid: None }
    }
}
