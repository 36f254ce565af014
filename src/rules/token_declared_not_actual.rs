//! Whether what is declared about the token is what the container has. Admission decides once,
//! when the pod is created: later changes of the ServiceAccount do nothing to it.

use super::{Rule, Scope};
use crate::finding::{Judgement, Severity};
use crate::inventory::coverage::Resource;
use crate::posture::{ContainerPosture, PodPosture, Role, TokenAccess};

pub(super) const RULE: Rule = Rule {
    id: "token-declared-not-actual",
    summary: "What automountServiceAccountToken declares is not what the container has",
    severity: Severity::Medium,
    scope: Scope::Container(judge),
    reads: &[Resource::Pods, Resource::ServiceAccounts],
    page: include_str!("../../docs/rules/token-declared-not-actual.md"),
};

fn judge(pod: &PodPosture, container: &ContainerPosture) -> Judgement {
    let mut evidence = pod.automount.decided_by.clone();
    if container.role == Role::Ephemeral {
        return Judgement::not_applicable("admission mounts nothing into ephemeral containers", evidence);
    }
    if pod.mirror {
        return Judgement::not_applicable("admission mounts nothing into static pods", evidence);
    }
    evidence.extend(container.token.decided_by.iter().cloned());
    let (declared, actual) = match (&pod.automount.value, &container.token.value) {
        (Ok(declared), Ok(actual)) => (*declared, actual),
        (Err(gap), _) | (_, Err(gap)) => {
            return Judgement::unknown(&gap.reason, &gap.resolve, evidence);
        }
    };
    match (declared, actual) {
        (false, TokenAccess::Mounted | TokenAccess::Unreadable) => {
            Judgement::fail("automount is off, yet a token is mounted", evidence)
        }
        (true, TokenAccess::None | TokenAccess::Shared(_)) => {
            Judgement::fail("automount is on, yet no token is mounted", evidence)
                .severity(Severity::Low)
        }
        (true, _) => Judgement::pass("declared, and mounted", evidence),
        (false, _) => Judgement::pass("not declared, and not mounted", evidence),
    }
}
