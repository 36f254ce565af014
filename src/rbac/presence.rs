//! Whether enough was read to say that something is not there.
//!
//! A server that lists a kind lists all of it. Files hold what somebody put in them: they are taken
//! for a whole cluster only by what every cluster has.

use crate::inventory::{CoverageState, Inventory, Resource};
use crate::object::ObjectRef;
use crate::posture::Gap;

/// What is known of an object that a binding names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Presence {
    /// It was read.
    There,
    /// It does not exist.
    Missing,
    /// Its namespace does not exist.
    NoNamespace,
    /// Not read, which says nothing.
    Unread(Gap),
}

/// Why not all bindings are known.
#[derive(Clone, Debug)]
pub(super) struct UnreadBindings {
    /// What was not read.
    pub(super) gap: Gap,
    /// Whether the input simply has none of some kind.
    pub(super) absent: bool,
}

/// What is known of a role, by kind, namespace and name.
pub(super) fn role(inventory: &Inventory, role: &ObjectRef, is_there: bool) -> Presence {
    let kind = match role.kind.as_str() {
        "ClusterRole" => Resource::ClusterRoles,
        "Role" => Resource::Roles,
        // The API server stores no other, and the authorizer grants nothing.
        _ => return Presence::Missing,
    };
    let always = || {
        if kind == Resource::ClusterRoles {
            return !inventory.has_added_roles
                && inventory.cluster_roles.contains_key("cluster-admin");
        }
        let reader = "extension-apiserver-authentication-reader";
        let key = ("kube-system".to_owned(), reader.to_owned());
        inventory.only.is_empty() && inventory.roles.contains_key(&key)
    };
    let is_whole = inventory.coverage(kind).pages > 0 || always();
    presence(inventory, kind, is_there, is_whole, role)
}

/// What is known of a ServiceAccount.
pub(super) fn account(inventory: &Inventory, namespace: &str, name: &str) -> Presence {
    let kind = Resource::ServiceAccounts;
    let object = ObjectRef {
        kind: kind.kind().to_owned(),
        namespace: Some(namespace.to_owned()),
        name: name.to_owned(),
        uid: None,
    };
    let is_there = inventory.service_account(namespace, name).is_some();
    let all_namespaces = inventory.only.is_empty()
        && inventory.coverage(Resource::Namespaces).state == CoverageState::Complete
        && inventory.namespaces.contains_key("kube-system");
    if !is_there && all_namespaces && !inventory.namespaces.contains_key(namespace) {
        return Presence::NoNamespace;
    }
    // Each namespace has its default, or gets it again.
    let is_whole = inventory.service_account(namespace, "default").is_some();
    presence(inventory, kind, is_there, is_whole, &object)
}

fn presence(
    inventory: &Inventory,
    kind: Resource,
    is_there: bool,
    is_whole: bool,
    object: &ObjectRef,
) -> Presence {
    let is_complete = inventory.coverage(kind).state == CoverageState::Complete;
    match (is_there, is_whole && is_complete) {
        (true, _) => Presence::There,
        (false, true) => Presence::Missing,
        (false, false) => {
            Presence::Unread(Gap::new(format!("{object} was not read"), resolve(inventory, kind)))
        }
    }
}

/// What is missing of the bindings; `None` if all were read.
pub(super) fn bindings(inventory: &Inventory) -> Option<UnreadBindings> {
    let mut kinds = [Resource::ClusterRoleBindings, Resource::RoleBindings];
    let state = |kind: &Resource| inventory.coverage(*kind).state;
    // What was asked for in vain comes before what nobody asked for.
    kinds.sort_by_key(|kind| state(kind) == CoverageState::Absent);
    if let Some(kind) = kinds.into_iter().find(|kind| state(kind) != CoverageState::Complete) {
        let reason = format!("{}s were not read, or not all", kind.kind());
        let gap = Gap::new(reason, resolve(inventory, kind));
        return Some(UnreadBindings { gap, absent: state(&kind) == CoverageState::Absent });
    }
    (!inventory.only.is_empty()).then(|| {
        let gap = Gap::new("RoleBindings of other namespaces were not read", ALL_NAMESPACES);
        UnreadBindings { gap, absent: false }
    })
}

const ALL_NAMESPACES: &str = "scan all namespaces";

fn resolve(inventory: &Inventory, kind: Resource) -> String {
    match inventory.coverage(kind).state {
        CoverageState::Incomplete | CoverageState::NotRequested => {
            format!("grant list on {}", kind.plural())
        }
        CoverageState::Complete if !inventory.only.is_empty() => ALL_NAMESPACES.to_owned(),
        CoverageState::Absent | CoverageState::Complete => {
            format!("include {} in the input", kind.plural())
        }
    }
}
