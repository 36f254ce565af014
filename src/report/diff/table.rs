//! A comparison for people: what is new first, each place in one line with what is said of it.

use std::io::{self, Write};

use super::DiffReport;
use crate::baseline::{Entry, Said};
use crate::diff::{Change, Diff, State};
use crate::finding::Verdict;
use crate::report::Look;
use crate::report::text::{visible, wrap};

pub(super) fn write(report: &DiffReport, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let title = format!(
        "{} at {}, compared with {} at {}",
        report.new.cluster, report.new.scanned_at, report.old.cluster, report.old.scanned_at,
    );
    writeln!(out, "{}\n", look.bold(&wrap(&visible(&title), 0, look.width)))?;
    section(report.diff, look, out)
}

/// Each state with its places, the counts, and the notes.
pub(in crate::report) fn section(diff: &Diff, look: Look, out: &mut dyn Write) -> io::Result<()> {
    for state in State::ALL.into_iter().filter(|state| *state != State::Unchanged) {
        let count = diff.count(state);
        if count == 0 {
            continue;
        }
        writeln!(out, "{}", look.bold(&format!("{} ({count})", state.as_str().to_uppercase())))?;
        for change in diff.changes.iter().filter(|change| change.state == state) {
            one(change, look, out)?;
        }
        writeln!(out)?;
    }
    writeln!(out, "{}", wrap(&format!("{}.", counts(diff)), 0, look.width))?;
    for note in &diff.notes {
        writeln!(out, "{}", wrap(&visible(&format!("Note: {note}.")), 0, look.width))?;
    }
    Ok(())
}

fn one(change: &Change, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let entry = &change.entry;
    let line = format!("{}: {}: {}", label(&entry.said), entry.rule, place(entry));
    let text = wrap(&visible(&line), 2, look.width);
    writeln!(out, "{}", look.paint(entry.said.verdict, entry.said.severity.0, &text))?;
    let was = change.was.as_ref().filter(|_| change.state == State::Changed);
    let more = [
        Some(entry.said.message.clone()),
        was.map(|was| format!("was {}: {}", label(was), was.message)),
        change.reason.as_ref().map(|reason| format!("uncertain: {reason}")),
    ];
    for text in more.into_iter().flatten() {
        writeln!(out, "{}", wrap(&visible(&text), 6, look.width))?;
    }
    Ok(())
}

/// How many places are in each state.
pub(in crate::report) fn counts(diff: &Diff) -> String {
    State::ALL.map(|state| format!("{} {}", diff.count(state), state.as_str())).join(", ")
}

/// Namespace, workload and container.
pub(in crate::report) fn place(entry: &Entry) -> String {
    let (kind, name) = &entry.workload;
    let namespace = entry.namespace.iter().map(|namespace| format!("{namespace}/"));
    let container = entry.container.iter().map(|container| format!("[{container}]"));
    namespace.chain([format!("{kind}/{name}")]).chain(container).collect()
}

pub(in crate::report) fn label(said: &Said) -> String {
    let word = match said.verdict {
        Verdict::Fail => said.severity.0.as_str(),
        other => other.as_str(),
    };
    if said.excepted { format!("{word}, excepted") } else { word.to_owned() }
}
