//! An explanation that reads like an answer.

use std::io::{self, Write};

use super::report::{ExplainReport, ExplainedPods};
use crate::evidence::{Confidence, Evidence, EvidenceSource};
use crate::explain::Explained;
use crate::finding::{Severity, Verdict};
use crate::report::style::{Look, visible, wrap};

pub(super) fn write(report: &ExplainReport, look: Look, out: &mut dyn Write) -> io::Result<()> {
    for (number, group) in report.groups.iter().enumerate() {
        if number > 0 {
            writeln!(out)?;
        }
        writeln!(out, "{}", look.bold(&wrap(&visible(&title(group)), 0, look.width)))?;
        if !group.explained.admitted {
            let note = "Not admitted yet: what admission would do is predicted.";
            writeln!(out, "{note}")?;
        }
        for fact in &group.explained.pod {
            answer(fact, look, out)?;
        }
        for container in &group.explained.containers {
            let heading = match container.role {
                "" => format!("Container {}", container.name),
                role => format!("Container {} ({role})", container.name),
            };
            writeln!(out, "\n{}", look.bold(&visible(&heading)))?;
            writeln!(out, "{}\n", wrap(&visible(&container.in_short), 0, look.width))?;
            for fact in &container.facts {
                answer(fact, look, out)?;
            }
        }
    }
    Ok(())
}

fn title(group: &ExplainedPods) -> String {
    match &group.pods[..] {
        [] => String::new(),
        [one] => one.to_string(),
        [first, others @ ..] => {
            let names: Vec<_> = others.iter().map(|pod| pod.name.as_str()).collect();
            format!("{first}, and alike: {}", names.join(", "))
        }
    }
}

fn answer(explained: &Explained, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let title = explained.fact.title;
    let (line, known) = match &explained.answer.value {
        Ok(value) => {
            let sure = match explained.answer.confidence() {
                Confidence::Certain => String::new(),
                less => format!(" ({})", less.as_str()),
            };
            (format!("{title}: {value}{sure}"), true)
        }
        Err(gap) => (format!("{title}: unknown: {}", gap.reason), false),
    };
    let line = wrap(&visible(&line), 2, look.width);
    if known {
        writeln!(out, "{line}")?;
    } else {
        writeln!(out, "{}", look.paint(Verdict::Unknown, Severity::Low, &line))?;
    }
    let mut more = |word: &str, text: &str| {
        writeln!(out, "{}", wrap(&format!("{word} {}", visible(text)), 6, look.width))
    };
    if let Err(gap) = &explained.answer.value {
        more("to resolve:", &gap.resolve)?;
    }
    for (number, evidence) in explained.answer.decided_by.iter().enumerate() {
        more(if number == 0 { "because" } else { "and" }, &clause(evidence))?;
    }
    for evidence in &explained.answer.overruled {
        let agrees =
            explained.answer.decided_by.iter().any(|winner| winner.value == evidence.value);
        let outcome = if agrees { ", which agrees" } else { ", which lost" };
        more("although", &(clause(evidence) + outcome))?;
    }
    more("see", explained.fact.source)
}

/// The evidence as a clause.
fn clause(evidence: &Evidence) -> String {
    let on = evidence.object.as_ref().map(|object| format!("of {object} ")).unwrap_or_default();
    let Evidence { path, value, source, .. } = evidence;
    match source {
        EvidenceSource::Field if value == "unset" => format!("{path} {on}is not set"),
        EvidenceSource::Field => format!("{path} {on}is {value}"),
        EvidenceSource::Observed => format!("{path} {on}was observed to be {value}"),
        EvidenceSource::Default => format!("{path} {on}is not set, and defaults to {value}"),
        EvidenceSource::Admission => format!("{path}: {value}, as admission would have it"),
        EvidenceSource::RuntimeDefault => {
            format!("{path} leaves {value}, unless the node is configured otherwise")
        }
        EvidenceSource::Assumed => format!("{path} {on}is taken to be {value}"),
    }
}
