//! Whether a seccomp profile is set, rather than left to the node.

use super::{Judge, Rule};
use crate::finding::{Judgement, Severity};
use crate::inventory::Resource;
use crate::posture::{ContainerPosture, PodPosture};

pub(super) const RULE: Rule = Rule {
    id: "seccomp-not-set",
    summary: "No seccomp profile is set",
    severity: Severity::Low,
    judge: Judge::LinuxContainer(judge),
    reads: &[Resource::Pods],
    page: include_str!("../../docs/rules/seccomp-not-set.md"),
};

fn judge(_: &PodPosture, container: &ContainerPosture) -> Judgement {
    let evidence = container.seccomp.decided_by.clone();
    match &container.seccomp.value {
        // That nothing is set is certain; what the node makes of it is not, and the gap says so.
        Err(gap) => Judgement::fail(format!("not set: {}", gap.reason), evidence),
        Ok(profile) if profile == "Unconfined" => {
            Judgement::fail("seccomp is off (Unconfined)", evidence).severity(Severity::Medium)
        }
        Ok(profile) => Judgement::pass(format!("profile {profile}"), evidence),
    }
}
