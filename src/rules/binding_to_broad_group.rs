//! Whether a binding gives permissions to identities that nobody chose one by one.

use super::permissions::{in_words, role_ref, severity};
use super::{Judge, Rule};
use crate::evidence::Evidence;
use crate::finding::{Judgement, Severity};
use crate::inventory::{Resource, Subject};
use crate::object::Parent;
use crate::rbac::well_known::AUTHENTICATED;
use crate::rbac::{BindingFacts, Breadth, BroadSubject, Permission, Presence};

pub(super) const RULE: Rule = Rule {
    id: "binding-to-broad-group",
    summary: "A binding gives rights to everyone, or to all ServiceAccounts of a namespace",
    severity: Severity::Medium,
    judge: Judge::Binding(judge),
    reads: &[
        Resource::Roles,
        Resource::ClusterRoles,
        Resource::RoleBindings,
        Resource::ClusterRoleBindings,
    ],
    page: include_str!("../../docs/rules/binding-to-broad-group.md"),
};

fn judge(facts: &BindingFacts) -> Option<Judgement> {
    let BroadSubject { breadth, subject } = *facts.broad.first()?;
    let mut evidence = vec![role_ref(facts.binding)];
    evidence.extend(facts.broad.iter().map(|BroadSubject { subject, .. }| {
        let path = Parent::default().entry("subjects", &subject.name).field("kind");
        Evidence::field(path, &subject.kind)
    }));
    Some(match &facts.role_presence {
        Presence::Unread(gap) => Judgement::unknown(&gap.reason, &gap.resolve, evidence),
        Presence::Missing | Presence::NoNamespace => Judgement::not_applicable(
            format!("grants nothing: {} does not exist", facts.role),
            evidence,
        ),
        Presence::There if facts.permissions.is_empty() => {
            Judgement::pass("grants discovery and questions about oneself, no more", evidence)
        }
        Presence::There => {
            let permissions: Vec<&Permission> = facts.permissions.iter().collect();
            let worst = permissions
                .iter()
                .map(|permission| severity(permission))
                .max()
                .unwrap_or(Severity::Low);
            Judgement::fail(
                format!("{} may {}", who(breadth, subject), in_words(&permissions)),
                evidence,
            )
            .severity(at(breadth, worst))
        }
    })
}

fn who(breadth: Breadth, subject: &Subject) -> String {
    match breadth {
        Breadth::Anyone => format!("whoever reaches the API server ({})", subject.name),
        Breadth::Everyone if subject.name == AUTHENTICATED => {
            "every identity of the cluster (system:authenticated)".to_owned()
        }
        Breadth::Everyone => format!("every ServiceAccount ({})", subject.name),
        Breadth::Namespace => {
            format!("every ServiceAccount of another namespace ({})", subject.name)
        }
        Breadth::OwnNamespace => {
            format!("every ServiceAccount of the namespace ({})", subject.name)
        }
    }
}

/// As bad as the worst permission; worse for strangers, and less among neighbours.
fn at(breadth: Breadth, worst: Severity) -> Severity {
    match breadth {
        Breadth::Anyone => worst.max(Severity::High),
        Breadth::Everyone => worst.max(Severity::Medium),
        Breadth::Namespace => worst,
        Breadth::OwnNamespace => worst.min(Severity::Medium),
    }
}
