//! Where to begin: the rules with the worst findings, and where these are.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::advice::RulePage;
use super::entries::{Entries, PageEntry};
use crate::finding::{Severity, Verdict};

/// Rules that the head of the page names.
const MAX_RULES: usize = 6;
/// Objects that it names for each.
const MAX_PLACES: usize = 4;

/// A rule to begin with.
pub(super) struct FirstRule<'a> {
    pub(super) page: &'a RulePage,
    pub(super) severity: Severity,
    /// Where it is as bad as that: the first few.
    pub(super) places: Vec<&'a PageEntry<'a>>,
    /// How many more there are.
    pub(super) more: usize,
}

pub(super) fn first_rules<'a>(
    entries: &'a Entries<'a>,
    pages: &'a BTreeMap<&'static str, RulePage>,
) -> Vec<FirstRule<'a>> {
    let mut worst: BTreeMap<&str, (Severity, Vec<&PageEntry>)> = BTreeMap::new();
    for entry in entries.workloads.iter().chain(&entries.others) {
        for group in &entry.rules {
            let open = group.findings.iter().filter(|f| !f.judgement.is_accepted());
            let fails = open.filter(|f| f.judgement.verdict == Verdict::Fail);
            let Some(severity) = fails.map(|f| f.severity).max() else { continue };
            let (known, places) = worst.entry(group.rule).or_insert((severity, Vec::new()));
            if severity > *known {
                *known = severity;
                places.clear();
            }
            if severity == *known {
                places.push(entry);
            }
        }
    }
    let mut first: Vec<_> = worst
        .into_iter()
        .filter_map(|(rule, (severity, places))| {
            let more = places.len().saturating_sub(MAX_PLACES);
            let places = places.into_iter().take(MAX_PLACES).collect();
            Some(FirstRule { page: pages.get(rule)?, severity, places, more })
        })
        .collect();
    first.sort_by_key(|f| Reverse((f.severity, f.places.len() + f.more)));
    first.truncate(MAX_RULES);
    first
}
