//! One finding as a SARIF result, at a pseudo-path of its workload.

use super::flow::code_flow;
use super::model::{
    ArtifactLocation, Location, LogicalLocation, PartialFingerprints, PhysicalLocation, Region,
    ResultProperties, SarifResult, Suppression, Text,
};
use crate::baseline::Entry;
use crate::diff::State;
use crate::evidence::Confidence;
use crate::finding::{Acceptance, Finding, Severity, Verdict};
use crate::report::Report;
use crate::report::radius::{in_words, rank};
use crate::rules;

/// What GitLab takes of a message, in characters.
const MAX_MESSAGE: usize = 1_024;

/// What a result says, wherever it comes from.
struct Said<'a> {
    rule: &'a str,
    verdict: Verdict,
    severity: Severity,
    confidence: Confidence,
    message: &'a str,
    fingerprint: String,
}

/// Where a result is.
pub(super) struct Place<'a> {
    pub(super) cluster: &'a str,
    pub(super) namespace: Option<&'a str>,
    pub(super) workload: &'a (String, String),
    pub(super) container: Option<&'a str>,
}

/// A finding of the scan.
pub(super) fn result<'a>(report: &Report<'a>, finding: &'a Finding) -> SarifResult<'a> {
    let judgement = &finding.judgement;
    let place = Place {
        cluster: &report.cluster.name,
        namespace: finding.object.namespace.as_deref(),
        workload: &finding.workload,
        container: finding.container_name(),
    };
    let said = Said {
        rule: finding.rule,
        verdict: judgement.verdict,
        severity: finding.severity,
        confidence: judgement.confidence,
        message: &judgement.message,
        fingerprint: finding.fingerprint(),
    };
    let evidence = judgement.evidence.iter();
    let mut result = bare(&said, &place);
    result.baseline_state = report.baseline_state(finding).and_then(baseline_state);
    result.suppressions = judgement.accepted().into_iter().map(suppression).collect();
    result.code_flows = code_flow(finding, place.cluster).into_iter().collect();
    if judgement.verdict == Verdict::Fail {
        result.rank = rank(finding.severity, finding.blast).into();
    }
    result.properties.pods = Some(finding.pods);
    result.properties.blast_radius = finding.blast.map(in_words);
    result.properties.evidence =
        evidence.map(|e| format!("{}: {} ({})", e.path, e.value, e.source.as_str())).collect();
    result
}

/// In a file or an annotation, which the standard calls external. One that has expired is none:
/// `DefectDojo` does not look at the status, and would take the finding for a false positive.
fn suppression(acceptance: &Acceptance) -> Suppression<'_> {
    Suppression { kind: "external", status: "accepted", justification: &acceptance.reason }
}

/// What was in the baseline and is fixed, if it is asked for: GitHub would open an alert for it.
pub(super) fn absent<'a>(report: &Report<'a>) -> impl Iterator<Item = SarifResult<'a>> + use<'a> {
    let cluster = &report.cluster.name;
    let comparison = report.comparison.filter(|_| report.filter.fixed);
    let changes = comparison.into_iter().flat_map(|c| &c.diff.changes);
    changes.filter(|change| change.state == State::Fixed).map(|change| gone(&change.entry, cluster))
}

fn gone<'a>(entry: &'a Entry, cluster: &'a str) -> SarifResult<'a> {
    let place = Place {
        cluster,
        namespace: entry.namespace.as_deref(),
        workload: &entry.workload,
        container: entry.container.as_deref(),
    };
    let said = Said {
        rule: &entry.rule,
        verdict: entry.said.verdict,
        severity: entry.said.severity.0,
        confidence: entry.said.confidence.0,
        message: &entry.said.message,
        fingerprint: entry.fingerprint.clone(),
    };
    SarifResult { baseline_state: Some("absent"), ..bare(&said, &place) }
}

/// The standard's words; it has none for what nobody knows.
fn baseline_state(state: State) -> Option<&'static str> {
    match state {
        State::New => Some("new"),
        State::Changed => Some("updated"),
        State::Unchanged => Some("unchanged"),
        State::Uncertain | State::Fixed => None,
    }
}

fn bare<'a>(said: &Said<'a>, place: &Place) -> SarifResult<'a> {
    let whole = workload(place);
    let at = match place.container {
        Some(container) => format!("container {container} of {whole}"),
        None => whole,
    };
    let unknown = if said.verdict == Verdict::Unknown { "unknown: " } else { "" };
    SarifResult {
        rule_id: said.rule,
        rule_index: rules::ALL.iter().position(|r| r.id == said.rule),
        kind: match said.verdict {
            Verdict::Fail => "fail",
            Verdict::Unknown => "open",
            Verdict::Pass => "pass",
            Verdict::NotApplicable => "notApplicable",
        },
        // The standard allows a level for failures only.
        level: if said.verdict == Verdict::Fail { level(said.severity) } else { "none" },
        message: Text { text: short(format!("{at}: {unknown}{}.", said.message)).into() },
        baseline_state: None,
        suppressions: Vec::new(),
        locations: [location(place)],
        code_flows: Vec::new(),
        // What is no failure has the least: GitLab goes by the rank before it looks at the level.
        rank: if said.verdict == Verdict::Fail { rank(said.severity, None).into() } else { 0.0 },
        partial_fingerprints: PartialFingerprints {
            primary_location_line_hash: format!("{}:1", said.fingerprint),
        },
        properties: ResultProperties {
            severity: said.severity.as_str(),
            confidence: said.confidence.as_str(),
            pods: None,
            blast_radius: None,
            evidence: Vec::new(),
        },
    }
}

/// The text as far as GitLab takes it: it drops a result whose message is longer.
fn short(text: String) -> String {
    match text.char_indices().nth(MAX_MESSAGE - 3) {
        Some((end, _)) if text.chars().count() > MAX_MESSAGE => format!("{}...", &text[..end]),
        _ => text,
    }
}

pub(super) fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "note",
    }
}

fn workload(place: &Place) -> String {
    let (kind, name) = place.workload;
    match place.namespace {
        Some(namespace) => format!("{kind} {namespace}/{name}"),
        None => format!("{kind} {name}"),
    }
}

/// A container has a path of its own: GitLab takes two results of one rule in the same lines of one
/// file for the same.
pub(super) fn location(place: &Place) -> Location {
    let (kind, name) = place.workload;
    let namespace = place.namespace.unwrap_or("_cluster");
    let segments = [place.cluster, namespace, kind, name].map(path_segment);
    let [_, namespace, kind, name] = &segments;
    let container = place.container.map(|c| format!("/{}", path_segment(c))).unwrap_or_default();
    Location {
        message: None,
        physical_location: PhysicalLocation {
            artifact_location: ArtifactLocation {
                uri: format!("clusters/{}{container}.yaml", segments.join("/")),
            },
            region: Region { start_line: 1, start_column: 1, end_line: 1, end_column: 2 },
        },
        logical_locations: [LogicalLocation {
            name: place.container.unwrap_or(&place.workload.1).to_owned(),
            fully_qualified_name: format!("{namespace}/{kind}/{name}{container}"),
            kind: "resource",
        }],
    }
}

/// A context's name can hold slashes, colons and at signs; a relative URI's segment cannot.
pub(super) fn path_segment(text: &str) -> String {
    let keep = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    let segment: String = text.chars().map(|c| if keep(c) { c } else { '_' }).collect();
    if segment.trim_matches('.').is_empty() { "_".to_owned() } else { segment }
}

#[cfg(test)]
mod tests {
    use super::{MAX_MESSAGE, short};

    #[test]
    fn a_message_is_cut_at_a_character() {
        let fits = "\u{e9}".repeat(MAX_MESSAGE);
        assert_eq!(short(fits.clone()), fits);
        let cut = short(fits + "x");
        assert_eq!(cut.chars().count(), MAX_MESSAGE);
        assert!(cut.ends_with("\u{e9}..."));
    }
}
