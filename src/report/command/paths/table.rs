//! Paths for people: one line a workload, then its paths step by step; or what to change first.

use std::collections::BTreeSet;
use std::io::{self, Write};

use super::report::PathsReport;
use crate::inventory::Workload;
use crate::reach::{AttackPath, Certainty, Cuts, Exposure, PathNode, PathStep, Reason, StepKind};
use crate::report::coverage::{incomplete, missing, write_problems};
use crate::report::style::{Look, blast_radius_words, plural, visible, wrap};

/// Workloads that are named below a change; the rest is counted.
const NAMED: usize = 8;

pub(super) fn write(report: &PathsReport, look: Look, out: &mut dyn Write) -> io::Result<()> {
    if let Some(cuts) = report.cuts {
        self::cuts(cuts, look, out)?;
    } else {
        summary(report, look, out)?;
        let mut written = BTreeSet::new();
        for row in report.exposed {
            for path in &row.paths {
                detail(row, path, &mut written, look, out)?;
            }
            steps(row, &mut written, look, out)?;
        }
    }
    limits(report, look, out)
}

fn summary(report: &PathsReport, look: Look, out: &mut dyn Write) -> io::Result<()> {
    if report.exposed.iter().all(|row| row.paths.is_empty()) {
        let line = match &report.query {
            Some(query) => format!("No path {query}."),
            None => "No workload leads anywhere.".to_owned(),
        };
        return writeln!(out, "{}", look.bold(&wrap(&visible(&line), 0, look.width)));
    }
    let count = report.exposed.len();
    let line = format!(
        "{} {} to more than {}",
        plural(count, "workload"),
        if count == 1 { "leads" } else { "lead" },
        if count == 1 { "itself" } else { "themselves" }
    );
    if report.query.is_none() {
        writeln!(out, "{}", look.bold(&wrap(&line, 0, look.width)))?;
        for row in report.exposed {
            let line = format!("{}: {}", row.source, blast_radius_words(row.blast));
            writeln!(out, "{}", wrap(&visible(&line), 2, look.width))?;
        }
        let hint = "What to change first: podaudit paths --cuts";
        writeln!(out, "{}", wrap(hint, 0, look.width))?;
    }
    Ok(())
}

/// Steps that were written with their reasons.
type WrittenSteps<'a> = BTreeSet<(&'a PathNode, &'a PathNode, StepKind)>;

fn detail<'a>(
    row: &Exposure,
    path: &'a AttackPath,
    written: &mut WrittenSteps<'a>,
    look: Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    let pods = match row.pods {
        0 => String::new(),
        pods => format!(" ({})", plural(pods, "pod")),
    };
    let steps = plural(path.steps.len(), "step");
    let title =
        format!("{}{pods} to {}: {steps}, {}", row.source, path.target, path.certainty.as_str());
    writeln!(out, "\n{}", look.bold(&wrap(&visible(&title), 0, look.width)))?;
    writeln!(out, "{}", wrap(&visible(&path.from.to_string()), 2, look.width))?;
    path.steps.iter().try_for_each(|step| write_step(step, written, look, out))
}

/// What can be done from here at once, of which a path is one choice.
fn steps<'a>(
    row: &'a Exposure,
    written: &mut WrittenSteps<'a>,
    look: Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    let Some(steps) = row.first_steps.as_ref().filter(|steps| !steps.is_empty()) else {
        return Ok(());
    };
    let title = format!("Every first step from {} ({})", row.source, steps.len());
    writeln!(out, "\n{}", look.bold(&wrap(&visible(&title), 0, look.width)))?;
    let mut from = None;
    for step in steps {
        if from != Some(&step.from) {
            writeln!(out, "{}", wrap(&visible(&step.from.to_string()), 2, look.width))?;
            from = Some(&step.from);
        }
        write_step(step, written, look, out)?;
    }
    Ok(())
}

fn write_step<'a>(
    step: &'a PathStep,
    written: &mut WrittenSteps<'a>,
    look: Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    let about = step.kind.spec();
    let any = step.through.as_ref().map(|hub| format!(", one of {hub}")).unwrap_or_default();
    let sure = match step.certainty {
        Certainty::Certain => "",
        Certainty::Possible => "possibly ",
    };
    let is_new = written.insert((&step.from, &step.to, step.kind));
    let above = if is_new { "" } else { ", see above" };
    let line = format!("{sure}{} -> {}{any} [{}]{above}", about.does, step.to, about.id);
    writeln!(out, "{}", wrap(&visible(&line), 4, look.width))?;
    if !is_new {
        return Ok(());
    }
    for reason in deciding(&step.reasons) {
        let by = if matches!(reason, Reason::Note(_)) { "" } else { "by " };
        let line = format!("{by}{reason}");
        writeln!(out, "{}", wrap(&visible(&line), 8, look.width))?;
    }
    let cut = format!("cut: {}", step.cut);
    writeln!(out, "{}", wrap(&visible(&cut), 8, look.width))
}

fn limits(report: &PathsReport, look: Look, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n{}", look.bold("What these paths do not show"))?;
    let missing = missing(&report.coverage);
    if !missing.is_empty() {
        let note = format!("Not all was read, and so there may be more: {}.", missing.join(", "));
        writeln!(out, "{}", wrap(&note, 2, look.width))?;
    }
    for record in incomplete(&report.coverage) {
        write_problems(record, look, out)?;
    }
    for limit in &report.limits {
        writeln!(out, "{}", wrap(limit, 2, look.width))?;
    }
    Ok(())
}

/// The reasons without the fields that say the same: of a mount, where it is in the container.
fn deciding<'a, 'i>(all: &'a [Reason<'i>]) -> impl Iterator<Item = &'a Reason<'i>> {
    let is_place = |reason: &Reason| matches!(reason, Reason::Field(field) if field.path.to_string().ends_with(".mountPath"));
    let of_host = |reason: &Reason| matches!(reason, Reason::Field(field) if field.path.to_string().contains(".hostPath."));
    let has_place = all.iter().any(is_place) && !all.iter().any(of_host);
    let shown = move |reason: &&Reason| {
        !matches!(reason, Reason::Field(_)) || !has_place || is_place(reason)
    };
    all.iter().filter(shown)
}

/// What to change first.
fn cuts(cuts: &Cuts, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let title = match (cuts.exposed, cuts.cuts.len()) {
        (0, _) => "No workload leads anywhere.".to_owned(),
        (exposed, 0) => {
            format!("{}: no single change frees one.", plural(exposed, "exposed workload"))
        }
        (exposed, _) => format!(
            "{}: these changes bring most, each on top of those before it",
            plural(exposed, "exposed workload")
        ),
    };
    writeln!(out, "{}", look.bold(&wrap(&title, 0, look.width)))?;
    for (number, cut) in cuts.cuts.iter().enumerate() {
        let line = format!("{}. {}", number + 1, cut.change.words());
        writeln!(out, "\n{}", wrap(&visible(&line), 0, look.width))?;
        let line = format!(
            "then {} of {} still lead to something, {} to the cluster; it changes for {}",
            cut.left,
            cuts.exposed,
            cut.left_cluster,
            plural(cut.frees.len(), "workload")
        );
        writeln!(out, "{}", wrap(&line, 3, look.width))?;
        for freed in cut.frees.iter().take(NAMED) {
            let Workload { namespace, kind, name } = &freed.workload;
            let (before, after) =
                (blast_radius_words(freed.before), blast_radius_words(freed.after));
            let line = format!("{namespace}/{kind}/{name}: {before} -> {after}");
            writeln!(out, "{}", wrap(&visible(&line), 5, look.width))?;
        }
        if cut.frees.len() > NAMED {
            writeln!(
                out,
                "{}",
                wrap(&format!("and {} more", cut.frees.len() - NAMED), 5, look.width)
            )?;
        }
    }
    if cuts.bounded {
        let note = "Not every change was tried: those that most paths use came first.";
        writeln!(out, "\n{}", wrap(note, 0, look.width))?;
    }
    Ok(())
}
