//! Whether a ServiceAccount has permissions that lead to more than they say.

use super::permissions::{evidence, in_words, severity};
use super::{Judge, Rule};
use crate::evidence::Evidence;
use crate::finding::{Judgement, Severity};
use crate::inventory::Resource;
use crate::rbac::{AccountPermissions, ControlPlaneAccount, Permission};

pub(super) const RULE: Rule = Rule {
    id: "service-account-overprivileged",
    summary: "The ServiceAccount has rights that lead to more than they say",
    severity: Severity::High,
    judge: Judge::AccountPermissions(judge),
    reads: &[
        Resource::ServiceAccounts,
        Resource::Roles,
        Resource::ClusterRoles,
        Resource::RoleBindings,
        Resource::ClusterRoleBindings,
    ],
    page: include_str!("../../docs/rules/service-account-overprivileged.md"),
};

fn judge(account: &AccountPermissions) -> Judgement {
    let mut dangerous: Vec<&Permission> = account
        .permissions
        .iter()
        .filter(|permission| permission.risk.is_some() && !permission.is_everyones())
        .collect();
    dangerous.sort_by_key(|permission| std::cmp::Reverse(severity(permission)));
    let Some(worst) = dangerous.first() else {
        return match &account.gap {
            Some(gap) if account.absent => Judgement::not_applicable(gap.reason.clone(), []),
            Some(gap) => Judgement::unknown(&gap.reason, &gap.resolve, []),
            None => Judgement::pass("no right of its own that leads to more than it says", []),
        };
    };
    let of_all: Vec<Evidence> = dangerous.iter().flat_map(|permission| evidence(permission)).fold(
        Vec::new(),
        |mut all, evidence| {
            if !all.contains(&evidence) {
                all.push(evidence);
            }
            all
        },
    );
    match account.control_plane {
        ControlPlaneAccount::No => Judgement::fail(format!("may {}", in_words(&dangerous)), of_all)
            .severity(severity(worst)),
        ControlPlaneAccount::Yes => Judgement::not_applicable(
            "a part of the control plane: no pod runs as it, and the API server keeps its bindings",
            of_all,
        ),
        ControlPlaneAccount::Unknown => Judgement::unknown(
            "its bindings are those of a part of the control plane, unless a pod runs as it",
            "include all pods",
            of_all,
        ),
    }
}
