//! Whether the pod lives in namespaces of its node.

use super::{Judge, Rule};
use crate::finding::{Judgement, Severity};
use crate::inventory::Resource;
use crate::posture::PodPosture;

pub(super) const RULE: Rule = Rule {
    id: "host-namespaces",
    summary: "The pod shares network, process or IPC namespace with its node",
    severity: Severity::High,
    judge: Judge::Pod(judge),
    reads: &[Resource::Pods],
    page: include_str!("../../docs/rules/host-namespaces.md"),
};

fn judge(pod: &PodPosture) -> Judgement {
    let used: Vec<_> = pod.host_namespaces.iter().map(|n| n.field).collect();
    if used.is_empty() {
        return Judgement::pass("namespaces of its own", Vec::new());
    }
    let evidence: Vec<_> = pod.host_namespaces.iter().map(|n| n.evidence.clone()).collect();
    Judgement::fail(format!("uses the node's namespaces: {}", used.join(", ")), evidence)
}
