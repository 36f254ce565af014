//! Whether the pod has an identity of its own.

use super::{Judge, Rule};
use crate::finding::{Judgement, Severity};
use crate::inventory::Resource;
use crate::posture::{PodPosture, TokenAccess};

pub(super) const RULE: Rule = Rule {
    id: "default-service-account",
    summary: "The pod runs as its namespace's default ServiceAccount",
    severity: Severity::Medium,
    judge: Judge::Pod(judge),
    reads: &[Resource::Pods],
    page: include_str!("../../docs/rules/default-service-account.md"),
};

fn judge(pod: &PodPosture) -> Judgement {
    let evidence = pod.service_account.decided_by.clone();
    if pod.mirror {
        return Judgement::not_applicable("a static pod has no ServiceAccount", evidence);
    }
    match pod.service_account.get() {
        Some(name) if name != "default" => {
            Judgement::pass(format!("runs as ServiceAccount {name}"), evidence)
        }
        _ if pod.containers.iter().all(|c| c.token.is(|t| *t == TokenAccess::None)) => {
            Judgement::fail("runs as ServiceAccount default, without its token", evidence)
                .severity(Severity::Low)
        }
        _ => Judgement::fail("runs as ServiceAccount default, shared by its namespace", evidence),
    }
}
