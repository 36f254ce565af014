//! What a check is: data with one function for each revision.

use std::borrow::Cow;

use super::checked_pod::CheckedPod;
use super::level::Level;
use super::version::Version;
use crate::evidence::Evidence;

/// One check of the standards.
///
/// Source: `policy/checks.go`, `Check`.
#[derive(Clone, Copy, Debug)]
pub struct Check {
    /// Upstream's id, for example `hostNamespaces`.
    pub id: &'static str,
    /// A baseline check also applies to restricted, a restricted check only there.
    pub level: Level,
    /// What the check asks from which version on, oldest first, none twice.
    pub revisions: &'static [Revision],
}

/// What a check asks from one version on.
///
/// Source: `policy/checks.go`, `VersionedCheck`.
#[derive(Clone, Copy, Debug)]
pub struct Revision {
    /// Minor of the first version that asks this.
    pub since: u64,
    /// Baseline checks that this one replaces at the restricted level.
    pub overrides: &'static [&'static str],
    pub(super) run: fn(CheckedPod) -> Option<Breach>,
}

impl Check {
    /// The revision in force at this version; none before the check existed.
    #[must_use]
    pub fn revision(&self, version: Version) -> Option<&'static Revision> {
        self.revisions.iter().rev().find(|revision| revision.since <= version.minor())
    }
}

impl Revision {
    /// A revision that replaces no other check.
    pub(super) const fn new(since: u64, run: fn(CheckedPod) -> Option<Breach>) -> Self {
        Self { since, overrides: &[], run }
    }

    /// This revision, in place of these baseline checks.
    pub(super) const fn overriding(self, overrides: &'static [&'static str]) -> Self {
        Self { overrides, ..self }
    }
}

/// How a pod fails a check, before it is known which.
pub(super) struct Breach {
    /// What is forbidden, in upstream's words.
    pub(super) reason: Cow<'static, str>,
    /// Where and what exactly, in upstream's words.
    pub(super) detail: String,
    /// The fields that decide.
    pub(super) evidence: Vec<Evidence>,
}

impl Breach {
    pub(super) fn new(
        reason: impl Into<Cow<'static, str>>,
        detail: String,
        evidence: Vec<Evidence>,
    ) -> Self {
        Self { reason: reason.into(), detail, evidence }
    }

    /// Source: `policy/checks.go`, `AggregateCheckResult.ForbiddenDetail`.
    pub(super) fn message(&self) -> String {
        if self.detail.is_empty() {
            return self.reason.clone().into_owned(); // a sysctl without a name
        }
        format!("{} ({})", self.reason, self.detail)
    }
}

/// A check that a pod fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Upstream's id of the check.
    pub check: &'static str,
    /// The fields that decide, never empty.
    pub evidence: Vec<Evidence>,
    /// The sentence of the API server's warning or refusal, `reason (detail)`.
    pub message: String,
}
