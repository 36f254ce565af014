//! Findings by the object that a person edits, and there by rule: the order of reading.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::audit::WorkloadRow;
use crate::finding::{Finding, Severity, Verdict, WorkloadName};
use crate::inventory::Workload;
use crate::report::AuditReport;

/// What one page holds; beyond it a browser becomes slow, and nobody reads on.
pub(super) const MAX_FINDINGS: usize = 20_000;
/// Objects that one page holds.
pub(super) const MAX_ENTRIES: usize = 10_000;

/// A workload, ServiceAccount or Namespace.
pub(super) struct PageEntry<'a> {
    /// Its place in the page.
    pub(super) number: usize,
    /// A Namespace is in itself.
    pub(super) namespace: &'a str,
    pub(super) kind: &'a str,
    pub(super) name: &'a str,
    /// One for each posture of a workload's pods.
    pub(super) rows: Vec<&'a WorkloadRow>,
    /// By rule, worst first.
    pub(super) rules: Vec<RuleFindings<'a>>,
    /// Findings shown: by severity, worst first, and unknown.
    pub(super) counts: [usize; 5],
}

/// What one rule says of one entry.
pub(super) struct RuleFindings<'a> {
    pub(super) rule: &'static str,
    pub(super) findings: Vec<&'a Finding>,
}

/// What is on the page, worst first, and what is not.
pub(super) struct Entries<'a> {
    pub(super) workloads: Vec<PageEntry<'a>>,
    /// ServiceAccounts and Namespaces.
    pub(super) others: Vec<PageEntry<'a>>,
    /// What there was no room for.
    pub(super) left_out: LeftOut,
}

/// How much a page leaves out.
pub(super) struct LeftOut {
    pub(super) objects: usize,
    pub(super) findings: usize,
}

/// The words that filter and badge know a finding by, worst first.
pub(super) fn label(finding: &Finding) -> &'static str {
    match finding.judgement.verdict {
        _ if finding.judgement.is_accepted() => "excepted",
        Verdict::Fail => finding.severity.as_str(),
        other => other.as_str(),
    }
}

/// Worst first: what is wrong stands above what is not known, however bad that might be, and what
/// an exception accepts below all.
pub(super) fn order(finding: &Finding) -> (bool, Verdict, Reverse<Severity>) {
    let judgement = &finding.judgement;
    (judgement.is_accepted(), judgement.verdict, Reverse(finding.severity))
}

impl PageEntry<'_> {
    /// The worst finding shown.
    pub(super) fn worst(&self) -> Option<&Finding> {
        self.rules.first()?.findings.first().copied()
    }

    /// All of its findings shown.
    pub(super) fn findings(&self) -> usize {
        self.rules.iter().map(|group| group.findings.len()).sum()
    }
}

/// What an entry is about. The order is that of entries that are equally bad.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct EntryKey<'a> {
    namespace: &'a str,
    kind: &'a str,
    name: &'a str,
}

/// The findings and rows of one entry.
#[derive(Default)]
struct EntryContent<'a> {
    rows: Vec<&'a WorkloadRow>,
    findings: Vec<&'a Finding>,
}

pub(super) fn entries<'a>(report: &AuditReport<'a>) -> Entries<'a> {
    let mut found: BTreeMap<EntryKey, EntryContent> = BTreeMap::new();
    for row in &report.audit.workloads {
        let Workload { namespace, kind, name } = &row.workload;
        found.entry(EntryKey { namespace, kind, name }).or_default().rows.push(row);
    }
    for finding in report.shown() {
        let WorkloadName { kind, name } = &*finding.workload;
        let namespace = finding.object.namespace.as_ref().unwrap_or(name);
        found.entry(EntryKey { namespace, kind, name }).or_default().findings.push(finding);
    }
    let mut all: Vec<_> = found.into_iter().map(|(key, content)| entry(key, content)).collect();
    let reach = |entry: &PageEntry| entry.rows.iter().map(|row| row.blast).max();
    all.sort_by_key(|entry| Reverse((reach(entry), entry.counts)));
    let mut room = MAX_FINDINGS;
    let fits = |entry: &&PageEntry| {
        let taken = entry.findings();
        let fits = taken <= room;
        room = if fits { room - taken } else { 0 };
        fits
    };
    let shown = all.iter().take(MAX_ENTRIES).take_while(fits).count();
    let rest = all.split_off(shown);
    let left_out =
        LeftOut { objects: rest.len(), findings: rest.iter().map(PageEntry::findings).sum() };
    all.iter_mut().enumerate().for_each(|(number, entry)| entry.number = number);
    let (workloads, others) = all.into_iter().partition(|entry| !entry.rows.is_empty());
    Entries { workloads, others, left_out }
}

fn entry<'a>(
    EntryKey { namespace, kind, name }: EntryKey<'a>,
    EntryContent { rows, findings }: EntryContent<'a>,
) -> PageEntry<'a> {
    let mut rules: Vec<RuleFindings> = Vec::new();
    let mut counts = [0; 5];
    for finding in findings {
        match finding.judgement.verdict {
            _ if finding.judgement.is_accepted() => {}
            Verdict::Fail => {
                counts[Severity::Critical as usize - finding.severity as usize] += 1;
            }
            Verdict::Unknown => counts[4] += 1,
            Verdict::Pass | Verdict::NotApplicable => {}
        }
        match rules.iter_mut().find(|group| group.rule == finding.rule) {
            Some(group) => group.findings.push(finding),
            None => rules.push(RuleFindings { rule: finding.rule, findings: vec![finding] }),
        }
    }
    rules.sort_by_key(|group| group.findings.iter().map(|f| order(f)).min());
    for group in &mut rules {
        group.findings.sort_by_key(|f| order(f));
    }
    PageEntry { number: 0, namespace, kind, name, rows, rules, counts }
}
