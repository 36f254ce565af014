//! The roles that identities can give themselves: with `bind` by a binding, with `escalate` by
//! writing into a role that they have, or one that such a role takes in. Whoever may bind only what it holds already gains nothing.

use super::classes::IdentityClass;
use super::held::Held;
use super::right::Right;
use super::world::{ADMIN, Holding, Place, Role, World, index};

/// What an identity of the class can give itself.
pub(super) struct Gain {
    /// The whole cluster at once.
    pub(super) everything: bool,
    pub(super) holdings: Vec<Holding>,
}

fn is_cluster_role(role: &Role) -> bool {
    role.object.namespace.is_none()
}

/// Whether the right is held on the object of this name.
fn on(held: &Held, right: Right, name: &str) -> bool {
    held.any.has(right) || held.names(right).any(|held| held == name)
}

/// By binding roles to itself.
pub(super) fn by_bind(world: &World, class: &IdentityClass) -> Gain {
    let cluster = &class.cluster;
    let mut gain = Gain { everything: false, holdings: Vec::new() };
    if cluster.any.has(Right::ClusterRoleBindingCreate) {
        if cluster.any.has(Right::ClusterRoleBind) {
            gain.everything = true;
            return gain;
        }
        bindable(world, cluster, Place::Cluster, &mut gain);
    }
    if cluster.has(Right::ClusterRoleBindingEdit) {
        rebind(world, cluster, Place::Cluster, Right::ClusterRoleBindingEdit, &mut gain);
    }
    if cluster.any.has(Right::RoleBindingCreate) {
        bindable(world, cluster, Place::EveryNamespace, &mut gain);
    }
    if cluster.has(Right::RoleBindingEdit) {
        for place in world.bound.keys().filter(|place| **place != Place::Cluster) {
            rebind(world, class.held(*place), *place, Right::RoleBindingEdit, &mut gain);
        }
    }
    for (namespace, held) in &class.local {
        let place = Place::Namespace(*namespace);
        if held.any.has(Right::RoleBindingCreate) {
            bindable(world, held, place, &mut gain);
        }
        if held.has(Right::RoleBindingEdit) {
            rebind(world, held, place, Right::RoleBindingEdit, &mut gain);
        }
    }
    gain
}

/// New bindings.
fn bindable(world: &World, held: &Held, place: Place, gain: &mut Gain) {
    if place != Place::Cluster && held.any.has(Right::ClusterRoleBind) {
        // cluster-admin is one of them.
        return gain.holdings.push((place, ADMIN));
    }
    if !held.has(Right::ClusterRoleBind) && !held.has(Right::RoleBind) {
        return;
    }
    for (role, number) in world.roles.iter().zip(0..).skip(1) {
        let name = &role.object.name;
        if is_cluster_role(role) {
            if on(held, Right::ClusterRoleBind, name) {
                gain.holdings.push((place, number));
            }
            continue;
        }
        let of = role.object.namespace.as_deref().and_then(|name| world.namespace(name));
        let Some(own) = of.map(Place::Namespace) else { continue };
        if (place == Place::EveryNamespace || place == own) && on(held, Right::RoleBind, name) {
            gain.holdings.push((own, number));
        }
    }
}

/// Bindings that exist, with a subject more: their roles cannot change.
fn rebind(world: &World, held: &Held, place: Place, edit: Right, gain: &mut Gain) {
    for (binding, number) in world.bound.get(&place).into_iter().flatten() {
        let role = &world.roles[*number as usize];
        let bind = if is_cluster_role(role) { Right::ClusterRoleBind } else { Right::RoleBind };
        if on(held, edit, binding) && on(held, bind, &role.object.name) {
            gain.holdings.push((place, *number));
        }
    }
}

/// By writing into roles that it has.
pub(super) fn by_escalate(world: &World, class: &IdentityClass) -> Gain {
    let cluster = &class.cluster;
    let mut gain = Gain { everything: false, holdings: Vec::new() };
    let both = [Right::ClusterRoleEdit, Right::ClusterRoleEscalate];
    if class.has(Place::Cluster, &both) {
        // Every identity has a role that all have, for discovery.
        gain.everything = true;
        return gain;
    }
    for (place, number) in &class.holdings {
        let role = &world.roles[*number as usize];
        let name = &role.object.name;
        let (held, needs) = if is_cluster_role(role) {
            (cluster, both)
        } else {
            (class.held(*place), [Right::RoleEdit, Right::RoleEscalate])
        };
        let takes_in = role.aggregated && writes_labelled(cluster);
        let writes = needs.into_iter().all(|right| on(held, right, name));
        if *number == ADMIN || !writes && !takes_in {
            continue;
        }
        match place {
            Place::Cluster => gain.everything = true,
            place => gain.holdings.push((*place, ADMIN)),
        }
    }
    gain.holdings.extend(by_new_role(class));
    gain
}

/// Whether it can write every right into a ClusterRole, labelled for others to take in: a new one,
/// or one of those that it may change.
fn writes_labelled(cluster: &Held) -> bool {
    let (edit, escalate) = (Right::ClusterRoleEdit, Right::ClusterRoleEscalate);
    let new = cluster.any.has(Right::ClusterRoleCreate) && cluster.any.has(escalate);
    let mut named = cluster.names(edit).chain(cluster.names(escalate));
    new || named.any(|name| on(cluster, edit, name) && on(cluster, escalate, name))
}

/// Binds to itself a new role that grants nothing more, and then writes every right into it.
fn by_new_role(class: &IdentityClass) -> Vec<Holding> {
    let needs = [Right::RoleCreate, Right::RoleEdit, Right::RoleEscalate, Right::RoleBindingCreate];
    if class.has(Place::EveryNamespace, &needs) {
        return vec![(Place::EveryNamespace, ADMIN)];
    }
    let local = class.local.keys().map(|namespace| Place::Namespace(*namespace));
    local.filter(|place| class.has(*place, &needs)).map(|place| (place, ADMIN)).collect()
}

impl World<'_> {
    /// The ServiceAccount whose token this Secret holds.
    pub(super) fn token_secret(&self, namespace: u32, name: &str) -> Option<u32> {
        let key = |(n, secret, _): &(u32, &str, u32)| (*n, *secret).cmp(&(namespace, name));
        let at = self.token_secrets.binary_search_by(key).ok()?;
        Some(self.token_secrets[at].2)
    }

    /// Whether a Secret there is known to hold a token.
    pub(super) fn has_token_secrets(&self, place: Place) -> bool {
        self.token_secrets.iter().any(|(n, ..)| match place {
            Place::Namespace(namespace) => *n == namespace,
            Place::Cluster | Place::EveryNamespace => true,
        })
    }

    pub(super) fn user(&self, name: &str) -> Option<u32> {
        self.users.binary_search_by(|user| user.as_str().cmp(name)).ok().map(index)
    }

    pub(super) fn group(&self, name: &str) -> Option<u32> {
        self.groups.binary_search_by(|group| group.as_str().cmp(name)).ok().map(index)
    }
}
