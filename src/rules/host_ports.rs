//! Whether the container opens ports on its node.

use super::{Judge, Rule};
use crate::finding::{Judgement, Severity};
use crate::inventory::Resource;
use crate::posture::{ContainerPosture, PodPosture};

pub(super) const RULE: Rule = Rule {
    id: "host-ports",
    summary: "The container opens ports on its node",
    severity: Severity::Medium,
    judge: Judge::Container(judge),
    reads: &[Resource::Pods],
    page: include_str!("../../docs/rules/host-ports.md"),
};

fn judge(pod: &PodPosture, container: &ContainerPosture) -> Judgement {
    if let Some(network) = pod.host_namespaces.iter().find(|n| n.field == "hostNetwork") {
        let evidence = vec![network.evidence.clone()];
        return Judgement::not_applicable("with hostNetwork every port is the node's", evidence);
    }
    if container.host_ports.is_empty() {
        return Judgement::pass("opens no port on its node", Vec::new());
    }
    let ports: Vec<_> = container.host_ports.iter().map(|e| e.value.clone()).collect();
    let message = format!("opens {} on its node", ports.join(", "));
    Judgement::fail(message, container.host_ports.clone())
}
