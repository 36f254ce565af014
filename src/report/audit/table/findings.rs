//! Findings by rule; those that say the same are written once, with all the places where they hold.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::{self, Write};

use crate::evidence::Confidence;
use crate::finding::{Acceptance, Finding, Severity, Verdict, WorkloadName};
use crate::report::AuditReport;
use crate::report::style::{Look, visible, wrap};
use crate::rules;

/// What findings that are written once have in common; the order is that of the table.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct GroupKey<'a> {
    severity: Reverse<Severity>,
    verdict: Verdict,
    confidence: Reverse<Confidence>,
    message: &'a str,
    acceptance: Option<&'a Acceptance>,
}

pub(super) fn write(report: &AuditReport, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let mut by_rule: BTreeMap<&str, BTreeMap<GroupKey, Vec<String>>> = BTreeMap::new();
    for finding in report.shown() {
        let judgement = &finding.judgement;
        let group = GroupKey {
            severity: Reverse(finding.severity),
            verdict: judgement.verdict,
            confidence: Reverse(judgement.confidence),
            message: &judgement.message,
            acceptance: judgement.acceptance.as_deref(),
        };
        let places = by_rule.entry(finding.rule).or_default().entry(group).or_default();
        places.push(place(finding));
    }
    let mut rules: Vec<_> = by_rule.into_iter().collect();
    rules.sort_by(|(_, a), (_, b)| a.keys().next().cmp(&b.keys().next()));
    for (id, groups) in rules {
        let summary = rules::find(id).map_or("", |rule| rule.summary);
        let count: usize = groups.values().map(Vec::len).sum();
        writeln!(
            out,
            "{}",
            look.bold(&wrap(&format!("{id}: {summary} ({count})"), 0, look.width))
        )?;
        for (group, places) in groups {
            let GroupKey { severity, verdict, confidence, message, acceptance } = group;
            let label = match verdict {
                Verdict::Fail => format!("{} ({})", severity.0.as_str(), confidence.0.as_str()),
                other => other.as_str().to_owned(),
            };
            let text = wrap(&visible(&format!("{label}: {message}")), 2, look.width);
            writeln!(out, "{}", look.paint(verdict, severity.0, &text))?;
            if let Some(acceptance) = acceptance {
                let note = wrap(&visible(&note(acceptance)), 6, look.width);
                writeln!(out, "{note}")?;
            }
            writeln!(out, "{}", wrap(&places.join(", "), 6, look.width))?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn note(acceptance: &Acceptance) -> String {
    let Acceptance { expired, reason, expires, source } = acceptance;
    let until = expires.as_ref().map(|last| format!(" until {last}")).unwrap_or_default();
    let state = if *expired { "was excepted" } else { "excepted" };
    format!("{state}{until} ({source}): {reason}")
}

fn place(finding: &Finding) -> String {
    let WorkloadName { kind, name } = &*finding.workload;
    let namespace = finding.object.namespace.iter().map(|namespace| format!("{namespace}/"));
    let container = finding.container.iter().map(|container| {
        let ended = if container.completed { " ended" } else { "" };
        match container.role {
            "" => format!("[{}{ended}]", container.name),
            role => format!("[{}:{role}{ended}]", container.name),
        }
    });
    let place: String = namespace.chain([format!("{kind}/{name}")]).chain(container).collect();
    visible(&place).into_owned()
}
