//! Capabilities beyond the runtime's defaults that lead to the node or its network.

use super::{Judge, Rule};
use crate::evidence::EvidenceSource;
use crate::finding::{Judgement, Severity};
use crate::inventory::Resource;
use crate::posture::{CapabilityReach, ContainerPosture, PodPosture};

pub(super) const RULE: Rule = Rule {
    id: "dangerous-capabilities",
    summary: "The container has capabilities that lead to the node or its network",
    severity: Severity::High,
    judge: Judge::LinuxContainer(judge),
    reads: &[Resource::Pods, Resource::Nodes],
    page: include_str!("../../docs/rules/dangerous-capabilities.md"),
};

fn judge(pod: &PodPosture, container: &ContainerPosture) -> Judgement {
    // What is added is added on every runtime: the defaults do not decide here.
    let decided_by = container.capabilities.decided_by.iter();
    let mut evidence: Vec<_> =
        decided_by.filter(|e| e.source != EvidenceSource::RuntimeDefault).cloned().collect();
    let sets = match &container.capabilities.value {
        Ok(sets) => sets,
        Err(gap) => return Judgement::unknown(&gap.reason, &gap.resolve, evidence),
    };
    let to_node = CapabilityReach::Node.capabilities();
    let dangerous = to_node.union(CapabilityReach::Neighbours.capabilities());
    let found = sets.bounding.intersection(dangerous);
    let maybe = sets.uncertain.intersection(dangerous);
    if found.is_empty() && !maybe.is_empty() {
        let reason = format!("whether {maybe} takes effect depends on the runtime");
        return Judgement::unknown(&reason, "scan once the pod runs", evidence);
    }
    if found.is_empty() {
        return Judgement::pass("no dangerous capability", evidence);
    }
    if pod.host_users.is(|host| !host) {
        evidence.extend(pod.host_users.decided_by.iter().cloned());
        let message = format!("has {found}, inside its own user namespace only");
        return Judgement::fail(message, evidence).severity(Severity::Low);
    }
    let holds_any = sets.effective.is_none_or(|effective| !effective.is_empty());
    if !holds_any && sets.regainable.is_empty() {
        let message = format!("has {found} in its bounding set, held and regainable by no process");
        return Judgement::fail(message, evidence).severity(Severity::Low);
    }
    let node = !found.intersection(to_node).is_empty();
    let failed = Judgement::fail(format!("has {found}"), evidence);
    if node { failed.severity(Severity::Critical) } else { failed }
}
