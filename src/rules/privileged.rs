//! Privileged mode: the container is the node, near enough.

use super::{Rule, Scope};
use crate::finding::{Judgement, Severity};
use crate::inventory::coverage::Resource;
use crate::posture::{ContainerPosture, PodPosture};

pub(super) const RULE: Rule = Rule {
    id: "privileged",
    summary: "The container is privileged",
    severity: Severity::Critical,
    scope: Scope::LinuxContainer(judge),
    reads: &[Resource::Pods],
    page: include_str!("../../docs/rules/privileged.md"),
};

fn judge(_: &PodPosture, container: &ContainerPosture) -> Judgement {
    let evidence = container.privileged.decided_by.clone();
    if container.privileged.is(|p| *p) {
        Judgement::fail("privileged: all capabilities, all devices, no seccomp", evidence)
    } else {
        Judgement::pass("not privileged", evidence)
    }
}
