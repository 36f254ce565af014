//! What a shard has read, as its file holds it: the slim structures and nothing else, so that it holds
//! no secret either. The first shard has everything, the others have pods.

use serde::{Deserialize, Serialize};

use super::split::Shard;
use crate::inventory::coverage::{Coverage, CoverageState};
use crate::inventory::pods::Pods;
use crate::inventory::resource::Resource;
use crate::inventory::store::Inventory;

/// What one shard has read.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ShardContent {
    coverage: Vec<Coverage>,
    pods: Pods,
    /// What is not a pod.
    others: Option<Inventory>,
}

impl ShardContent {
    /// What this shard has to tell of what it has read.
    #[must_use]
    pub fn new(shard: Shard, mut inventory: Inventory) -> Self {
        let mut coverage: Vec<_> = inventory.coverages().collect();
        coverage.retain(|record| shard.is_first() || record.resource == Resource::Pods);
        let pods = std::mem::take(&mut inventory.pods);
        Self { coverage, pods, others: shard.is_first().then_some(inventory) }
    }

    /// The inventory that was read, and the record of its pods, which is not in it.
    #[must_use]
    pub fn into_inventory(self) -> (Inventory, Coverage) {
        let mut inventory = self.others.unwrap_or_default();
        inventory.pods = self.pods;
        let mut pods = Coverage::new(Resource::Pods, CoverageState::Absent);
        for record in self.coverage {
            match record.resource {
                Resource::Pods => pods = record,
                kind => *inventory.coverage_mut(kind) = record,
            }
        }
        (inventory, pods)
    }
}
