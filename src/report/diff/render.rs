//! From a comparison to its public JSON format.

use std::io::{self, Write};

use super::DiffReport;
use super::model::{self, SCHEMA_VERSION};
use crate::baseline::{self, Said};
use crate::diff::{Change, Diff, State};
use crate::policy::Policy;
use crate::report::json::tool;
use crate::rules;

pub(super) fn write(report: &DiffReport, out: &mut dyn Write) -> io::Result<()> {
    let model = model::Report {
        schema_version: SCHEMA_VERSION,
        tool: tool(report.version),
        old: side(report.old),
        new: side(report.new),
        summary: summary(report.diff),
        notes: &report.diff.notes,
        changes: changes(report.diff),
    };
    serde_json::to_writer_pretty(&mut *out, &model)?;
    writeln!(out)
}

pub(in crate::report) fn baseline<'a>(
    old: &'a baseline::Side,
    diff: &'a Diff,
) -> model::Baseline<'a> {
    model::Baseline {
        side: side(old),
        summary: summary(diff),
        notes: &diff.notes,
        changes: changes(diff),
    }
}

pub(in crate::report) fn scope(scope: &baseline::Scope) -> model::Scope<'_> {
    model::Scope { namespaces: &scope.namespaces, selector: &scope.selector }
}

pub(in crate::report) fn rules(policy: &Policy) -> Vec<model::RuleRecord<'static>> {
    let evaluated: Vec<_> = policy.rules().map(|rule| rule.id).collect();
    let record = |rule: &'static rules::Rule| model::RuleRecord {
        id: rule.id,
        severity: policy.severity(rule).as_str(),
        evaluated: evaluated.contains(&rule.id),
    };
    rules::ALL.iter().map(record).collect()
}

fn side(side: &baseline::Side) -> model::Side<'_> {
    model::Side { cluster: &side.cluster, scanned_at: &side.scanned_at, version: &side.version }
}

fn summary(diff: &Diff) -> model::Summary {
    model::Summary {
        new: diff.count(State::New),
        changed: diff.count(State::Changed),
        uncertain: diff.count(State::Uncertain),
        fixed: diff.count(State::Fixed),
        unchanged: diff.count(State::Unchanged),
    }
}

fn changes(diff: &Diff) -> Vec<model::Change<'_>> {
    diff.changes.iter().filter(|change| change.state != State::Unchanged).map(change).collect()
}

fn change(change: &Change) -> model::Change<'_> {
    let entry = &change.entry;
    model::Change {
        state: change.state.as_str(),
        reason: change.reason.as_deref(),
        rule: &entry.rule,
        namespace: entry.namespace.as_deref(),
        kind: &entry.workload.0,
        name: &entry.workload.1,
        container: entry.container.as_deref(),
        before: change.was.as_ref().map(said),
        now: change.now().map(said),
        fingerprint: &entry.fingerprint,
    }
}

fn said(said: &Said) -> model::Said<'_> {
    model::Said {
        verdict: said.verdict.as_str(),
        severity: said.severity.0.as_str(),
        confidence: said.confidence.0.as_str(),
        message: &said.message,
        excepted: said.excepted,
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_published_schema_is_that_of_the_structures() {
        let published = expect_test::expect_file!["../../../reports/diff.schema.json"];
        crate::report::json::assert_schema::<super::model::Report>(&published);
    }
}
