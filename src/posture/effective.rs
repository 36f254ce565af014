//! [`Effective`]: a fact together with what decided it, or the reason why nobody can know.

use std::borrow::Cow;

use crate::evidence::{Confidence, Evidence, confidence};

/// Why a fact is unknown, and what would make it known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Gap {
    /// Reads well after "unknown: ".
    pub reason: Cow<'static, str>,
    /// What the reader can do, as an imperative.
    pub resolve: Cow<'static, str>,
}

impl Gap {
    /// A gap, and what would close it.
    pub fn new(
        reason: impl Into<Cow<'static, str>>,
        resolve: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { reason: reason.into(), resolve: resolve.into() }
    }
}

/// What is true of the running pod after admission, defaulting, precedence and the runtime. The
/// word is upstream's (`DetermineEffectiveSecurityContext`); naming what decided is ours.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Effective<T> {
    /// The value, or why it is unknown.
    pub value: Result<T, Gap>,
    /// What decided; for an unknown value, what left it open.
    pub decided_by: Vec<Evidence>,
    /// What was also set, and lost.
    pub overruled: Vec<Evidence>,
}

impl<T> Effective<T> {
    /// A known value.
    pub fn known(value: T, decided_by: impl IntoIterator<Item = Evidence>) -> Self {
        Self {
            value: Ok(value),
            decided_by: decided_by.into_iter().collect(),
            overruled: Vec::new(),
        }
    }

    /// An unknown one.
    pub fn unknown(gap: Gap, left_open_by: impl IntoIterator<Item = Evidence>) -> Self {
        Self {
            value: Err(gap),
            decided_by: left_open_by.into_iter().collect(),
            overruled: Vec::new(),
        }
    }

    /// This fact, having won over these fields.
    #[must_use]
    pub fn over(mut self, losers: impl IntoIterator<Item = Evidence>) -> Self {
        self.overruled.extend(losers);
        self
    }

    /// The value if it is known.
    #[must_use]
    pub fn get(&self) -> Option<&T> {
        self.value.as_ref().ok()
    }

    /// Whether the value is known and satisfies the predicate.
    pub fn is(&self, predicate: impl FnOnce(&T) -> bool) -> bool {
        self.get().is_some_and(predicate)
    }

    /// Everything that was set: what decided, then what lost. For a fact that loses to another.
    pub(super) fn evidence(self) -> impl Iterator<Item = Evidence> {
        self.decided_by.into_iter().chain(self.overruled)
    }

    /// Another value that rests on the same evidence.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Effective<U> {
        Effective {
            value: self.value.map(f),
            decided_by: self.decided_by,
            overruled: self.overruled,
        }
    }

    /// As sure as the least sure thing that it rests on.
    #[must_use]
    pub fn confidence(&self) -> Confidence {
        confidence(&self.decided_by)
    }
}
