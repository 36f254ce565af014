//! What is true of one binding: how many it is for, what it is good for, and what it names in vain.

use super::account::Accounts;
use super::baseline::is_baseline;
use super::kept::is_kept;
use super::reading::{self, Presence};
use super::resolver::{Grant, role_of};
use super::rights::{Right, rights_of};
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
    pub role_is: Presence,
    /// Subjects that stand for many, the widest first.
    pub broad: Vec<(Breadth, &'i Subject)>,
    /// What it grants beyond what every identity has in a new cluster, the dangerous first.
    pub rights: Vec<Right<'i>>,
    /// Its ServiceAccounts by namespace and name, with whether they exist.
    pub accounts: Vec<(&'i str, &'i str, Presence)>,
    /// Whether the API server itself makes it and keeps it.
    pub kept: bool,
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
    fn of(subject: &Subject, place: Option<&str>) -> Option<Self> {
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
        accounts: &Accounts<'i>,
        binding: &'i RoleBinding,
    ) -> Self {
        let place = binding.metadata.namespace.as_deref();
        let found = accounts.resolver().role(binding);
        let subjects = &binding.subjects;
        let mut broad: Vec<_> =
            subjects.iter().filter_map(|s| Some((Breadth::of(s, place)?, s))).collect();
        broad.sort_by_key(|(breadth, _)| *breadth);
        let mut rights = Vec::new();
        if let (Some(role), Some(subject)) = (found, subjects.first()) {
            let grants = role.rules.iter().map(|rule| Grant { rule, binding, subject });
            rights.extend(grants.filter(|grant| !is_baseline(grant)).flat_map(rights_of));
        }
        rights.sort_by_key(Right::order);
        let named = subjects.iter().filter(|s| s.kind == "ServiceAccount").map(|subject| {
            let own = Some(subject.namespace.as_str()).filter(|own| !own.is_empty());
            let namespace = own.or(place).unwrap_or_default();
            let name = subject.name.as_str();
            (namespace, name, reading::account(inventory, namespace, name))
        });
        let role = role_of(binding);
        Self {
            binding,
            role_is: reading::role(inventory, &role, found.is_some()),
            role,
            broad,
            rights,
            accounts: named.collect(),
            kept: is_kept(binding, found),
        }
    }
}
