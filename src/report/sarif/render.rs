//! From a scan to SARIF that GitHub, GitLab and DefectDojo accept for live objects: every result
//! has a stable relative pseudo-path, made of the workload and never of a pod's name.

use std::io::{self, Write};

use jiff::Timestamp;
use serde::Serialize;

use super::model::{
    AutomationDetails, Configuration, Driver, Help, Invocation, Log, Notification,
    ReportingDescriptor, RuleProperties, Run, SarifResult, Text, Tool,
};
use super::result::{absent, level, path_segment, result};
use crate::finding::Severity;
use crate::inventory::CoverageState;
use crate::policy::Policy;
use crate::report::clusters::not_scanned;
use crate::report::json::Each;
use crate::report::text::visible;
use crate::report::{ClustersReport, Report, Scanned, is_complete, not_evaluated};
use crate::rules::{self, Rule};

/// What GitHub accepts of one run; reports are sorted worst first, so the rest is the mildest.
const MAX_RESULTS: usize = 25_000;
/// What GitHub shows of a description, in characters.
const MAX_DESCRIPTION: usize = 1_024;

pub(in crate::report) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let scanned = Scanned { name: &report.cluster.name, report: Ok(*report) };
    log(&[scanned], (report.version, report.scanned_at), out)
}

/// A run a cluster. One that could not be scanned has none, and the first of the others tells so:
/// GitHub refuses a file with a run without results, and takes all that it knew for fixed where the
/// list of results is empty. If none was scanned, all are told, without results: nothing may be
/// taken for fixed then.
pub(in crate::report) fn write_clusters(
    report: &ClustersReport,
    out: &mut dyn Write,
) -> io::Result<()> {
    log(&report.clusters, (report.version, report.scanned_at), out)
}

/// Runs and their results are made one by one while they are written.
fn log(
    clusters: &[Scanned],
    (version, ended): (&str, Timestamp),
    out: &mut dyn Write,
) -> io::Result<()> {
    let every = Policy::default();
    let (scanned, missing): (Vec<&Scanned>, Vec<_>) =
        clusters.iter().partition(|cluster| cluster.report.is_ok());
    let (told, unscanned) =
        if scanned.is_empty() { (missing, Vec::new()) } else { (scanned, missing) };
    let log = Log {
        schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        version: "2.1.0",
        runs: Each(|| {
            let runs = told.iter().map(|cluster| run(cluster, &every, (version, ended)));
            runs.enumerate().map(|(number, mut run)| {
                let absent = unscanned.iter().filter(|_| number == 0);
                let notes = absent.filter_map(|cluster| absence(cluster));
                run.invocations[0].tool_execution_notifications.extend(notes);
                run
            })
        }),
    };
    serde_json::to_writer_pretty(&mut *out, &log)?;
    writeln!(out)
}

fn run<'a>(
    Scanned { name, report }: &'a Scanned<'a>,
    every: &'a Policy,
    (version, ended): (&'a str, Timestamp),
) -> Run<'a, impl Serialize + use<'a>> {
    let (policy, invocation) = match report {
        Ok(report) => (report.policy, invocation(report)),
        Err(error) => (every, failed(error, ended)),
    };
    Run {
        tool: tool(version, policy),
        automation_details: automation(name),
        invocations: [invocation],
        results: report.as_ref().ok().map(|report| Each(|| results(report).take(MAX_RESULTS))),
    }
}

fn results<'a>(report: &Report<'a>) -> impl Iterator<Item = SarifResult<'a>> + use<'a> {
    let report = *report;
    report.shown().map(move |finding| result(&report, finding)).chain(absent(&report))
}

fn invocation(report: &Report) -> Invocation {
    Invocation {
        execution_successful: is_complete(&report.audit.coverage),
        end_time_utc: report.scanned_at.to_string(),
        tool_execution_notifications: notifications(report),
    }
}

fn failed(error: &str, ended: Timestamp) -> Invocation {
    Invocation {
        execution_successful: false,
        end_time_utc: ended.to_string(),
        tool_execution_notifications: vec![failure(not_scanned(error))],
    }
}

/// What the others tell of a cluster that has no run.
fn absence(Scanned { name, report }: &Scanned) -> Option<Notification> {
    let error = report.as_ref().err()?;
    Some(failure(format!("{}: {}", visible(name), not_scanned(error))))
}

fn failure(text: String) -> Notification {
    Notification { level: "error", message: Text { text: text.into() } }
}

fn tool<'a>(version: &'a str, policy: &Policy) -> Tool<'a> {
    Tool {
        driver: Driver {
            name: "podaudit",
            full_name: format!("podaudit {version}"),
            semantic_version: version,
            version,
            rules: rules::ALL.iter().map(|rule| descriptor(policy, rule)).collect(),
        },
    }
}

fn automation(cluster: &str) -> AutomationDetails {
    AutomationDetails { id: format!("podaudit/{}/", path_segment(cluster)) }
}

fn descriptor<'a>(policy: &Policy, rule: &'a Rule) -> ReportingDescriptor<'a> {
    let severity = policy.severity(rule);
    let is_on = policy.rules().any(|on| on.id == rule.id);
    let page = rule.documentation();
    let description = page.section("What it does").unwrap_or(rule.summary);
    ReportingDescriptor {
        id: rule.id,
        short_description: Text { text: format!("{}.", rule.summary).into() },
        full_description: Text {
            text: description.chars().take(MAX_DESCRIPTION).collect::<String>().into(),
        },
        help: Help {
            text: page.prose.clone(),
            markdown: format!("# {}\n\n{}", page.title, page.prose),
        },
        default_configuration: Configuration {
            enabled: (!is_on).then_some(false),
            level: level(severity),
        },
        properties: RuleProperties {
            tags: ["security", "kubernetes"],
            security_severity: match severity {
                Severity::Critical => "9.5",
                Severity::High => "8.0",
                Severity::Medium => "5.5",
                Severity::Low => "3.0",
            },
        },
    }
}

fn notifications(report: &Report) -> Vec<Notification> {
    let shown = report.shown().count() + absent(report).count();
    let mut notes = Vec::new();
    let mut note = |level, text: String| {
        notes.push(Notification { level, message: Text { text: text.into() } });
    };
    for record in report.audit.coverage.iter().filter(|r| r.state == CoverageState::Incomplete) {
        let error = record
            .error
            .clone()
            .unwrap_or_else(|| format!("{} objects could not be read", record.undecodable.len()));
        let rules = not_evaluated(record).join(", ");
        note(
            "error",
            format!("{}: {error}; not fully evaluated: {rules}.", record.resource.plural()),
        );
    }
    if shown > MAX_RESULTS {
        note(
            "warning",
            format!("Only the worst {MAX_RESULTS} of {shown} results are in this file."),
        );
    }
    notes
}
