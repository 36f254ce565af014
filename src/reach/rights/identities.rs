//! Identities by what they hold: those that hold the same roles in the same places have the same
//! rights, which are put together once.

use std::collections::BTreeMap;

use super::granted::GrantedRights;
use crate::rbac::Right;
use crate::reach::cluster::place::{Place, RoleBindingAt, index};
use crate::reach::cluster::roles::RoleIndex;

/// What all identities that hold the same roles may do.
#[derive(Clone, Debug)]
pub(in crate::reach) struct IdentityClass {
    /// Sorted.
    pub(in crate::reach) bindings: Vec<RoleBindingAt>,
    /// In the whole cluster.
    pub(in crate::reach) cluster: GrantedRights,
    /// In namespaces where RoleBindings say more: that, and what holds in the whole cluster.
    pub(in crate::reach) local: BTreeMap<u32, GrantedRights>,
}

impl IdentityClass {
    fn new(roles: &RoleIndex, bindings: Vec<RoleBindingAt>) -> Self {
        let mut cluster = GrantedRights::default();
        let mut local: BTreeMap<u32, GrantedRights> = BTreeMap::new();
        for RoleBindingAt { place, role } in &bindings {
            let granted = &roles.roles[*role as usize].granted;
            match place {
                Place::Cluster => cluster.add(granted),
                Place::EveryNamespace => cluster.add_in_namespace(granted),
                Place::Namespace(_) if granted.is_empty() => {}
                Place::Namespace(namespace) => {
                    local.entry(*namespace).or_default().add_in_namespace(granted);
                }
            }
        }
        cluster.tidy();
        for granted in local.values_mut() {
            granted.add_in_namespace(&cluster);
            granted.tidy();
        }
        Self { bindings, cluster, local }
    }

    /// What may be done in a place.
    pub(in crate::reach) fn granted(&self, place: Place) -> &GrantedRights {
        match place {
            Place::Namespace(namespace) => self.local.get(&namespace).unwrap_or(&self.cluster),
            Place::Cluster | Place::EveryNamespace => &self.cluster,
        }
    }

    /// The whole cluster, and the namespaces where RoleBindings say more.
    pub(in crate::reach) fn places(&self) -> impl Iterator<Item = Place> {
        let local = self.local.keys().map(|namespace| Place::Namespace(*namespace));
        [Place::Cluster].into_iter().chain(local)
    }

    /// Whether it may do nothing that a path follows.
    pub(in crate::reach) fn is_idle(&self) -> bool {
        self.cluster.is_empty() && self.local.is_empty()
    }

    /// Whether all of these may be done on any object.
    pub(in crate::reach) fn has(&self, place: Place, rights: &[Right]) -> bool {
        let granted = self.granted(place);
        rights.iter().all(|right| granted.any.has(*right))
    }
}

/// The classes of a cluster, by number.
#[derive(Default)]
pub(in crate::reach) struct IdentityClasses {
    pub(in crate::reach) all: Vec<IdentityClass>,
    numbers: BTreeMap<Vec<RoleBindingAt>, u32>,
}

impl IdentityClasses {
    /// The class of whoever holds these.
    pub(in crate::reach) fn intern(
        &mut self,
        roles: &RoleIndex,
        mut bindings: Vec<RoleBindingAt>,
    ) -> u32 {
        bindings.sort_unstable();
        bindings.dedup();
        if let Some(known) = self.numbers.get(&bindings) {
            return *known;
        }
        let number = index(self.all.len());
        self.numbers.insert(bindings.clone(), number);
        self.all.push(IdentityClass::new(roles, bindings));
        number
    }
}
