//! One finding as a SARIF result, at a pseudo-path of its workload.

use super::flow::code_flow;
use super::location::{ResultPlace, location, workload_words};
use super::model::{PartialFingerprints, ResultProperties, SarifResult, SarifText, Suppression};
use crate::baseline::OpenFinding;
use crate::diff::ChangeState;
use crate::evidence::Confidence;
use crate::finding::{Acceptance, BlastRadius, Finding, Radius, Severity, Verdict};
use crate::report::AuditReport;
use crate::report::style::{blast_radius_words, visible};
use crate::rules;

/// What GitLab takes of a message, in characters.
const MAX_MESSAGE: usize = 1_024;

/// What a result says, whether the scan or the baseline has it.
struct ResultContent<'a> {
    rule: &'a str,
    verdict: Verdict,
    severity: Severity,
    confidence: Confidence,
    message: &'a str,
    fingerprint: String,
}

/// A finding of the scan.
pub(super) fn result<'a>(report: &AuditReport<'a>, finding: &'a Finding) -> SarifResult<'a> {
    let judgement = &finding.judgement;
    let place = ResultPlace {
        cluster: &report.cluster.name,
        namespace: finding.object.namespace.as_deref(),
        workload: &finding.workload,
        container: finding.container_name(),
    };
    let content = ResultContent {
        rule: finding.rule,
        verdict: judgement.verdict,
        severity: finding.severity,
        confidence: judgement.confidence,
        message: &judgement.message,
        fingerprint: finding.fingerprint(),
    };
    let evidence = judgement.evidence.iter();
    let mut result = bare(&content, &place);
    result.baseline_state = report.baseline_state(finding).and_then(baseline_state);
    result.suppressions = judgement.accepted().into_iter().map(suppression).collect();
    result.code_flows = code_flow(finding, place.cluster).into_iter().collect();
    if judgement.verdict == Verdict::Fail {
        result.rank = rank(finding.severity, finding.blast).into();
    }
    result.properties.pods = Some(finding.pods);
    result.properties.blast_radius = finding.blast.map(blast_radius_words);
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
pub(super) fn absent<'a>(
    report: &AuditReport<'a>,
) -> impl Iterator<Item = SarifResult<'a>> + use<'a> {
    let cluster = &report.cluster.name;
    let comparison = report.comparison.filter(|_| report.filter.fixed);
    let changes = comparison.into_iter().flat_map(|c| &c.diff.changes);
    changes
        .filter(|change| change.state == ChangeState::Fixed)
        .map(|change| gone(&change.finding, cluster))
}

fn gone<'a>(entry: &'a OpenFinding, cluster: &'a str) -> SarifResult<'a> {
    let place = ResultPlace {
        cluster,
        namespace: entry.namespace.as_deref(),
        workload: &entry.workload,
        container: entry.container.as_deref(),
    };
    let content = ResultContent {
        rule: &entry.rule,
        verdict: entry.statement.verdict,
        severity: entry.statement.severity.0,
        confidence: entry.statement.confidence.0,
        message: &entry.statement.message,
        fingerprint: entry.fingerprint.clone(),
    };
    SarifResult { baseline_state: Some("absent"), ..bare(&content, &place) }
}

/// The standard's words; it has none for what nobody knows.
fn baseline_state(state: ChangeState) -> Option<&'static str> {
    match state {
        ChangeState::New => Some("new"),
        ChangeState::Changed => Some("updated"),
        ChangeState::Unchanged => Some("unchanged"),
        ChangeState::Uncertain | ChangeState::Fixed => None,
    }
}

fn bare<'a>(content: &ResultContent<'a>, place: &ResultPlace) -> SarifResult<'a> {
    let whole = workload_words(place);
    let at = match place.container {
        Some(container) => format!("container {container} of {whole}"),
        None => whole,
    };
    let unknown = if content.verdict == Verdict::Unknown { "unknown: " } else { "" };
    SarifResult {
        rule_id: content.rule,
        rule_index: rules::ALL.iter().position(|r| r.id == content.rule),
        kind: match content.verdict {
            Verdict::Fail => "fail",
            Verdict::Unknown => "open",
            Verdict::Pass => "pass",
            Verdict::NotApplicable => "notApplicable",
        },
        // The standard allows a level for failures only.
        level: if content.verdict == Verdict::Fail { level(content.severity) } else { "none" },
        message: SarifText {
            text: short(visible(&format!("{at}: {unknown}{}.", content.message)).into_owned())
                .into(),
        },
        baseline_state: None,
        suppressions: Vec::new(),
        locations: [location(place)],
        code_flows: Vec::new(),
        // What is no failure has the least: GitLab goes by the rank before it looks at the level.
        rank: if content.verdict == Verdict::Fail {
            rank(content.severity, None).into()
        } else {
            0.0
        },
        partial_fingerprints: PartialFingerprints {
            primary_location_line_hash: format!("{}:1", content.fingerprint),
        },
        properties: ResultProperties {
            severity: content.severity.as_str(),
            confidence: content.confidence.as_str(),
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

/// From 0 to 100, for readers that sort by one number: severity first, then how far a takeover of
/// the workload leads. GitLab makes a severity of it again, by these bands.
///
/// Source: `docs.gitlab.com/user/application_security/detect/sarif`, "Severity resolution"
fn rank(severity: Severity, blast: Option<BlastRadius>) -> u8 {
    let radius = blast.map_or(Radius::None, |blast| blast.certain);
    let (least, step) = match severity {
        Severity::Low => (10, 7),
        Severity::Medium => (40, 7),
        Severity::High => (70, 4),
        Severity::Critical => (90, 2),
    };
    least + step * radius as u8
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
