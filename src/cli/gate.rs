//! `--fail-on`: the exit code that findings give a run, and nothing else.

use std::str::FromStr;

use crate::diff::{Diff, FindingChange};
use crate::exit::Exit;
use crate::finding::{Severity, Verdict};
use crate::report::{AuditReport, Document};

/// When findings fail a run: `high`, or only those that a baseline has not: `new:high`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Gate {
    /// Only what is new or became this bad since the baseline.
    pub(super) only_new: bool,
    /// At least this severe.
    pub(super) severity: Severity,
}

impl FromStr for Gate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (only_new, word) = match text.strip_prefix("new:") {
            Some(word) => (true, word),
            None => (false, text),
        };
        let severity = Severity::parse(word).ok_or_else(|| {
            let words = Severity::WORST_FIRST.map(Severity::as_str);
            format!("one of {}, or new: before one of them", words.join(", "))
        })?;
        Ok(Self { only_new, severity })
    }
}

impl Gate {
    /// How a run ends for this comparison; `None` if the gate lets it pass.
    pub(super) fn exit_for_diff(self, diff: &Diff) -> Option<Exit> {
        let any = |test: &dyn Fn(&FindingChange) -> bool| diff.changes.iter().any(test);
        let fails = |change: &FindingChange| {
            let fails = change.now().is_some_and(|now| now.fails_at(self.severity));
            if self.only_new { change.is_new_at(self.severity) } else { fails }
        };
        if any(&fails) {
            return Some(Exit::Findings);
        }
        // Not a pass: what cannot be compared may be new.
        any(&|change| change.may_be_new_at(self.severity)).then_some(Exit::Incomplete)
    }
}

/// How the audit of one cluster ends, by the gate and by what was read.
pub(super) fn exit(report: &AuditReport, gate: Option<Gate>) -> Exit {
    let complete = report.is_complete();
    let without_findings = if complete { Exit::Done } else { Exit::Incomplete };
    let Some(gate) = gate else { return without_findings };
    if let (true, Some(comparison)) = (gate.only_new, report.comparison) {
        return gate.exit_for_diff(comparison.diff).unwrap_or(without_findings);
    }
    let severities = Severity::WORST_FIRST.into_iter().filter(|s| *s >= gate.severity);
    let failed = severities.map(|s| report.count(Verdict::Fail, Some(s))).sum::<usize>();
    if failed > 0 { Exit::Findings } else { without_findings }
}

/// How an audit of several clusters ends. Findings decide first, as with one cluster; a cluster that
/// was not scanned makes the rest incomplete.
pub(super) fn exit_of_clusters(exits: &[Exit], clusters: usize) -> Exit {
    if exits.contains(&Exit::Findings) {
        return Exit::Findings;
    }
    match exits {
        [] => Exit::RuntimeError,
        _ if exits.len() < clusters || exits.contains(&Exit::Incomplete) => Exit::Incomplete,
        _ => Exit::Done,
    }
}
