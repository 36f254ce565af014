//! How bad a permission is and how it reads, for all rules about permissions.

use crate::evidence::Evidence;
use crate::finding::Severity;
use crate::inventory::RoleBinding;
use crate::object::{FieldPath, Parent};
use crate::rbac::{
    Danger, Permission, PermissionTarget, Risk, grant_in_words, permission_in_words,
};

/// How bad it is that somebody has this permission.
pub(super) fn severity(permission: &Permission) -> Severity {
    match permission.risk {
        Some(Risk { danger: Danger::Cluster, .. }) => Severity::Critical,
        // A few Secrets by their names are what a workload should have rather than all.
        Some(Risk { danger: Danger::Identities | Danger::Code, .. })
            if !is_named_secret(permission) =>
        {
            Severity::High
        }
        Some(_) => Severity::Medium,
        None => Severity::Low,
    }
}

fn is_named_secret(permission: &Permission) -> bool {
    matches!(&permission.target, PermissionTarget::Resources { resources, names, .. }
        if resources[..] == ["secrets"] && !names.is_empty())
}

/// The first rights, and how many more there are.
pub(super) fn in_words(permissions: &[&Permission]) -> String {
    const SHOWN: usize = 2;
    let words = |permission: &&Permission| {
        format!("{} ({})", permission_in_words(permission), grant_in_words(permission))
    };
    let shown: Vec<_> = permissions.iter().take(SHOWN).map(words).collect();
    match permissions.len().saturating_sub(SHOWN) {
        0 => shown.join("; "),
        more => format!("{}; and {more} more", shown.join("; ")),
    }
}

/// What grants it, as fields of the binding, which the judged object may not be.
pub(super) fn evidence(permission: &Permission) -> [Evidence; 2] {
    let binding = permission.grant.binding;
    let subject = Parent::default().entry("subjects", &permission.grant.subject.name).field("kind");
    let subject = Evidence::field(subject, &permission.grant.subject.kind);
    [role_ref(binding), subject].map(|evidence| evidence.on(binding.reference()))
}

/// The role that a binding names.
pub(super) fn role_ref(binding: &RoleBinding) -> Evidence {
    let role = format!("{} {}", binding.role_ref.kind, binding.role_ref.name);
    Evidence::field(FieldPath::new("roleRef.name"), role)
}
