//! Whether a process may gain more privileges than its parent.

use super::{Judge, Rule};
use crate::finding::{Judgement, Severity};
use crate::inventory::Resource;
use crate::posture::{ContainerPosture, PodPosture};

pub(super) const RULE: Rule = Rule {
    id: "privilege-escalation",
    summary: "A process may gain more privileges than its parent has",
    severity: Severity::Medium,
    judge: Judge::LinuxContainer(judge),
    reads: &[Resource::Pods],
    page: include_str!("../../docs/rules/privilege-escalation.md"),
};

fn judge(_: &PodPosture, container: &ContainerPosture) -> Judgement {
    let evidence = container.no_new_privs.decided_by.clone();
    if container.no_new_privs.is(|set| *set) {
        Judgement::pass("no_new_privs is set", evidence)
    } else {
        let message = "setuid programs work: allowPrivilegeEscalation is not false";
        Judgement::fail(message, evidence)
    }
}
