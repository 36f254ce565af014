//! Names of pods for reports, without a copy of them.

use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};

use super::member::{PodId, PodMembers};

/// Names of pods, without a copy of them.
#[derive(Clone, Default)]
pub struct PodNames {
    pub(super) members: Arc<PodMembers>,
    pub(super) ids: Box<[PodId]>,
}

impl PodNames {
    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The names, sorted.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.ids.iter().map(|id| self.members.name(*id))
    }
}

impl Serialize for PodNames {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl fmt::Debug for PodNames {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
