//! The permissions of every ServiceAccount: what its token is worth to whoever has it.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::bootstrap::{SYSTEM_NAMESPACE, is_bootstrap_binding_for};
use super::default_permissions::is_default_permission;
use super::identity::Identity;
use super::permission::{Permission, permissions};
use super::presence::{self, Presence, UnreadBindings};
use super::resolver::Resolver;
use crate::inventory::{CoverageState, Inventory, Pod, Resource};
use crate::object::ObjectRef;
use crate::posture::Gap;

/// The permissions of all ServiceAccounts.
#[derive(Clone, Debug)]
pub struct PermissionIndex<'i> {
    inventory: &'i Inventory,
    resolver: Resolver<'i>,
    /// Why not all bindings are known.
    unread: Option<UnreadBindings>,
    used: SystemAccounts,
    known: BTreeMap<(String, String), AccountPermissions<'i>>,
}

/// The permissions of one ServiceAccount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountPermissions<'i> {
    /// The ServiceAccount.
    pub object: ObjectRef,
    /// Those beyond what every identity has in a new cluster, the dangerous first.
    pub permissions: Vec<Permission<'i>>,
    /// Why there may be more; `None` if RBAC grants no more.
    pub gap: Option<Gap>,
    /// Whether the input has no bindings at all of some kind, so that nobody asked.
    pub absent: bool,
    /// Whether it is a part of the control plane.
    pub control_plane: ControlPlaneAccount,
}

/// Whether a ServiceAccount is one that only the control plane itself uses: in its namespace, in no
/// pod, and with no dangerous right but from bindings that the API server keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ControlPlaneAccount {
    /// It is.
    Yes,
    /// It is not.
    No,
    /// Only the pods can tell, and not all were read.
    Unknown,
}

impl AccountPermissions<'_> {
    /// The most dangerous; none if none is dangerous.
    #[must_use]
    pub fn worst(&self) -> Option<&Permission<'_>> {
        self.permissions.first().filter(|permission| permission.risk.is_some())
    }
}

/// The names of the ServiceAccounts that pods of the system namespace run as.
#[derive(Clone, Debug)]
pub struct SystemAccounts(BTreeSet<String>);

impl SystemAccounts {
    /// The accounts of an inventory's pods.
    #[must_use]
    pub fn used_in(inventory: &Inventory) -> Self {
        let pods = inventory.pod_templates();
        let run = pods.filter(|pod| pod.namespace() == SYSTEM_NAMESPACE && !pod.is_mirror());
        let name = |pod: &Pod| {
            let named = [&pod.spec.service_account_name, &pod.spec.service_account];
            let name = named.into_iter().find(|name| !name.is_empty());
            name.cloned().unwrap_or_else(|| "default".to_owned())
        };
        Self(run.map(name).collect())
    }
}

impl<'i> PermissionIndex<'i> {
    /// Resolves the permissions of every ServiceAccount of the inventory.
    #[must_use]
    pub fn new(inventory: &'i Inventory, used: SystemAccounts) -> Self {
        let mut accounts = Self {
            inventory,
            resolver: Resolver::new(inventory),
            unread: presence::bindings(inventory),
            used,
            known: BTreeMap::new(),
        };
        let known = inventory.service_accounts.keys().map(|(namespace, name)| {
            ((namespace.clone(), name.clone()), accounts.resolve(namespace, name))
        });
        accounts.known = known.collect();
        accounts
    }

    /// The permissions of this ServiceAccount, whether it was read or not.
    #[must_use]
    pub fn of_account(&self, namespace: &str, name: &str) -> Cow<'_, AccountPermissions<'i>> {
        let known = self.known.get(&(namespace.to_owned(), name.to_owned()));
        known.map_or_else(|| Cow::Owned(self.resolve(namespace, name)), Cow::Borrowed)
    }

    pub(super) fn resolver(&self) -> &Resolver<'i> {
        &self.resolver
    }

    fn resolve(&self, namespace: &str, name: &str) -> AccountPermissions<'i> {
        let identity = Identity::service_account(namespace, name);
        let mut permissions = permissions(&self.resolver, &identity);
        permissions.retain(|permission| !is_default_permission(&permission.grant));
        permissions.sort_by_key(Permission::order);
        let unread_role = || {
            let dangling = self.resolver.dangling(&identity).into_iter();
            let mut unread = dangling.filter_map(|(_, role)| {
                match presence::role(self.inventory, &role, false) {
                    Presence::Unread(gap) => Some(UnreadBindings { gap, absent: false }),
                    Presence::There | Presence::Missing | Presence::NoNamespace => None,
                }
            });
            unread.next()
        };
        let unread = self.unread.clone().or_else(unread_role);
        let control_plane = self.control_plane(namespace, name, &permissions);
        let account = self.inventory.service_account(namespace, name);
        let object = account.map_or_else(
            || ObjectRef {
                kind: Resource::ServiceAccounts.kind().to_owned(),
                namespace: Some(namespace.to_owned()),
                name: name.to_owned(),
                uid: None,
            },
            crate::inventory::ServiceAccount::reference,
        );
        let absent = unread.as_ref().is_some_and(|unread| unread.absent);
        AccountPermissions {
            object,
            permissions,
            gap: unread.map(|unread| unread.gap),
            absent,
            control_plane,
        }
    }

    fn control_plane(
        &self,
        namespace: &str,
        name: &str,
        permissions: &[Permission],
    ) -> ControlPlaneAccount {
        let mut own = permissions
            .iter()
            .filter(|permission| permission.risk.is_some() && !permission.is_everyones());
        let reconciled = own.all(|permission| {
            let binding = permission.grant.binding;
            permission.grant.subject.kind == "ServiceAccount"
                && is_bootstrap_binding_for(binding, self.resolver.role(binding), name)
        });
        if namespace != SYSTEM_NAMESPACE || !reconciled || self.used.0.contains(name) {
            return ControlPlaneAccount::No;
        }
        match self.inventory.coverage(Resource::Pods).state {
            CoverageState::Complete => ControlPlaneAccount::Yes,
            // Files without pods are no proof either.
            _ => ControlPlaneAccount::Unknown,
        }
    }
}
