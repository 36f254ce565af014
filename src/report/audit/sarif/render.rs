//! From a scan to SARIF that GitHub, GitLab and DefectDojo accept for live objects: every result
//! has a stable relative pseudo-path, made of the workload and never of a pod's name.

use std::io::{self, Write};

use jiff::Timestamp;
use serde::Serialize;

use super::location::path_segment;
use super::model::{
    AutomationDetails, Driver, Help, Notification, ReportingDescriptor, RuleProperties,
    SarifConfiguration, SarifInvocation, SarifLog, SarifResult, SarifRun, SarifText, SarifTool,
};
use super::result::{absent, level, result};
use crate::finding::Severity;
use crate::policy::Policy;
use crate::report::audit::clusters::not_scanned;
use crate::report::coverage::{incomplete, not_evaluated, unverified};
use crate::report::json::Each;
use crate::report::style::{VisibleStrings, visible};
use crate::report::{AuditReport, ClusterOutcome, ClustersReport, Document};
use crate::rules::{self, Rule};

/// What GitHub accepts of one run; reports are sorted worst first, so the rest is the mildest.
const MAX_RESULTS: usize = 25_000;
/// What GitHub shows of a description, in characters.
const MAX_DESCRIPTION: usize = 1_024;

/// Which podaudit scanned, and when the last scan ended.
#[derive(Clone, Copy)]
struct ScanStamp<'a> {
    version: &'a str,
    ended: Timestamp,
}

pub(super) fn write(report: &AuditReport, out: &mut dyn Write) -> io::Result<()> {
    let scanned = ClusterOutcome { name: &report.cluster.name, report: Ok(*report) };
    log(&[scanned], ScanStamp { version: report.version, ended: report.scanned_at }, out)
}

/// A run a cluster. One that could not be scanned has none, and the first of the others says so:
/// GitHub refuses a file with a run without results, and takes all that it knew for fixed where the
/// list of results is empty. If none was scanned, all have a run, without results: nothing may be
/// taken for fixed then.
pub(super) fn write_clusters(report: &ClustersReport, out: &mut dyn Write) -> io::Result<()> {
    log(&report.clusters, ScanStamp { version: report.version, ended: report.scanned_at }, out)
}

/// Runs and their results are made one by one while they are written.
fn log(clusters: &[ClusterOutcome], scan: ScanStamp, out: &mut dyn Write) -> io::Result<()> {
    let every = Policy::default();
    let (scanned, missing): (Vec<&ClusterOutcome>, Vec<_>) =
        clusters.iter().partition(|cluster| cluster.report.is_ok());
    let (shown, unscanned) =
        if scanned.is_empty() { (missing, Vec::new()) } else { (scanned, missing) };
    let log = SarifLog {
        schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        version: "2.1.0",
        runs: Each(|| {
            let runs = shown.iter().map(|cluster| run(cluster, &every, scan));
            runs.enumerate().map(|(number, mut run)| {
                let absent = unscanned.iter().filter(|_| number == 0);
                let notes = absent.filter_map(|cluster| absence(cluster));
                run.invocations[0].tool_execution_notifications.extend(notes);
                run
            })
        }),
    };
    // The one place where SARIF makes marks visible: whatever string comes here.
    log.serialize(&mut serde_json::Serializer::with_formatter(
        &mut *out,
        VisibleStrings::default(),
    ))?;
    writeln!(out)
}

fn run<'a>(
    ClusterOutcome { name, report }: &'a ClusterOutcome<'a>,
    every: &'a Policy,
    scan: ScanStamp<'a>,
) -> SarifRun<'a, impl Serialize + use<'a>> {
    let (policy, invocation) = match report {
        Ok(report) => (report.policy, invocation(report)),
        Err(error) => (every, failed(error, scan.ended)),
    };
    SarifRun {
        tool: tool(scan.version, policy),
        automation_details: automation(name),
        invocations: [invocation],
        results: report.as_ref().ok().map(|report| Each(|| results(report).take(MAX_RESULTS))),
    }
}

fn results<'a>(report: &AuditReport<'a>) -> impl Iterator<Item = SarifResult<'a>> + use<'a> {
    let report = *report;
    report.shown().map(move |finding| result(&report, finding)).chain(absent(&report))
}

fn invocation(report: &AuditReport) -> SarifInvocation {
    SarifInvocation {
        execution_successful: report.is_complete(),
        end_time_utc: report.scanned_at.to_string(),
        tool_execution_notifications: notifications(report),
    }
}

fn failed(error: &str, ended: Timestamp) -> SarifInvocation {
    SarifInvocation {
        execution_successful: false,
        end_time_utc: ended.to_string(),
        tool_execution_notifications: vec![failure(not_scanned(error))],
    }
}

/// What the others say of a cluster that has no run.
fn absence(ClusterOutcome { name, report }: &ClusterOutcome) -> Option<Notification> {
    let error = report.as_ref().err()?;
    Some(failure(format!("{}: {}", visible(name), not_scanned(error))))
}

fn failure(text: String) -> Notification {
    Notification { level: "error", message: SarifText { text: text.into() } }
}

fn tool<'a>(version: &'a str, policy: &Policy) -> SarifTool<'a> {
    SarifTool {
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
        short_description: SarifText { text: format!("{}.", rule.summary).into() },
        full_description: SarifText {
            text: description.chars().take(MAX_DESCRIPTION).collect::<String>().into(),
        },
        help: Help {
            text: page.prose.clone(),
            markdown: format!("# {}\n\n{}", page.title, page.prose),
        },
        default_configuration: SarifConfiguration {
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

fn notifications(report: &AuditReport) -> Vec<Notification> {
    let shown = report.shown().count() + absent(report).count();
    let mut notes = Vec::new();
    let mut note = |level, text: String| {
        notes.push(Notification { level, message: SarifText { text: text.into() } });
    };
    for record in incomplete(&report.audit.coverage) {
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
    if let Some(warning) = unverified(&report.audit.coverage) {
        note("warning", format!("{warning}."));
    }
    if shown > MAX_RESULTS {
        note(
            "warning",
            format!("Only the worst {MAX_RESULTS} of {shown} results are in this file."),
        );
    }
    notes
}
