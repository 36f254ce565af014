//! Whether the container has a token that is good for nothing.

use super::{ClusterContext, Judge, Rule};
use crate::finding::{Judgement, Severity};
use crate::inventory::Resource;
use crate::posture::{ContainerCredentials, PodAccount, TokenAccess};

pub(super) const RULE: Rule = Rule {
    id: "unused-token",
    summary: "The container has a token whose ServiceAccount has no rights",
    severity: Severity::Low,
    judge: Judge::Credentials(judge),
    reads: &[
        Resource::Pods,
        Resource::Roles,
        Resource::ClusterRoles,
        Resource::RoleBindings,
        Resource::ClusterRoleBindings,
    ],
    page: include_str!("../../docs/rules/unused-token.md"),
};

fn judge(pod: &PodAccount, container: &ContainerCredentials, cluster: ClusterContext) -> Judgement {
    let evidence = container.token.decided_by.clone();
    let owners = super::token_mounted::owners(pod, container);
    match &container.token.value {
        // Whether there is one is the question of token-mounted.
        Err(gap) => return Judgement::not_applicable(gap.reason.clone(), evidence),
        Ok(TokenAccess::Mounted) => {}
        Ok(_) => return Judgement::not_applicable("no token of its own", evidence),
    }
    let all: Vec<_> =
        owners.iter().map(|name| cluster.accounts.of_account(&pod.namespace, name)).collect();
    let names = owners.join(" and ");
    if all.iter().any(|account| !account.permissions.is_empty()) {
        return Judgement::pass(format!("ServiceAccount {names} has rights to use"), evidence);
    }
    match all.iter().find_map(|account| Some((account.gap.as_ref()?, account.absent))) {
        Some((gap, true)) => Judgement::not_applicable(gap.reason.clone(), evidence),
        Some((gap, false)) => Judgement::unknown(&gap.reason, &gap.resolve, evidence),
        None => Judgement::fail(
            format!(
                "the token is good for nothing: RBAC gives ServiceAccount {names} no rights beyond discovery"
            ),
            evidence,
        ),
    }
}
