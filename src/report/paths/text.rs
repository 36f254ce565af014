//! Paths for people: one line a workload, then its paths step by step.

use std::collections::BTreeSet;
use std::io::{self, Write};

use super::input::PathsReport;
use super::text_cuts;
use super::words::deciding;
use crate::inventory::CoverageState;
use crate::reach::{AttackPath, Exposure, PathNode, PathStep, Reason, StepKind};
use crate::report::Look;
use crate::report::radius::in_words;
use crate::report::table::problems;
use crate::report::text::{plural, visible, wrap};

pub(super) fn write(report: &PathsReport, look: Look, out: &mut dyn Write) -> io::Result<()> {
    if let Some(cuts) = report.cuts {
        text_cuts::write(cuts, look, out)?;
    } else {
        summary(report, look, out)?;
        let mut told = BTreeSet::new();
        for row in report.exposed {
            for path in &row.paths {
                detail(row, path, &mut told, look, out)?;
            }
            steps(row, &mut told, look, out)?;
        }
    }
    limits(report, look, out)
}

fn summary(report: &PathsReport, look: Look, out: &mut dyn Write) -> io::Result<()> {
    if report.exposed.iter().all(|row| row.paths.is_empty()) {
        let line = match &report.asked {
            Some(asked) => format!("No path {asked}."),
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
    if report.asked.is_none() {
        writeln!(out, "{}", look.bold(&wrap(&line, 0, look.width)))?;
        for row in report.exposed {
            let line = format!("{}: {}", row.source, in_words(row.blast));
            writeln!(out, "{}", wrap(&visible(&line), 2, look.width))?;
        }
        let hint = "What to change first: podaudit paths --cuts";
        writeln!(out, "{}", wrap(hint, 0, look.width))?;
    }
    Ok(())
}

/// Steps that were told with their reasons.
type Told<'a> = BTreeSet<(&'a PathNode, &'a PathNode, StepKind)>;

fn detail<'a>(
    row: &Exposure,
    path: &'a AttackPath,
    told: &mut Told<'a>,
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
    path.steps.iter().try_for_each(|hop| step(hop, told, look, out))
}

/// What can be done from here at once, of which a path is one choice.
fn steps<'a>(
    row: &'a Exposure,
    told: &mut Told<'a>,
    look: Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    let Some(steps) = row.first_steps.as_ref().filter(|steps| !steps.is_empty()) else {
        return Ok(());
    };
    let title = format!("Every first step from {} ({})", row.source, steps.len());
    writeln!(out, "\n{}", look.bold(&wrap(&visible(&title), 0, look.width)))?;
    let mut from = None;
    for hop in steps {
        if from != Some(&hop.from) {
            writeln!(out, "{}", wrap(&visible(&hop.from.to_string()), 2, look.width))?;
            from = Some(&hop.from);
        }
        step(hop, told, look, out)?;
    }
    Ok(())
}

fn step<'a>(
    hop: &'a PathStep,
    told: &mut Told<'a>,
    look: Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    let about = hop.kind.spec();
    let any = hop.through.as_ref().map(|hub| format!(", one of {hub}")).unwrap_or_default();
    let sure = match hop.certainty {
        crate::reach::Certainty::Certain => "",
        crate::reach::Certainty::Possible => "possibly ",
    };
    let is_new = told.insert((&hop.from, &hop.to, hop.kind));
    let above = if is_new { "" } else { ", see above" };
    let line = format!("{sure}{} -> {}{any} [{}]{above}", about.does, hop.to, about.id);
    writeln!(out, "{}", wrap(&visible(&line), 4, look.width))?;
    if !is_new {
        return Ok(());
    }
    for reason in deciding(&hop.reasons) {
        let by = if matches!(reason, Reason::Note(_)) { "" } else { "by " };
        let line = format!("{by}{reason}");
        writeln!(out, "{}", wrap(&visible(&line), 8, look.width))?;
    }
    let cut = format!("cut: {}", hop.cut);
    writeln!(out, "{}", wrap(&visible(&cut), 8, look.width))
}

fn limits(report: &PathsReport, look: Look, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n{}", look.bold("What these paths do not show"))?;
    let missing = report.coverage.iter().filter(|record| record.state != CoverageState::Complete);
    let missing: Vec<_> = missing.map(|record| record.resource.plural()).collect();
    if !missing.is_empty() {
        let note = format!("Not all was read, and so there may be more: {}.", missing.join(", "));
        writeln!(out, "{}", wrap(&note, 2, look.width))?;
    }
    for record in report.coverage.iter().filter(|record| record.state == CoverageState::Incomplete)
    {
        problems(record, look, out)?;
    }
    for limit in &report.limits {
        writeln!(out, "{}", wrap(limit, 2, look.width))?;
    }
    Ok(())
}
