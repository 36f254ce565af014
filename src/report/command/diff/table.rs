//! A comparison for people: what is new first, each place in one line with what is said of it.

use std::io::{self, Write};

use super::report::DiffReport;
use crate::baseline::{OpenFinding, Statement};
use crate::diff::{ChangeState, Diff, FindingChange};
use crate::finding::{Verdict, WorkloadName};
use crate::report::style::{Look, visible, wrap};

pub(super) fn write(report: &DiffReport, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let title = format!(
        "{} at {}, compared with {} at {}",
        report.new.cluster, report.new.scanned_at, report.old.cluster, report.old.scanned_at,
    );
    writeln!(out, "{}\n", look.bold(&wrap(&visible(&title), 0, look.width)))?;
    write_changes(report.diff, look, out)
}

/// Each state with its places, the counts, and the notes.
pub(in crate::report) fn write_changes(
    diff: &Diff,
    look: Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    for state in ChangeState::ALL.into_iter().filter(|state| *state != ChangeState::Unchanged) {
        let count = diff.count(state);
        if count == 0 {
            continue;
        }
        writeln!(out, "{}", look.bold(&format!("{} ({count})", state.as_str().to_uppercase())))?;
        for change in diff.changes.iter().filter(|change| change.state == state) {
            write_change(change, look, out)?;
        }
        writeln!(out)?;
    }
    writeln!(out, "{}", wrap(&format!("{}.", change_counts(diff)), 0, look.width))?;
    for note in &diff.notes {
        writeln!(out, "{}", wrap(&visible(&format!("Note: {note}.")), 0, look.width))?;
    }
    Ok(())
}

fn write_change(change: &FindingChange, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let entry = &change.finding;
    let line =
        format!("{}: {}: {}", statement_label(&entry.statement), entry.rule, finding_place(entry));
    let text = wrap(&visible(&line), 2, look.width);
    writeln!(out, "{}", look.paint(entry.statement.verdict, entry.statement.severity.0, &text))?;
    let was = change.before.as_ref().filter(|_| change.state == ChangeState::Changed);
    let more = [
        Some(entry.statement.message.clone()),
        was.map(|was| format!("was {}: {}", statement_label(was), was.message)),
        change.reason.as_ref().map(|reason| format!("uncertain: {reason}")),
    ];
    for text in more.into_iter().flatten() {
        writeln!(out, "{}", wrap(&visible(&text), 6, look.width))?;
    }
    Ok(())
}

/// How many places are in each state.
pub(in crate::report) fn change_counts(diff: &Diff) -> String {
    ChangeState::ALL.map(|state| format!("{} {}", diff.count(state), state.as_str())).join(", ")
}

/// Namespace, workload and container.
pub(in crate::report) fn finding_place(entry: &OpenFinding) -> String {
    let WorkloadName { kind, name } = &entry.workload;
    let namespace = entry.namespace.iter().map(|namespace| format!("{namespace}/"));
    let container = entry.container.iter().map(|container| format!("[{container}]"));
    namespace.chain([format!("{kind}/{name}")]).chain(container).collect()
}

pub(in crate::report) fn statement_label(statement: &Statement) -> String {
    let word = match statement.verdict {
        Verdict::Fail => statement.severity.0.as_str(),
        other => other.as_str(),
    };
    if statement.excepted { format!("{word}, excepted") } else { word.to_owned() }
}
