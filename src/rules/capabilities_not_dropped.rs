//! Whether the runtime's default capabilities are still there.

use super::{Judge, Rule};
use crate::finding::{Judgement, Severity};
use crate::inventory::Resource;
use crate::posture::{CapSet, CapabilitySets, ContainerPosture, PodPosture};

pub(super) const RULE: Rule = Rule {
    id: "capabilities-not-dropped",
    summary: "The container keeps capabilities that the runtime grants by default",
    severity: Severity::Medium,
    judge: Judge::LinuxContainer(judge),
    reads: &[Resource::Pods, Resource::Nodes],
    page: include_str!("../../docs/rules/capabilities-not-dropped.md"),
};

fn judge(pod: &PodPosture, container: &ContainerPosture) -> Judgement {
    let mut evidence = container.capabilities.decided_by.clone();
    let sets = match &container.capabilities.value {
        Ok(sets) => sets,
        Err(gap) => return Judgement::unknown(&gap.reason, &gap.resolve, evidence),
    };
    let undropped = sets.undropped;
    if undropped.is_empty() && !sets.undropped_uncertain.is_empty() {
        let reason =
            format!("whether {} are dropped depends on the runtime", sets.undropped_uncertain);
        return Judgement::unknown(&reason, "drop ALL, in capital letters", evidence);
    }
    if undropped.is_empty() {
        return Judgement::pass("the default capabilities are dropped", evidence);
    }
    if pod.host_users.is(|host| !host) {
        evidence.extend(pod.host_users.decided_by.iter().cloned());
        let message = format!("not dropped, inside its own user namespace only: {undropped}");
        return Judgement::fail(message, evidence).severity(Severity::Low);
    }
    if is_out_of_reach(sets) {
        let message =
            format!("not dropped, though the process neither holds nor regains them: {undropped}");
        return Judgement::fail(message, evidence).severity(Severity::Low);
    }
    Judgement::fail(format!("not dropped: {undropped}"), evidence)
}

/// Another user than root under `no_new_privs` has the bounding set and nothing else.
fn is_out_of_reach(sets: &CapabilitySets) -> bool {
    sets.regainable.is_empty() && sets.effective.is_some_and(CapSet::is_empty)
}
