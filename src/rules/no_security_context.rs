//! No security context at all: whoever wrote the pod never asked the question.

use super::{Judge, Rule};
use crate::finding::{Judgement, Severity};
use crate::inventory::Resource;
use crate::posture::{ContainerPosture, PodPosture};

pub(super) const RULE: Rule = Rule {
    id: "no-security-context",
    summary: "Neither the container nor its pod sets a securityContext",
    severity: Severity::Medium,
    judge: Judge::Container(judge),
    reads: &[Resource::Pods],
    page: include_str!("../../docs/rules/no-security-context.md"),
};

fn judge(_: &PodPosture, container: &ContainerPosture) -> Judgement {
    let evidence = container.security_context.decided_by.clone();
    if container.security_context.is(|set| *set) {
        Judgement::pass("a securityContext is set", evidence)
    } else {
        Judgement::fail("no securityContext is set on the container or its pod", evidence)
    }
}
