//! The roles that identities can give themselves: with `bind` by a binding, with `escalate` by
//! writing into a role that they have, or into one that such a role takes in. Whoever may bind only
//! what it holds already gains nothing.

use super::granted::GrantedRights;
use super::identities::IdentityClass;
use crate::rbac::Right;
use crate::reach::cluster::index::ClusterIndex;
use crate::reach::cluster::place::{Place, RoleBindingAt};
use crate::reach::cluster::roles::{ADMIN, BindableRole};

/// What an identity of the class can give itself.
#[derive(Default)]
pub(in crate::reach) struct SelfGrant {
    /// The whole cluster at once.
    pub(in crate::reach) everything: bool,
    pub(in crate::reach) bindings: Vec<RoleBindingAt>,
}

fn is_cluster_role(role: &BindableRole) -> bool {
    role.object.namespace.is_none()
}

/// The roles that it can bind to itself.
pub(in crate::reach) fn by_bind(cluster: &ClusterIndex, class: &IdentityClass) -> SelfGrant {
    let whole = &class.cluster;
    let mut grant = SelfGrant::default();
    if whole.any.has(Right::ClusterRoleBindingCreate) {
        if whole.any.has(Right::ClusterRoleBind) {
            grant.everything = true;
            return grant;
        }
        bindable(cluster, whole, Place::Cluster, &mut grant);
    }
    if whole.has(Right::ClusterRoleBindingEdit) {
        rebind(cluster, whole, Place::Cluster, Right::ClusterRoleBindingEdit, &mut grant);
    }
    if whole.any.has(Right::RoleBindingCreate) {
        bindable(cluster, whole, Place::EveryNamespace, &mut grant);
    }
    if whole.has(Right::RoleBindingEdit) {
        for place in cluster.rbac.bound.keys().filter(|place| **place != Place::Cluster) {
            rebind(cluster, class.granted(*place), *place, Right::RoleBindingEdit, &mut grant);
        }
    }
    for (namespace, local) in &class.local {
        let place = Place::Namespace(*namespace);
        if local.any.has(Right::RoleBindingCreate) {
            bindable(cluster, local, place, &mut grant);
        }
        if local.has(Right::RoleBindingEdit) {
            rebind(cluster, local, place, Right::RoleBindingEdit, &mut grant);
        }
    }
    grant
}

/// New bindings.
fn bindable(cluster: &ClusterIndex, may: &GrantedRights, place: Place, grant: &mut SelfGrant) {
    if place != Place::Cluster && may.any.has(Right::ClusterRoleBind) {
        // cluster-admin is one of them.
        return grant.bindings.push(RoleBindingAt { place, role: ADMIN });
    }
    if !may.has(Right::ClusterRoleBind) && !may.has(Right::RoleBind) {
        return;
    }
    for (role, number) in cluster.rbac.roles.iter().zip(0..).skip(1) {
        let name = &role.object.name;
        if is_cluster_role(role) {
            if may.has_on(Right::ClusterRoleBind, name) {
                grant.bindings.push(RoleBindingAt { place, role: number });
            }
            continue;
        }
        let namespace = role.object.namespace.as_deref().and_then(|name| cluster.namespace(name));
        let Some(own) = namespace.map(Place::Namespace) else { continue };
        if (place == Place::EveryNamespace || place == own) && may.has_on(Right::RoleBind, name) {
            grant.bindings.push(RoleBindingAt { place: own, role: number });
        }
    }
}

/// Bindings that exist, with a subject more: their roles cannot change.
fn rebind(
    cluster: &ClusterIndex,
    may: &GrantedRights,
    place: Place,
    edit: Right,
    grant: &mut SelfGrant,
) {
    for bound in cluster.rbac.bound.get(&place).into_iter().flatten() {
        let role = &cluster.rbac.roles[bound.role as usize];
        let bind = if is_cluster_role(role) { Right::ClusterRoleBind } else { Right::RoleBind };
        if may.has_on(edit, bound.binding) && may.has_on(bind, &role.object.name) {
            grant.bindings.push(RoleBindingAt { place, role: bound.role });
        }
    }
}

/// The rights that it can write into roles that it has.
pub(in crate::reach) fn by_escalate(cluster: &ClusterIndex, class: &IdentityClass) -> SelfGrant {
    let whole = &class.cluster;
    let mut grant = SelfGrant::default();
    let both = [Right::ClusterRoleEdit, Right::ClusterRoleEscalate];
    if class.has(Place::Cluster, &both) {
        // Every identity has a role that all have, for discovery.
        grant.everything = true;
        return grant;
    }
    for RoleBindingAt { place, role: number } in &class.bindings {
        let role = &cluster.rbac.roles[*number as usize];
        let name = &role.object.name;
        let (may, needs) = if is_cluster_role(role) {
            (whole, both)
        } else {
            (class.granted(*place), [Right::RoleEdit, Right::RoleEscalate])
        };
        let takes_in = role.aggregated && writes_labelled(whole);
        let writes = needs.into_iter().all(|right| may.has_on(right, name));
        if *number == ADMIN || !writes && !takes_in {
            continue;
        }
        match place {
            Place::Cluster => grant.everything = true,
            place => grant.bindings.push(RoleBindingAt { place: *place, role: ADMIN }),
        }
    }
    grant.bindings.extend(by_new_role(class));
    grant
}

/// Whether it can write every right into a ClusterRole, labelled for others to take in: a new one,
/// or one of those that it may change.
fn writes_labelled(may: &GrantedRights) -> bool {
    let (edit, escalate) = (Right::ClusterRoleEdit, Right::ClusterRoleEscalate);
    let new = may.any.has(Right::ClusterRoleCreate) && may.any.has(escalate);
    let mut named = may.names(edit).chain(may.names(escalate));
    new || named.any(|name| may.has_on(edit, name) && may.has_on(escalate, name))
}

/// Binds to itself a new role that grants nothing more, and then writes every right into it.
fn by_new_role(class: &IdentityClass) -> Vec<RoleBindingAt> {
    let needs = [Right::RoleCreate, Right::RoleEdit, Right::RoleEscalate, Right::RoleBindingCreate];
    if class.has(Place::EveryNamespace, &needs) {
        return vec![RoleBindingAt { place: Place::EveryNamespace, role: ADMIN }];
    }
    let local = class.local.keys().map(|namespace| Place::Namespace(*namespace));
    let local = local.filter(|place| class.has(*place, &needs));
    local.map(|place| RoleBindingAt { place, role: ADMIN }).collect()
}
