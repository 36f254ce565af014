//! What the identity of each ServiceAccount is worth to whoever has its token.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::baseline::is_baseline;
use super::identity::Identity;
use super::kept::{SYSTEM_NAMESPACE, is_kept_for};
use super::reading::{self, Presence};
use super::resolver::Resolver;
use super::rights::{Right, rights};
use crate::inventory::coverage::{Resource, State};
use crate::inventory::{Inventory, Pod};
use crate::object::ObjectRef;
use crate::posture::Gap;

/// The rights of all ServiceAccounts.
#[derive(Clone, Debug)]
pub struct Accounts<'i> {
    inventory: &'i Inventory,
    resolver: Resolver<'i>,
    /// Why not all bindings are known, and whether files simply have none.
    unread: Option<(Gap, bool)>,
    used: SystemAccounts,
    known: BTreeMap<(String, String), AccountRights<'i>>,
}

/// The rights of one ServiceAccount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountRights<'i> {
    /// The ServiceAccount.
    pub object: ObjectRef,
    /// Its rights beyond what every identity has in a new cluster, the dangerous first.
    pub rights: Vec<Right<'i>>,
    /// Why there may be more; `None` if RBAC grants no more.
    pub gap: Option<Gap>,
    /// Whether the input has no bindings at all of some kind, so that nobody asked.
    pub absent: bool,
    /// Whether it is a part of the control plane.
    pub part: ControlPlane,
}

/// Whether a ServiceAccount is one that only the control plane itself uses: in its namespace, in no
/// pod, and with no dangerous right but from bindings that the API server keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ControlPlane {
    /// It is.
    Yes,
    /// It is not.
    No,
    /// Only the pods can tell, and not all were read.
    Unknown,
}

impl AccountRights<'_> {
    /// Its most dangerous right; none if no right of it is dangerous.
    #[must_use]
    pub fn worst(&self) -> Option<&Right<'_>> {
        self.rights.first().filter(|right| right.danger.is_some())
    }
}

/// The names of the ServiceAccounts that pods of the system namespace run as.
#[derive(Clone, Debug)]
pub struct SystemAccounts(BTreeSet<String>);

impl SystemAccounts {
    /// Those of an inventory.
    #[must_use]
    pub fn of(inventory: &Inventory) -> Self {
        let pods = inventory.pod_classes();
        let run = pods.filter(|pod| pod.namespace() == SYSTEM_NAMESPACE && !pod.is_mirror());
        let name = |pod: &Pod| {
            let named = [&pod.spec.service_account_name, &pod.spec.service_account];
            let name = named.into_iter().find(|name| !name.is_empty());
            name.cloned().unwrap_or_else(|| "default".to_owned())
        };
        Self(run.map(name).collect())
    }
}

impl<'i> Accounts<'i> {
    /// Resolves the rights of every ServiceAccount of the inventory.
    #[must_use]
    pub fn new(inventory: &'i Inventory, used: SystemAccounts) -> Self {
        let mut accounts = Self {
            inventory,
            resolver: Resolver::new(inventory),
            unread: reading::bindings(inventory),
            used,
            known: BTreeMap::new(),
        };
        let known = inventory.service_accounts.keys().map(|(namespace, name)| {
            ((namespace.clone(), name.clone()), accounts.resolve(namespace, name))
        });
        accounts.known = known.collect();
        accounts
    }

    /// The rights of this ServiceAccount, whether it was read or not.
    #[must_use]
    pub fn of(&self, namespace: &str, name: &str) -> Cow<'_, AccountRights<'i>> {
        let known = self.known.get(&(namespace.to_owned(), name.to_owned()));
        known.map_or_else(|| Cow::Owned(self.resolve(namespace, name)), Cow::Borrowed)
    }

    pub(super) fn resolver(&self) -> &Resolver<'i> {
        &self.resolver
    }

    fn resolve(&self, namespace: &str, name: &str) -> AccountRights<'i> {
        let identity = Identity::service_account(namespace, name);
        let mut rights = rights(&self.resolver, &identity);
        rights.retain(|right| !is_baseline(&right.grant));
        rights.sort_by_key(Right::order);
        let unread = || {
            let dangling = self.resolver.dangling(&identity).into_iter();
            let mut unread = dangling.filter_map(|(_, role)| {
                match reading::role(self.inventory, &role, false) {
                    Presence::Unread(gap) => Some((gap, false)),
                    _ => None,
                }
            });
            unread.next()
        };
        let unread = self.unread.clone().or_else(unread);
        let part = self.part(namespace, name, &rights);
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
        let absent = unread.as_ref().is_some_and(|(_, absent)| *absent);
        AccountRights { object, rights, gap: unread.map(|(gap, _)| gap), absent, part }
    }

    fn part(&self, namespace: &str, name: &str, rights: &[Right]) -> ControlPlane {
        let mut own = rights.iter().filter(|right| right.danger.is_some() && !right.is_everyones());
        let kept = own.all(|right| {
            let binding = right.grant.binding;
            right.grant.subject.kind == "ServiceAccount"
                && is_kept_for(binding, self.resolver.role(binding), name)
        });
        if namespace != SYSTEM_NAMESPACE || !kept || self.used.0.contains(name) {
            return ControlPlane::No;
        }
        match self.inventory.coverage(Resource::Pods).state {
            State::Complete => ControlPlane::Yes,
            // Files without pods are no proof either.
            _ => ControlPlane::Unknown,
        }
    }
}
