//! What is true of one binding: how many it is for, what it is good for, and what it names in vain.

use super::bootstrap::is_bootstrap_binding;
use super::default_permissions::is_default_permission;
use super::permission::{Permission, permissions_of_grant};
use super::permission_index::PermissionIndex;
use super::presence::{self, Presence};
use super::resolver::{Grant, role_of};
use crate::inventory::{Inventory, RoleBinding, Subject};
use crate::object::ObjectRef;

/// One binding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BindingFacts<'i> {
    /// The binding.
    pub binding: &'i RoleBinding,
    /// The role that it names.
    pub role: ObjectRef,
    /// Whether that exists.
    pub role_presence: Presence,
    /// Subjects that stand for many, the widest first.
    pub broad: Vec<(Breadth, &'i Subject)>,
    /// What it grants beyond what every identity has in a new cluster, the dangerous first.
    pub permissions: Vec<Permission<'i>>,
    /// Its ServiceAccounts by namespace and name, with whether they exist.
    pub accounts: Vec<(&'i str, &'i str, Presence)>,
    /// Whether the API server itself makes it and keeps it.
    pub reconciled: bool,
}

/// How many identities a subject stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Breadth {
    /// Whoever reaches the API server.
    Anyone,
    /// Whoever is known to it, or every ServiceAccount.
    Everyone,
    /// The ServiceAccounts of a namespace.
    Namespace,
    /// The same, and the binding holds there only.
    OwnNamespace,
}

impl Breadth {
    /// Of this subject of a binding in this namespace.
    ///
    /// Source: `k8s.io/apiserver/pkg/authentication/user` and `…/serviceaccount`.
    fn of_subject(subject: &Subject, place: Option<&str>) -> Option<Self> {
        match (subject.kind.as_str(), subject.name.as_str()) {
            ("Group", "system:unauthenticated") | ("User", "system:anonymous") => {
                Some(Self::Anyone)
            }
            ("Group", "system:authenticated" | "system:serviceaccounts") => Some(Self::Everyone),
            ("Group", name) => {
                let namespace = name.strip_prefix("system:serviceaccounts:")?;
                let own = place == Some(namespace);
                Some(if own { Self::OwnNamespace } else { Self::Namespace })
            }
            _ => None,
        }
    }
}

impl<'i> BindingFacts<'i> {
    /// Computes the facts of one binding of this inventory.
    #[must_use]
    pub fn new(
        inventory: &'i Inventory,
        accounts: &PermissionIndex<'i>,
        binding: &'i RoleBinding,
    ) -> Self {
        let place = binding.metadata.namespace.as_deref();
        let found = accounts.resolver().role(binding);
        let subjects = &binding.subjects;
        let mut broad: Vec<_> =
            subjects.iter().filter_map(|s| Some((Breadth::of_subject(s, place)?, s))).collect();
        broad.sort_by_key(|(breadth, _)| *breadth);
        let mut permissions = Vec::new();
        if let (Some(role), Some(subject)) = (found, subjects.first()) {
            let grants = role.rules.iter().map(|rule| Grant { rule, binding, subject });
            permissions.extend(
                grants.filter(|grant| !is_default_permission(grant)).flat_map(permissions_of_grant),
            );
        }
        permissions.sort_by_key(Permission::order);
        let named = subjects.iter().filter(|s| s.kind == "ServiceAccount").map(|subject| {
            let own = Some(subject.namespace.as_str()).filter(|own| !own.is_empty());
            let namespace = own.or(place).unwrap_or_default();
            let name = subject.name.as_str();
            (namespace, name, presence::account(inventory, namespace, name))
        });
        let role = role_of(binding);
        Self {
            binding,
            role_presence: presence::role(inventory, &role, found.is_some()),
            role,
            broad,
            permissions,
            accounts: named.collect(),
            reconciled: is_bootstrap_binding(binding, found),
        }
    }
}
