//! Whether a pod is one that its namespace would refuse today.

use super::{Judge, Rule};
use crate::evidence::Confidence;
use crate::finding::{Judgement, Severity};
use crate::inventory::Resource;
use crate::pss::{Level, LevelVersion};
use crate::standards::PodStandards;

pub(super) const RULE: Rule = Rule {
    id: "pod-violates-enforced-level",
    summary: "The pod violates the Pod Security Standard that its namespace enforces",
    severity: Severity::Medium,
    judge: Judge::PodStandards(judge),
    reads: &[Resource::Pods, Resource::Namespaces],
    page: include_str!("../../docs/rules/pod-violates-enforced-level.md"),
};

fn judge(pod: &PodStandards) -> Judgement {
    let label: Vec<_> = pod.label.iter().cloned().collect();
    let LevelVersion { level, version } = match &pod.enforced {
        Err(gap) => return Judgement::unknown(&gap.reason, &gap.resolve, Vec::new()),
        Ok(None) => {
            let reason =
                "its namespace has no enforce label, and the API does not show the default";
            return Judgement::not_applicable(reason, label);
        }
        Ok(Some(LevelVersion { level: Level::Privileged, .. })) => {
            return Judgement::not_applicable("its namespace enforces privileged", label);
        }
        Ok(Some(enforced)) => *enforced,
    };
    if pod.violations.is_empty() {
        return Judgement::pass(format!("meets {level} ({version}), which is enforced"), label);
    }
    let checks: Vec<_> = pod.violations.iter().map(|violation| violation.check).collect();
    let message = format!(
        "violates {level} ({version}), which is enforced: {}; {}",
        checks.join(", "),
        how(pod)
    );
    let of_checks = pod.violations.iter().flat_map(|violation| violation.evidence.iter().cloned());
    let evidence: Vec<_> = label.into_iter().chain(of_checks).collect();
    let severity = match pod.compliance.level {
        Level::Privileged => Severity::High,
        Level::Baseline | Level::Restricted => RULE.severity,
    };
    let judgement = Judgement::fail(message, evidence).severity(severity);
    // Exemptions of users and runtime classes are configuration, which the API does not show.
    if pod.admitted { judgement } else { judgement.at_most(Confidence::Likely) }
}

/// How it came to be there, or what becomes of it.
fn how(pod: &PodStandards) -> &'static str {
    match (pod.admitted, pod.mirror, &pod.template_of) {
        (true, true, _) => {
            "a static pod runs whatever is enforced; its mirror was admitted before the label or exempted"
        }
        (true, false, _) => "admitted before the label or exempted, and refused when created anew",
        (false, _, None) => "the API server would refuse it",
        (false, _, Some(_)) => "the API server would refuse the pods of this template",
    }
}
