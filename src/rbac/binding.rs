//! What is true of one binding: how many it is for, what it is good for, and what it names in vain.

use super::bootstrap::is_bootstrap_binding;
use super::default_permissions::is_default_permission;
use super::permission::{Permission, permissions_of_grant};
use super::permission_index::PermissionIndex;
use super::presence::{self, Presence};
use super::resolver::{Grant, role_of};
use super::well_known::{
    ANONYMOUS, AUTHENTICATED, SERVICE_ACCOUNTS, UNAUTHENTICATED, namespace_of_group,
};
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
    pub broad: Vec<BroadSubject<'i>>,
    /// What it grants beyond what every identity has in a new cluster, the dangerous first.
    pub permissions: Vec<Permission<'i>>,
    /// The ServiceAccounts that it names.
    pub accounts: Vec<NamedAccount<'i>>,
    /// Whether the API server itself makes it and keeps it.
    pub reconciled: bool,
}

/// A subject of a binding that stands for many identities.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BroadSubject<'i> {
    /// How many.
    pub breadth: Breadth,
    /// The subject.
    pub subject: &'i Subject,
}

/// A ServiceAccount that a binding names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedAccount<'i> {
    /// Its namespace; that of the binding, where the subject has none.
    pub namespace: &'i str,
    /// Its name.
    pub name: &'i str,
    /// Whether it exists.
    pub presence: Presence,
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
    /// The ServiceAccounts of the namespace that the binding holds in.
    OwnNamespace,
}

impl Breadth {
    /// How many a subject stands for, of a binding in this namespace; `None` for one identity.
    fn of_subject(subject: &Subject, place: Option<&str>) -> Option<Self> {
        match (subject.kind.as_str(), subject.name.as_str()) {
            ("Group", UNAUTHENTICATED) | ("User", ANONYMOUS) => Some(Self::Anyone),
            ("Group", AUTHENTICATED | SERVICE_ACCOUNTS) => Some(Self::Everyone),
            ("Group", name) => {
                let namespace = namespace_of_group(name)?;
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
        let broad = subjects.iter().filter_map(|subject| {
            Some(BroadSubject { breadth: Breadth::of_subject(subject, place)?, subject })
        });
        let mut broad: Vec<_> = broad.collect();
        broad.sort_by_key(|broad| broad.breadth);
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
            let presence = presence::account(inventory, namespace, name);
            NamedAccount { namespace, name, presence }
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
