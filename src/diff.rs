//! What changed between two reports. Pure. A difference is claimed only where both reports would
//! have shown it; otherwise it is uncertain, with the reason.

use std::collections::BTreeMap;

use crate::baseline::{OpenFinding, ReportSnapshot, Statement};
use crate::finding::{Finding, Severity};

/// How a finding of one report stands to the other report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeState {
    /// Only in the new report.
    New,
    /// In both, and another verdict, severity, confidence, message or exception.
    Changed,
    /// In one report, and nobody knows whether it was or is true in the other.
    Uncertain,
    /// Only in the old report.
    Fixed,
    /// In both, without a difference.
    Unchanged,
}

impl ChangeState {
    /// All, in the order of reports.
    pub const ALL: [Self; 5] =
        [Self::New, Self::Changed, Self::Uncertain, Self::Fixed, Self::Unchanged];

    /// The word used in every output.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Changed => "changed",
            Self::Uncertain => "uncertain",
            Self::Fixed => "fixed",
            Self::Unchanged => "unchanged",
        }
    }
}

/// One place (rule, namespace, workload, container) in both reports. Replicas that differ
/// can have several findings there; the worst of each side counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FindingChange {
    /// How it stands.
    pub state: ChangeState,
    /// The place, and the worst that the new report says of it; that of the old if it is gone.
    pub finding: OpenFinding,
    /// The worst that the old report says of it.
    pub before: Option<Statement>,
    /// Why it is uncertain.
    pub reason: Option<String>,
    is_in_new: bool,
}

impl FindingChange {
    /// The worst that the new report says, if it says anything.
    #[must_use]
    pub fn now(&self) -> Option<&Statement> {
        self.is_in_new.then_some(&self.finding.statement)
    }

    /// Whether it fails at this severity or worse, and certainly did not before.
    #[must_use]
    pub fn is_new_at(&self, from: Severity) -> bool {
        let before = self.before.as_ref().is_some_and(|was| was.fails_at(from));
        let is_certain = self.state != ChangeState::Uncertain;
        is_certain && self.now().is_some_and(|now| now.fails_at(from)) && !before
    }

    /// Whether it fails at this severity or worse, and nobody knows whether it did before.
    #[must_use]
    pub fn may_be_new_at(&self, from: Severity) -> bool {
        self.state == ChangeState::Uncertain && self.now().is_some_and(|now| now.fails_at(from))
    }
}

/// Two reports compared.
#[derive(Clone, Debug, Default)]
pub struct Diff {
    /// By state, then worst first.
    pub changes: Vec<FindingChange>,
    /// What makes the comparison weaker than it looks.
    pub notes: Vec<String>,
    states: BTreeMap<String, ChangeState>,
}

impl Diff {
    /// How many changes are in this state.
    #[must_use]
    pub fn count(&self, state: ChangeState) -> usize {
        self.changes.iter().filter(|change| change.state == state).count()
    }

    /// How this finding of the new report stands; `None` for what passes.
    #[must_use]
    pub fn state(&self, finding: &Finding) -> Option<ChangeState> {
        let is_open = crate::baseline::is_open(finding.judgement.verdict);
        self.states.get(&finding.fingerprint()).copied().filter(|_| is_open)
    }
}

/// Compares two reports.
#[must_use]
pub fn compare(old: &ReportSnapshot, new: &ReportSnapshot) -> Diff {
    let (before, now) = (worst(old), worst(new));
    let mut changes: Vec<FindingChange> = Vec::new();
    for (fingerprint, entry) in &now {
        let was = before.get(fingerprint).map(|entry| entry.statement.clone());
        let (state, reason) = match &was {
            Some(was) if *was == entry.statement => (ChangeState::Unchanged, None),
            Some(_) => (ChangeState::Changed, None),
            None => claim(ChangeState::New, old.reason_not_shown(entry, new), "before"),
        };
        changes.push(FindingChange {
            state,
            finding: (*entry).clone(),
            before: was,
            reason,
            is_in_new: true,
        });
    }
    for (_, entry) in before.iter().filter(|(fingerprint, _)| !now.contains_key(*fingerprint)) {
        let (state, reason) = claim(ChangeState::Fixed, new.reason_not_shown(entry, old), "now");
        let was = Some(entry.statement.clone());
        changes.push(FindingChange {
            state,
            finding: (*entry).clone(),
            before: was,
            reason,
            is_in_new: false,
        });
    }
    changes.sort_by(|a, b| order(a).cmp(&order(b)));
    let states = changes.iter().filter(|change| change.is_in_new);
    let states = states.map(|c| (c.finding.fingerprint.clone(), c.state)).collect();
    Diff { changes, notes: notes(old, new), states }
}

/// The state, or that it is uncertain because one report would not have shown the finding.
fn claim(
    state: ChangeState,
    not_shown: Option<String>,
    when: &str,
) -> (ChangeState, Option<String>) {
    match not_shown {
        None => (state, None),
        Some(why) => (ChangeState::Uncertain, Some(format!("{when}, {why}"))),
    }
}

/// The worst statement on each place.
fn worst(snapshot: &ReportSnapshot) -> BTreeMap<&str, &OpenFinding> {
    let mut worst: BTreeMap<&str, &OpenFinding> = BTreeMap::new();
    for entry in &snapshot.findings {
        let known = worst.entry(&entry.fingerprint).or_insert(entry);
        if entry.statement < known.statement {
            *known = entry;
        }
    }
    worst
}

fn order(change: &FindingChange) -> impl Ord + '_ {
    let entry = &change.finding;
    let statement = &entry.statement;
    (
        (change.state, statement.excepted, statement.severity, statement.verdict),
        (&entry.rule, &entry.namespace, &entry.workload, &entry.container),
    )
}

fn notes(old: &ReportSnapshot, new: &ReportSnapshot) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(why) = &old.unread {
        notes.push(format!("nothing is compared: before, {why}"));
    }
    if old.cluster != new.cluster {
        notes
            .push(format!("the reports name different clusters: {}, {}", old.cluster, new.cluster));
    }
    if old.version != new.version {
        notes.push(format!(
            "the reports come from different versions, {} and {}: a rule may judge more now",
            old.version, new.version
        ));
    }
    for (snapshot, which) in [(old, "old"), (new, "new")] {
        if snapshot.scope.is_none() {
            notes.push(format!(
                "the {which} report does not record its scope; taken to be the whole cluster"
            ));
        }
    }
    notes
}
