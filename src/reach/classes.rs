//! Classes of identities: those that hold the same roles in the same places have the same rights,
//! which are put together once.

use std::collections::BTreeMap;

use super::held::Held;
use super::right::{Right, Rights};
use super::world::{Holding, Place, World, index};

/// What identities of one class may do.
#[derive(Clone, Debug)]
pub(super) struct IdentityClass {
    /// Sorted.
    pub(super) holdings: Vec<Holding>,
    /// In the whole cluster.
    pub(super) cluster: Held,
    /// In namespaces where RoleBindings say more: that, and what holds in the whole cluster.
    pub(super) local: BTreeMap<u32, Held>,
}

impl IdentityClass {
    fn new(world: &World, holdings: Vec<Holding>) -> Self {
        let mut cluster = Held::default();
        let mut local: BTreeMap<u32, Held> = BTreeMap::new();
        for (place, role) in &holdings {
            let held = &world.roles[*role as usize].held;
            match place {
                Place::Cluster => cluster.add(held, false),
                Place::EveryNamespace => cluster.add(held, true),
                Place::Namespace(_) if held.is_empty() => {}
                Place::Namespace(namespace) => local.entry(*namespace).or_default().add(held, true),
            }
        }
        cluster.tidy();
        for held in local.values_mut() {
            held.add(&cluster, true);
            held.tidy();
        }
        Self { holdings, cluster, local }
    }

    /// What may be done in a place.
    pub(super) fn held(&self, place: Place) -> &Held {
        match place {
            Place::Namespace(namespace) => self.local.get(&namespace).unwrap_or(&self.cluster),
            Place::Cluster | Place::EveryNamespace => &self.cluster,
        }
    }

    pub(super) fn is_idle(&self) -> bool {
        self.cluster.is_empty() && self.local.is_empty()
    }

    /// All of these on any object.
    pub(super) fn has(&self, place: Place, rights: &[Right]) -> bool {
        let held = self.held(place);
        rights.iter().all(|right| held.any.has(*right))
    }
}

/// The classes of a cluster.
#[derive(Default)]
pub(super) struct Classes {
    pub(super) all: Vec<IdentityClass>,
    numbers: BTreeMap<Vec<Holding>, u32>,
}

impl Classes {
    /// The class of who holds these.
    pub(super) fn intern(&mut self, world: &World, mut holdings: Vec<Holding>) -> u32 {
        holdings.sort_unstable();
        holdings.dedup();
        if let Some(known) = self.numbers.get(&holdings) {
            return *known;
        }
        let number = index(self.all.len());
        self.numbers.insert(holdings.clone(), number);
        self.all.push(IdentityClass::new(world, holdings));
        number
    }
}

/// What every ServiceAccount holds.
pub(super) const EVERYONE: [&str; 2] = ["system:authenticated", "system:serviceaccounts"];

impl World<'_> {
    pub(super) fn holdings_of_account(&self, account: u32) -> Vec<Holding> {
        let (namespace, name) = &self.accounts[account as usize];
        let namespace = &self.namespaces[*namespace as usize];
        let user = format!("system:serviceaccount:{namespace}:{name}");
        let group = format!("system:serviceaccounts:{namespace}");
        let groups = EVERYONE.into_iter().chain([group.as_str()]);
        let of_groups = groups.filter_map(|group| self.of_group.get(group));
        self.of_user.get(&user).into_iter().chain(of_groups).flatten().copied().collect()
    }

    /// A user by that name, who has no groups but the one that all have.
    pub(super) fn holdings_of_user(&self, user: &str) -> Vec<Holding> {
        let all = self.of_group.get(EVERYONE[0]);
        self.of_user.get(user).into_iter().chain(all).flatten().copied().collect()
    }

    pub(super) fn holdings_of_group(&self, group: &str) -> Vec<Holding> {
        let all = self.of_group.get(EVERYONE[0]);
        self.of_group.get(group).into_iter().chain(all).flatten().copied().collect()
    }
}

/// A set of these.
pub(super) fn set(rights: &[Right]) -> Rights {
    let mut set = Rights::NONE;
    for right in rights {
        set.insert(*right);
    }
    set
}
