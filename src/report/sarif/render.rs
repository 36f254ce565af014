//! From a scan to SARIF that GitHub, GitLab and DefectDojo accept for live objects: every result
//! has a stable relative pseudo-path, made of the workload and never of a pod's name.

use std::io::{self, Write};

use super::model::{
    AutomationDetails, Configuration, Driver, Help, Invocation, Log, Notification,
    ReportingDescriptor, RuleProperties, Run, Text, Tool,
};
use super::result::{absent, level, path_segment, result};
use crate::finding::Severity;
use crate::inventory::coverage::State;
use crate::policy::Policy;
use crate::report::clusters::not_scanned;
use crate::report::{ClustersReport, Report, is_complete, not_evaluated};
use crate::rules::{self, Rule};

/// What GitHub accepts of one run; reports are sorted worst first, so the rest is the mildest.
const MAX_RESULTS: usize = 25_000;
/// What GitHub shows of a description, in characters.
const MAX_DESCRIPTION: usize = 1_024;

pub(in crate::report) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    log(vec![run(report)], out)
}

/// A run a cluster. One that could not be scanned has no results rather than none found: a service
/// that reads an empty list takes all that it knew for fixed.
pub(in crate::report) fn write_clusters(
    report: &ClustersReport,
    out: &mut dyn Write,
) -> io::Result<()> {
    let runs = report.clusters.iter().map(|cluster| match &cluster.report {
        Ok(report) => run(report),
        Err(error) => Run {
            tool: tool(report.version, &Policy::default()),
            automation_details: automation(cluster.name),
            invocations: [Invocation {
                execution_successful: false,
                end_time_utc: report.scanned_at.to_string(),
                tool_execution_notifications: vec![Notification {
                    level: "error",
                    message: Text { text: not_scanned(error).into() },
                }],
            }],
            results: None,
        },
    });
    log(runs.collect(), out)
}

fn log(runs: Vec<Run>, out: &mut dyn Write) -> io::Result<()> {
    let log = Log {
        schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        version: "2.1.0",
        runs,
    };
    serde_json::to_writer_pretty(&mut *out, &log)?;
    writeln!(out)
}

fn run<'a>(report: &Report<'a>) -> Run<'a> {
    let shown = report.shown().count() + absent(report).count();
    let results = report.shown().map(|finding| result(report, finding));
    let results = results.chain(absent(report)).take(MAX_RESULTS);
    Run {
        tool: tool(report.version, report.policy),
        automation_details: automation(&report.cluster.name),
        invocations: [Invocation {
            execution_successful: is_complete(&report.audit.coverage),
            end_time_utc: report.scanned_at.to_string(),
            tool_execution_notifications: notifications(report, shown),
        }],
        results: Some(results.collect()),
    }
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
    let description = section(&page.prose, "What it does").unwrap_or(rule.summary);
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

/// The text below a second-level heading.
fn section<'p>(prose: &'p str, heading: &str) -> Option<&'p str> {
    let (_, rest) = prose.split_once(&format!("## {heading}\n"))?;
    Some(rest.split("\n## ").next()?.trim())
}

fn notifications(report: &Report, shown: usize) -> Vec<Notification> {
    let mut notes = Vec::new();
    let mut note = |level, text: String| {
        notes.push(Notification { level, message: Text { text: text.into() } });
    };
    for record in report.audit.coverage.iter().filter(|r| r.state == State::Incomplete) {
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
