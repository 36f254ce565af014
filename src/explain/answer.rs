//! One answer about a pod or a container. It knows no fact.

use crate::evidence::{Confidence, Evidence, confidence};
use crate::posture::{Effective, Gap};

/// What is true, or why it is unknown; and what that rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// In words that read well after the fact's title and a colon.
    pub value: Result<String, Gap>,
    /// What decided.
    pub decided_by: Vec<Evidence>,
    /// What was set, and lost.
    pub overruled: Vec<Evidence>,
}

impl Answer {
    /// The answer that an effective value gives.
    pub(super) fn from_effective<T>(fact: &Effective<T>, words: impl FnOnce(&T) -> String) -> Self {
        Self {
            value: fact.value.as_ref().map(words).map_err(Clone::clone),
            decided_by: fact.decided_by.clone(),
            overruled: fact.overruled.clone(),
        }
    }

    /// An answer that fields alone give.
    pub(super) fn known(
        words: impl Into<String>,
        decided_by: impl IntoIterator<Item = Evidence>,
    ) -> Self {
        let decided_by = decided_by.into_iter().collect();
        Self { value: Ok(words.into()), decided_by, overruled: Vec::new() }
    }

    /// As sure as the least sure thing that it rests on.
    #[must_use]
    pub fn confidence(&self) -> Confidence {
        confidence(&self.decided_by)
    }
}
