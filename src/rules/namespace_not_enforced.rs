//! Whether a namespace refuses pods by the Pod Security Standards, and what it could refuse.

use super::{Judge, Rule};
use crate::evidence::Confidence;
use crate::finding::{Judgement, Severity};
use crate::inventory::Resource;
use crate::pss::Level;
use crate::standards::NamespaceStandards;

pub(super) const RULE: Rule = Rule {
    id: "namespace-not-enforced",
    summary: "The namespace enforces no level of the Pod Security Standards",
    severity: Severity::Medium,
    judge: Judge::Namespace(judge),
    reads: &[Resource::Namespaces, Resource::Pods],
    page: include_str!("../../docs/rules/namespace-not-enforced.md"),
};

/// Names that Kubernetes keeps for the cluster's own namespaces.
const SYSTEM_PREFIX: &str = "kube-";

fn judge(namespace: &NamespaceStandards) -> Judgement {
    let mut evidence = vec![namespace.enforce_label()];
    if namespace.pinned().is_some() {
        evidence.push(namespace.label("enforce-version"));
    }
    let labels = match &namespace.labels {
        Ok(labels) => labels,
        Err(gap) => return Judgement::unknown(&gap.reason, &gap.resolve, Vec::new()),
    };
    let message = |now: &str| {
        let mut parts = vec![now.to_owned()];
        parts.extend(labels.errors.iter().map(ToString::to_string));
        parts.extend(outlook(namespace));
        parts.join("; ")
    };
    match labels.enforce.level {
        // A level that is none fails closed.
        _ if labels.is_invalid("enforce") => {
            Judgement::pass(message("the API server enforces restricted instead"), evidence)
        }
        // Nobody can tell from here what the API server was configured with.
        None => Judgement::fail(
            message("no enforce label: the cluster's default, privileged unless configured"),
            evidence,
        )
        .severity(Severity::Low)
        .at_most(Confidence::Likely),
        Some(Level::Privileged) => {
            let now = message("enforces privileged, which refuses nothing");
            Judgement::fail(now, evidence).severity(severity(namespace))
        }
        Some(level) => Judgement::pass(
            message(&format!("enforces {level} ({})", namespace.version())),
            evidence,
        ),
    }
}

/// Nothing is at stake where nothing runs, and little can be done where the cluster itself does.
fn severity(namespace: &NamespaceStandards) -> Severity {
    let empty = namespace.pods == 0 && namespace.partial.is_none();
    let system = namespace.object.name.starts_with(SYSTEM_PREFIX);
    if empty || system && namespace.highest() == Some(Level::Privileged) {
        Severity::Low
    } else {
        RULE.severity
    }
}

/// What the pods that are there would allow.
fn outlook(namespace: &NamespaceStandards) -> Vec<String> {
    let version = namespace.version();
    let blocking: Vec<_> = namespace.blocking.keys().copied().collect();
    let blocked = namespace
        .next()
        .map(|next| format!("{next} ({version}) is blocked by {}", blocking.join(", ")))
        .filter(|_| !blocking.is_empty());
    let mut parts = Vec::new();
    match (namespace.highest(), &namespace.partial) {
        (None, Some(gap)) => {
            parts.push(format!("what it could enforce is unknown: {}", gap.reason));
        }
        (Some(level), _) if namespace.could_enforce().is_some() => {
            let why = if namespace.pods == 0 { "it has no pods" } else { "all its pods meet it" };
            parts.push(format!("could enforce {level} today: {why} ({version})"));
        }
        (None, None) | (Some(Level::Privileged), _) => {}
        (Some(level), _) => parts.push(format!("its pods meet {level} ({version})")),
    }
    parts.extend(blocked);
    parts
}
