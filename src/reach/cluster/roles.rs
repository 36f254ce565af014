//! Roles, and who holds them where, as bindings say: of users and groups by their names. What is
//! taken away by a change is left out.

use std::collections::{BTreeMap, BTreeSet};

use super::place::{Place, RoleBindingAt, find, index};
use crate::inventory::{Inventory, RoleBinding, Subject};
use crate::object::ObjectRef;
use crate::rbac::well_known::{
    AUTHENTICATED, GROUPS_OF_EVERY_ACCOUNT, account_user, is_account_user, namespace_group,
};
use crate::reach::cuts::change::Change;
use crate::reach::rights::granted::GrantedRights;
use crate::reach::rights::right_set::RightSet;

/// A role that a binding can name.
#[derive(Clone, Debug)]
pub(in crate::reach) struct BindableRole {
    pub(in crate::reach) object: ObjectRef,
    pub(in crate::reach) granted: GrantedRights,
    /// Made by the API server at its start, so that nobody should change it.
    pub(in crate::reach) built_in: bool,
    /// Takes in the rules of ClusterRoles with certain labels.
    pub(in crate::reach) aggregated: bool,
}

/// A role that a binding names, in the place where that holds.
#[derive(Clone, Copy, Debug)]
pub(in crate::reach) struct BoundRole<'i> {
    /// Name of the binding.
    pub(in crate::reach) binding: &'i str,
    /// Number of the role.
    pub(in crate::reach) role: u32,
}

/// The number of the role that holds every right of a namespace: what bind and escalate lead to.
pub(in crate::reach) const ADMIN: u32 = 0;

/// Roles by number, and the bindings to them.
#[derive(Default)]
pub(in crate::reach) struct RoleIndex<'i> {
    pub(in crate::reach) roles: Vec<BindableRole>,
    /// Subjects of kind User that are no ServiceAccounts, sorted.
    pub(in crate::reach) users: Vec<String>,
    /// Subjects of kind Group, sorted.
    pub(in crate::reach) groups: Vec<String>,
    /// The roles that bindings name, by place.
    pub(in crate::reach) bound: BTreeMap<Place, Vec<BoundRole<'i>>>,
    by_user: BTreeMap<String, Vec<RoleBindingAt>>,
    by_group: BTreeMap<String, Vec<RoleBindingAt>>,
}

/// Numbers of roles by namespace, if they have one, and name.
type RoleNumbers<'i> = BTreeMap<(Option<&'i str>, &'i str), u32>;

impl<'i> RoleIndex<'i> {
    /// Reads roles and bindings, but for what is taken away. `namespaces` are sorted.
    pub(super) fn new(inventory: &'i Inventory, namespaces: &[String], without: &[Change]) -> Self {
        let mut index = Self::default();
        let numbers = index.read_roles(inventory, without);
        let local = inventory.role_bindings.values().filter(|b| b.metadata.namespace.is_some());
        let (mut users, mut groups) = (BTreeSet::new(), BTreeSet::new());
        for binding in inventory.cluster_role_bindings.values().chain(local) {
            if without.iter().any(|change| change.deletes(binding)) {
                continue;
            }
            let place = match binding.metadata.namespace.as_deref() {
                None => Some(Place::Cluster),
                Some(namespace) => find(namespaces, namespace).map(Place::Namespace),
            };
            let (Some(place), Some(role)) = (place, role_number(&numbers, binding)) else {
                continue;
            };
            let bound = BoundRole { binding: &binding.metadata.name, role };
            index.bound.entry(place).or_default().push(bound);
            for subject in &binding.subjects {
                match subject.kind.as_str() {
                    "User" if !is_account_user(&subject.name) => {
                        users.insert(subject.name.clone());
                    }
                    "Group" => {
                        groups.insert(subject.name.clone());
                    }
                    _ => {}
                }
                index.bind(binding, subject, RoleBindingAt { place, role });
            }
        }
        index.users = users.into_iter().collect();
        index.groups = groups.into_iter().collect();
        index
    }

    fn read_roles(&mut self, inventory: &'i Inventory, without: &[Change]) -> RoleNumbers<'i> {
        let mut numbers = BTreeMap::new();
        let object = |kind: &str, namespace: Option<&str>, name: &str| ObjectRef {
            kind: kind.to_owned(),
            namespace: namespace.map(str::to_owned),
            name: name.to_owned(),
            uid: None,
        };
        self.roles.push(BindableRole {
            object: object("ClusterRole", None, "cluster-admin"),
            granted: GrantedRights { any: RightSet::namespace_admin(), named: Vec::new() },
            built_in: true,
            aggregated: false,
        });
        let cluster_roles =
            inventory.cluster_roles.iter().map(|(name, role)| (None, name.as_str(), role));
        let roles = inventory.roles.iter();
        let roles =
            roles.map(|((namespace, name), role)| (Some(namespace.as_str()), name.as_str(), role));
        for (namespace, name, role) in cluster_roles.chain(roles) {
            let kind = if namespace.is_some() { "Role" } else { "ClusterRole" };
            let object = object(kind, namespace, name);
            let mut granted = GrantedRights::from_rules(&role.rules);
            for change in without {
                change.take_from_role(&object, &mut granted);
            }
            numbers.insert((namespace, name), index(self.roles.len()));
            self.roles.push(BindableRole {
                object,
                granted,
                built_in: role.metadata.is_built_in(),
                aggregated: role.aggregated,
            });
        }
        numbers
    }

    fn bind(&mut self, binding: &RoleBinding, subject: &Subject, role: RoleBindingAt) {
        let held = match subject.kind.as_str() {
            "User" => self.by_user.entry(subject.name.clone()).or_default(),
            "Group" => self.by_group.entry(subject.name.clone()).or_default(),
            "ServiceAccount" => {
                let own = Some(subject.namespace.as_str()).filter(|n| !n.is_empty());
                let Some(namespace) = own.or(binding.metadata.namespace.as_deref()) else {
                    return;
                };
                self.by_user.entry(account_user(namespace, &subject.name)).or_default()
            }
            _ => return,
        };
        held.push(role);
    }

    /// The number of a user that is no ServiceAccount.
    pub(in crate::reach) fn user(&self, name: &str) -> Option<u32> {
        find(&self.users, name)
    }

    /// The number of a group.
    pub(in crate::reach) fn group(&self, name: &str) -> Option<u32> {
        find(&self.groups, name)
    }

    /// What a ServiceAccount holds, through its groups too.
    pub(in crate::reach) fn held_by_account(
        &self,
        namespace: &str,
        name: &str,
    ) -> Vec<RoleBindingAt> {
        let own = namespace_group(namespace);
        let groups = GROUPS_OF_EVERY_ACCOUNT.into_iter().chain([own.as_str()]);
        let of_groups = groups.filter_map(|group| self.by_group.get(group));
        let own = self.by_user.get(&account_user(namespace, name)).into_iter();
        own.chain(of_groups).flatten().copied().collect()
    }

    /// What a user by that name holds, who has no groups but the one that all have.
    pub(in crate::reach) fn held_by_user(&self, user: &str) -> Vec<RoleBindingAt> {
        self.with_everybodys(self.by_user.get(user))
    }

    /// What a member of a group holds.
    pub(in crate::reach) fn held_by_group(&self, group: &str) -> Vec<RoleBindingAt> {
        self.with_everybodys(self.by_group.get(group))
    }

    fn with_everybodys(&self, own: Option<&Vec<RoleBindingAt>>) -> Vec<RoleBindingAt> {
        let all = self.by_group.get(AUTHENTICATED);
        own.into_iter().chain(all).flatten().copied().collect()
    }
}

/// The role that a binding names; `None` if it does not exist.
fn role_number(numbers: &RoleNumbers, binding: &RoleBinding) -> Option<u32> {
    let is_role = binding.role_ref.kind == "Role";
    let namespace = binding.metadata.namespace.as_deref().filter(|_| is_role);
    if is_role && namespace.is_none() {
        return None;
    }
    numbers.get(&(namespace, binding.role_ref.name.as_str())).copied()
}
