//! The ClusterRoles that no manifest brings, because every API server makes them: bindings to
//! `cluster-admin`, `admin`, `edit` and `view` mean the same in a file as in a cluster.

use super::document::DocumentReader;
use super::options::Options;
use crate::inventory::Inventory;

const ROLES: &str = include_str!("built_in.yaml");

/// Adds them if a binding names one that was not read. They do not count as read.
pub(super) fn add(inventory: &mut Inventory) {
    let cluster_wide = inventory.cluster_role_bindings.values();
    let names = cluster_wide.chain(inventory.role_bindings.values()).map(|b| &b.role_ref);
    let names = names.filter(|role| role.kind == "ClusterRole").map(|role| role.name.as_str());
    let mut missing = names.filter(|name| !inventory.cluster_roles.contains_key(*name));
    if missing.any(|name| matches!(name, "cluster-admin" | "admin" | "edit" | "view")) {
        let options = Options::default();
        let mut reader = DocumentReader::new(&options);
        // Reading what is in memory cannot fail.
        let _ = reader.text("built-in roles", ROLES.as_bytes());
        inventory.add_cluster_roles(reader.into_inventory());
    }
}
