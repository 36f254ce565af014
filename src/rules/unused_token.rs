//! Whether the container has a token that is good for nothing.

use super::{Around, Rule, Scope};
use crate::finding::{Judgement, Severity};
use crate::inventory::Resource;
use crate::posture::{ContainerPosture, PodPosture, TokenAccess};

pub(super) const RULE: Rule = Rule {
    id: "unused-token",
    summary: "The container has a token whose ServiceAccount has no rights",
    severity: Severity::Low,
    scope: Scope::Credentials(judge),
    reads: &[
        Resource::Pods,
        Resource::Roles,
        Resource::ClusterRoles,
        Resource::RoleBindings,
        Resource::ClusterRoleBindings,
    ],
    page: include_str!("../../docs/rules/unused-token.md"),
};

fn judge(pod: &PodPosture, container: &ContainerPosture, around: Around) -> Judgement {
    let evidence = container.token.decided_by.clone();
    let owners = super::token_mounted::owners(pod, container);
    match &container.token.value {
        // Whether there is one is the question of token-mounted.
        Err(gap) => return Judgement::not_applicable(gap.reason.clone(), evidence),
        Ok(TokenAccess::Mounted) => {}
        Ok(_) => return Judgement::not_applicable("no token of its own", evidence),
    }
    let namespace = pod.object.namespace.as_deref().unwrap_or_default();
    let all: Vec<_> = owners.iter().map(|name| around.accounts.of_account(namespace, name)).collect();
    let names = owners.join(" and ");
    if all.iter().any(|rights| !rights.permissions.is_empty()) {
        return Judgement::pass(format!("ServiceAccount {names} has rights to use"), evidence);
    }
    match all.iter().find_map(|rights| Some((rights.gap.as_ref()?, rights.absent))) {
        Some((gap, true)) => Judgement::not_applicable(gap.reason.clone(), evidence),
        Some((gap, false)) => Judgement::unknown(&gap.reason, &gap.resolve, evidence),
        None => Judgement::fail(
            format!("the token is good for nothing: RBAC gives ServiceAccount {names} no rights beyond discovery"),
            evidence,
        ),
    }
}
