//! What changed between two reports. Pure. A difference is claimed only where both reports would
//! have shown it; otherwise it is uncertain, with the reason.

use std::collections::BTreeMap;

use crate::baseline::{Entry, Said, Side};
use crate::finding::{Finding, Severity};

/// How a finding of one report stands to the other report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Only in the new report.
    New,
    /// In both, and another verdict, severity, confidence, message or exception.
    Changed,
    /// In one report, and nobody knows whether it was or is true in the other.
    Uncertain,
    /// Only in the old report.
    Fixed,
    /// In both, alike.
    Unchanged,
}

impl State {
    /// All, in the order of telling.
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

/// One place (rule, namespace, workload, container) in both reports. Replicas that are not alike
/// can have several findings there; the worst of each side counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// How it stands.
    pub state: State,
    /// The place, and the worst that the new report says of it; that of the old if it is gone.
    pub entry: Entry,
    /// The worst that the old report says of it.
    pub was: Option<Said>,
    /// Why it is uncertain.
    pub reason: Option<String>,
    is_here: bool,
}

impl Change {
    /// The worst that the new report says, if it says anything.
    #[must_use]
    pub fn now(&self) -> Option<&Said> {
        self.is_here.then_some(&self.entry.said)
    }

    /// Whether it fails at this severity or worse, and certainly did not before.
    #[must_use]
    pub fn is_new_at(&self, from: Severity) -> bool {
        let before = self.was.as_ref().is_some_and(|was| was.fails_at(from));
        let is_certain = self.state != State::Uncertain;
        is_certain && self.now().is_some_and(|now| now.fails_at(from)) && !before
    }

    /// Whether it fails at this severity or worse, and nobody knows whether it did before.
    #[must_use]
    pub fn may_be_new_at(&self, from: Severity) -> bool {
        self.state == State::Uncertain && self.now().is_some_and(|now| now.fails_at(from))
    }
}

/// Two reports compared.
#[derive(Clone, Debug, Default)]
pub struct Diff {
    /// By state, then worst first.
    pub changes: Vec<Change>,
    /// What makes the comparison weaker than it looks.
    pub notes: Vec<String>,
    states: BTreeMap<String, State>,
}

impl Diff {
    /// How many changes are in this state.
    #[must_use]
    pub fn count(&self, state: State) -> usize {
        self.changes.iter().filter(|change| change.state == state).count()
    }

    /// How this finding of the new report stands; `None` for what passes.
    #[must_use]
    pub fn state(&self, finding: &Finding) -> Option<State> {
        let is_open = crate::baseline::is_open(finding.judgement.verdict);
        self.states.get(&finding.fingerprint()).copied().filter(|_| is_open)
    }
}

/// Compares two reports.
#[must_use]
pub fn compare(old: &Side, new: &Side) -> Diff {
    let (before, now) = (worst(old), worst(new));
    let mut changes: Vec<Change> = Vec::new();
    for (fingerprint, entry) in &now {
        let was = before.get(fingerprint).map(|entry| entry.said.clone());
        let (state, reason) = match &was {
            Some(was) if *was == entry.said => (State::Unchanged, None),
            Some(_) => (State::Changed, None),
            None => claim(State::New, old.blind_to(entry, new), "before"),
        };
        changes.push(Change { state, entry: (*entry).clone(), was, reason, is_here: true });
    }
    for (_, entry) in before.iter().filter(|(fingerprint, _)| !now.contains_key(*fingerprint)) {
        let (state, reason) = claim(State::Fixed, new.blind_to(entry, old), "now");
        let was = Some(entry.said.clone());
        changes.push(Change { state, entry: (*entry).clone(), was, reason, is_here: false });
    }
    changes.sort_by(|a, b| order(a).cmp(&order(b)));
    let states = changes.iter().filter(|change| change.is_here);
    let states = states.map(|c| (c.entry.fingerprint.clone(), c.state)).collect();
    Diff { changes, notes: notes(old, new), states }
}

fn claim(state: State, blind: Option<String>, when: &str) -> (State, Option<String>) {
    match blind {
        None => (state, None),
        Some(why) => (State::Uncertain, Some(format!("{when}, {why}"))),
    }
}

/// The worst that is said of each place.
fn worst(side: &Side) -> BTreeMap<&str, &Entry> {
    let mut worst: BTreeMap<&str, &Entry> = BTreeMap::new();
    for entry in &side.entries {
        let kept = worst.entry(&entry.fingerprint).or_insert(entry);
        if entry.said < kept.said {
            *kept = entry;
        }
    }
    worst
}

fn order(change: &Change) -> impl Ord + '_ {
    let entry = &change.entry;
    let said = &entry.said;
    (
        (change.state, said.excepted, said.severity, said.verdict),
        (&entry.rule, &entry.namespace, &entry.workload, &entry.container),
    )
}

fn notes(old: &Side, new: &Side) -> Vec<String> {
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
    for (side, which) in [(old, "old"), (new, "new")] {
        if side.scope.is_none() {
            notes.push(format!(
                "the {which} report does not record its scope; taken to be the whole cluster"
            ));
        }
    }
    notes
}
