//! From a scan to SARIF that GitHub, GitLab and DefectDojo accept for live objects: every result
//! has a stable relative pseudo-path, made of the workload and never of a pod's name.

use std::io::{self, Write};

use super::model::{
    ArtifactLocation, AutomationDetails, CodeFlow, Configuration, Driver, Help, Invocation,
    Location, Log, LogicalLocation, Notification, PartialFingerprints, PhysicalLocation, Region,
    ReportingDescriptor, ResultProperties, RuleProperties, Run, SarifResult, Text, ThreadFlow,
    ThreadFlowLocation, Tool,
};
use crate::finding::{Finding, Severity, Verdict};
use crate::inventory::coverage::State;
use crate::object::ObjectRef;
use crate::report::json::Each;
use crate::report::radius::{in_words, rank};
use crate::report::{Report, is_complete, not_evaluated};
use crate::rules::{self, Rule};

/// What GitHub accepts of one run; reports are sorted worst first, so the rest is the mildest.
const MAX_RESULTS: usize = 25_000;
/// What GitHub shows of a description, in characters.
const MAX_DESCRIPTION: usize = 1_024;

pub(in crate::report) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let shown = report.shown().count();
    let results = || report.shown().take(MAX_RESULTS).map(|f| result(f, &report.cluster.name));
    let log = Log {
        schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: "podaudit",
                    full_name: format!("podaudit {}", report.version),
                    semantic_version: report.version,
                    version: report.version,
                    rules: rules::ALL.iter().map(descriptor).collect(),
                },
            },
            automation_details: AutomationDetails {
                id: format!("podaudit/{}/", path_segment(&report.cluster.name)),
            },
            invocations: [Invocation {
                execution_successful: is_complete(&report.audit.coverage),
                end_time_utc: report.scanned_at.to_string(),
                tool_execution_notifications: notifications(report, shown),
            }],
            results: Each(results),
        }],
    };
    serde_json::to_writer_pretty(&mut *out, &log)?;
    writeln!(out)
}

fn descriptor(rule: &Rule) -> ReportingDescriptor<'_> {
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
        default_configuration: Configuration { level: level(rule.severity) },
        properties: RuleProperties {
            tags: ["security", "kubernetes"],
            security_severity: match rule.severity {
                Severity::Critical => "9.5",
                Severity::High => "8.0",
                Severity::Medium => "5.5",
                Severity::Low => "3.0",
            },
        },
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "note",
    }
}

fn result<'a>(finding: &'a Finding, cluster: &str) -> SarifResult<'a> {
    let judgement = &finding.judgement;
    let verdict = judgement.verdict;
    let place = match &finding.container {
        Some(container) => format!("container {} of {}", container.name, workload(finding)),
        None => workload(finding),
    };
    let unknown = if verdict == Verdict::Unknown { "unknown: " } else { "" };
    SarifResult {
        rule_id: finding.rule,
        rule_index: rules::ALL.iter().position(|r| r.id == finding.rule).unwrap_or_default(),
        kind: match verdict {
            Verdict::Fail => "fail",
            Verdict::Unknown => "open",
            Verdict::Pass => "pass",
            Verdict::NotApplicable => "notApplicable",
        },
        // The standard allows a level for failures only.
        level: if verdict == Verdict::Fail { level(finding.severity) } else { "none" },
        message: Text { text: format!("{place}: {unknown}{}.", judgement.message).into() },
        locations: [location(finding, cluster)],
        code_flows: code_flow(finding, cluster).into_iter().collect(),
        rank: rank(finding.severity, finding.blast).into(),
        partial_fingerprints: PartialFingerprints {
            primary_location_line_hash: format!("{}:1", finding.fingerprint()),
        },
        properties: ResultProperties {
            severity: finding.severity.as_str(),
            confidence: judgement.confidence.as_str(),
            pods: finding.pods,
            blast_radius: finding.blast.map(in_words),
            evidence: judgement
                .evidence
                .iter()
                .map(|e| format!("{}: {} ({})", e.path, e.value, e.source.as_str()))
                .collect(),
        },
    }
}

fn workload(finding: &Finding) -> String {
    let (kind, name) = &*finding.workload;
    match &finding.object.namespace {
        Some(namespace) => format!("{kind} {namespace}/{name}"),
        None => format!("{kind} {name}"),
    }
}

/// The path of a finding, step by step; each at the object that allows it.
fn code_flow(finding: &Finding, cluster: &str) -> Option<CodeFlow> {
    let steps = &finding.judgement.steps;
    let own = || {
        let (kind, name) = (*finding.workload).clone();
        ObjectRef { kind, namespace: finding.object.namespace.clone(), name, uid: None }
    };
    let locations = steps.iter().map(|step| {
        let object = step.object.clone().unwrap_or_else(own);
        let because = step.because.join("; ");
        let text = format!("{}: {} -> {}, by {because}", step.from, step.does, step.to);
        let place = (object.namespace.as_deref(), object.kind.as_str(), object.name.as_str());
        ThreadFlowLocation {
            location: Location {
                message: Some(Text { text: text.into() }),
                ..at(cluster, place, None)
            },
        }
    });
    let message = Text { text: finding.judgement.message.clone().into() };
    let thread_flows = [ThreadFlow { locations: locations.collect() }];
    (!steps.is_empty()).then_some(CodeFlow { message, thread_flows })
}

fn location(finding: &Finding, cluster: &str) -> Location {
    let (kind, name) = &*finding.workload;
    let container = finding.container.as_ref().map(|container| container.name.as_str());
    at(cluster, (finding.object.namespace.as_deref(), kind, name), container)
}

/// The pseudo-path of an object: namespace, kind and name.
fn at(
    cluster: &str,
    (namespace, kind, name): (Option<&str>, &str, &str),
    container: Option<&str>,
) -> Location {
    let segments = [cluster, namespace.unwrap_or("_cluster"), kind, name].map(path_segment);
    let short = container.unwrap_or(name).to_owned();
    let [_, namespace, kind, name] = &segments;
    let container = container.iter().map(|name| format!("/{}", path_segment(name)));
    Location {
        message: None,
        physical_location: PhysicalLocation {
            artifact_location: ArtifactLocation {
                uri: format!("clusters/{}.yaml", segments.join("/")),
            },
            region: Region { start_line: 1, start_column: 1, end_line: 1, end_column: 2 },
        },
        logical_locations: [LogicalLocation {
            name: short,
            fully_qualified_name: format!(
                "{namespace}/{kind}/{name}{}",
                container.collect::<String>()
            ),
            kind: "resource",
        }],
    }
}

/// A context's name can hold slashes, colons and at signs; a relative URI's segment cannot.
fn path_segment(text: &str) -> String {
    let keep = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    let segment: String = text.chars().map(|c| if keep(c) { c } else { '_' }).collect();
    if segment.trim_matches('.').is_empty() { "_".to_owned() } else { segment }
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
