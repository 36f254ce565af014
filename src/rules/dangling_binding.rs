//! Whether a binding names a role or a ServiceAccount that does not exist.

use super::permissions::{role_ref, severity};
use super::{Judge, Rule};
use crate::evidence::Evidence;
use crate::finding::{Judgement, Severity};
use crate::inventory::Resource;
use crate::object::Parent;
use crate::rbac::{BindingFacts, NamedAccount, Presence};

pub(super) const RULE: Rule = Rule {
    id: "dangling-binding",
    summary: "A binding names a role or a ServiceAccount that does not exist",
    severity: Severity::Low,
    judge: Judge::Binding(judge),
    reads: &[
        Resource::Namespaces,
        Resource::ServiceAccounts,
        Resource::Roles,
        Resource::ClusterRoles,
        Resource::RoleBindings,
        Resource::ClusterRoleBindings,
    ],
    page: include_str!("../../docs/rules/dangling-binding.md"),
};

fn judge(facts: &BindingFacts) -> Option<Judgement> {
    if facts.binding.subjects.is_empty() {
        // For nobody, whatever is missing.
        return None;
    }
    let mut missing = Vec::new();
    let mut evidence = vec![role_ref(facts.binding)];
    let mut worst = Severity::Low;
    let mut unread = None;
    match &facts.role_presence {
        Presence::There => {}
        Presence::Unread(gap) => unread = Some(gap),
        Presence::Missing | Presence::NoNamespace => {
            missing.push(format!("{}: whoever creates it decides what is granted", facts.role));
        }
    }
    for NamedAccount { namespace, name, presence } in &facts.accounts {
        let subject = match presence {
            Presence::There => continue,
            Presence::Unread(gap) => {
                unread = unread.or(Some(gap));
                continue;
            }
            Presence::Missing => format!("ServiceAccount {namespace}/{name}"),
            Presence::NoNamespace => {
                format!("ServiceAccount {namespace}/{name}, nor its namespace")
            }
        };
        missing.push(format!("{subject}: whoever creates it has the rights"));
        let path = Parent::default().entry("subjects", name).field("namespace");
        evidence.push(Evidence::field(path, (*namespace).to_owned()));
        // Grants of permissions that say all they are: an untidy leftover, and no more.
        let dangerous = facts.permissions.first().filter(|permission| permission.risk.is_some());
        worst = worst.max(dangerous.map_or(Severity::Low, |r| severity(r).min(Severity::Medium)));
    }
    Some(match (missing.is_empty(), unread) {
        (false, _) if facts.reconciled => Judgement::not_applicable(
            "the API server makes and keeps it for a part of the control plane, used or not",
            evidence,
        ),
        (false, _) => Judgement::fail(format!("does not exist: {}", missing.join("; ")), evidence)
            .severity(worst),
        (true, Some(gap)) => Judgement::unknown(&gap.reason, &gap.resolve, evidence),
        (true, None) => Judgement::pass("its role and its ServiceAccounts exist", evidence),
    })
}
