//! Whether what is declared about the token is what the container has. Admission decides once,
//! when the pod is created: later changes of the ServiceAccount do nothing to it.

use super::{Judge, Rule};
use crate::finding::{Judgement, Severity};
use crate::inventory::Resource;
use crate::posture::{ContainerPosture, ContainerRole, PodPosture, TokenAccess};

pub(super) const RULE: Rule = Rule {
    id: "token-declared-not-actual",
    summary: "What automountServiceAccountToken declares is not what the container has",
    severity: Severity::Medium,
    judge: Judge::Container(judge),
    reads: &[Resource::Pods, Resource::ServiceAccounts],
    page: include_str!("../../docs/rules/token-declared-not-actual.md"),
};

fn judge(pod: &PodPosture, container: &ContainerPosture) -> Judgement {
    let mut evidence = pod.automount.decided_by.clone();
    if container.role == ContainerRole::Ephemeral {
        return Judgement::not_applicable(
            "admission mounts nothing into ephemeral containers",
            evidence,
        );
    }
    if pod.mirror {
        return Judgement::not_applicable("admission mounts nothing into static pods", evidence);
    }
    let declared = match &pod.automount.value {
        Ok(declared) => *declared,
        Err(gap) => return Judgement::unknown(&gap.reason, &gap.resolve, evidence),
    };
    // Secrets and certificates have nothing to do with automount.
    let projections = || container.credentials.iter().filter(|c| c.is_projection);
    let token = projections().find(|c| c.access.is(|a| *a != TokenAccess::None));
    if let (None, Some(open)) = (token, projections().find(|c| c.access.value.is_err()))
        && let Err(gap) = &open.access.value
    {
        evidence.extend(open.access.decided_by.iter().cloned());
        return Judgement::unknown(&gap.reason, &gap.resolve, evidence);
    }
    let basis = token.map_or(&container.token, |credential| &credential.access);
    evidence.extend(basis.decided_by.iter().cloned());
    let why = container.token_difference.unwrap_or("of an unknown cause");
    match (declared, token) {
        (false, Some(_)) => {
            let message = format!("automount is off, yet a token is mounted: {why}");
            Judgement::fail(message, evidence)
        }
        (true, None) => {
            let message = format!("automount is on, yet no token is mounted: {why}");
            Judgement::fail(message, evidence).severity(Severity::Low)
        }
        (true, Some(_)) => Judgement::pass("declared, and mounted", evidence),
        (false, None) => Judgement::pass("not declared, and not mounted", evidence),
    }
}
