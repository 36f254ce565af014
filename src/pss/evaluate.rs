//! Runs the checks of a level and version against a pod.

use super::check::{Check, Revision, Violation};
use super::level::Level;
use super::subject::Subject;
use super::table::CHECKS;
use super::version::Version;
use crate::inventory::Pod;

/// The checks in force at a level and version, in upstream's order: baseline first. Restricted has
/// the baseline checks too, except those that a restricted check overrides.
///
/// Source: `policy/registry.go`, `populate`.
pub fn checks_at(level: Level, version: Version) -> impl Iterator<Item = &'static Check> {
    in_force(level, version).map(|(check, _)| check)
}

fn in_force(
    level: Level,
    version: Version,
) -> impl Iterator<Item = (&'static Check, &'static Revision)> {
    let at_level = move || {
        let checks = CHECKS.iter().filter(move |check| check.level <= level);
        checks.filter_map(move |check| Some((check, check.revision(version)?)))
    };
    // Only restricted checks override, so none does below that level.
    let overridden: Vec<_> = at_level().flat_map(|(_, r)| r.overrides).copied().collect();
    at_level().filter(move |(check, _)| !overridden.contains(&check.id))
}

/// Every check that the pod fails at this level and version; none at privileged.
#[must_use]
pub fn evaluate(pod: &Pod, level: Level, version: Version) -> Vec<Violation> {
    let subject = Subject { pod };
    in_force(level, version)
        .filter_map(|(check, revision)| {
            let breach = (revision.run)(&subject)?;
            Some(Violation {
                check: check.id,
                message: breach.message(),
                evidence: breach.evidence,
            })
        })
        .collect()
}

/// How far a pod complies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compliance {
    /// The highest level whose checks, and those of the levels below, all pass.
    pub level: Level,
    /// What the next level objects to; empty at restricted.
    pub blocking: Vec<Violation>,
}

/// The highest level that the pod meets, and what keeps it from the next one.
///
/// A pod that fails baseline counts as privileged even where restricted alone would pass. That
/// happens only to pods that API validation refuses: a restricted check overrides the baseline one
/// and then exempts Windows, or accepts a volume for one of its several sources.
#[must_use]
pub fn highest_level(pod: &Pod, version: Version) -> Compliance {
    let mut level = Level::Privileged;
    for next in [Level::Baseline, Level::Restricted] {
        let blocking = evaluate(pod, next, version);
        if !blocking.is_empty() {
            return Compliance { level, blocking };
        }
        level = next;
    }
    Compliance { level, blocking: Vec::new() }
}
