//! An inventory as a shard writes it down, and as it is read again: the slim structures and nothing
//! else, so that it holds no secret either. The first shard has everything, the others have pods.

use serde::{Deserialize, Serialize};

use super::coverage::{Coverage, Resource, State};
use super::decode::Keep;
use super::pods::Pods;
use super::shard::Shard;
use super::{
    Inventory, Node, ObjectMeta, Owners, Partial, Role, RoleBinding, Secret, ServiceAccount,
};

/// What one shard has read.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    coverage: Vec<Coverage>,
    pods: Pods,
    others: Option<Others>,
}

/// What is not a pod.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Others {
    issuer: Option<String>,
    namespaces: Vec<ObjectMeta>,
    nodes: Vec<Node>,
    service_accounts: Vec<ServiceAccount>,
    secrets: Vec<Secret>,
    roles: Vec<Role>,
    cluster_roles: Vec<Role>,
    role_bindings: Vec<RoleBinding>,
    cluster_role_bindings: Vec<RoleBinding>,
    owners: Owners,
}

impl Part {
    /// What this shard has to tell.
    #[must_use]
    pub fn new(shard: Shard, inventory: Inventory) -> Self {
        let mut coverage: Vec<_> = inventory.coverages().collect();
        coverage.retain(|record| shard.is_first() || record.resource == Resource::Pods);
        let others = shard.is_first().then(|| Others {
            issuer: inventory.audiences.issuer,
            namespaces: inventory.namespaces.into_values().collect(),
            nodes: inventory.nodes.into_values().collect(),
            service_accounts: inventory.service_accounts.into_values().collect(),
            secrets: inventory.secrets.into_values().collect(),
            roles: inventory.roles.into_values().collect(),
            cluster_roles: inventory.cluster_roles.into_values().collect(),
            role_bindings: inventory.role_bindings.into_values().collect(),
            cluster_role_bindings: inventory.cluster_role_bindings.into_values().collect(),
            owners: inventory.owners,
        });
        Self { coverage, pods: inventory.pods, others }
    }

    /// As it was read, with the record of its pods apart.
    #[must_use]
    pub fn into_inventory(self) -> (Inventory, Coverage) {
        let mut inventory = Inventory::default();
        inventory.pods = self.pods;
        let mut pods = Coverage::new(Resource::Pods, State::Absent);
        for record in self.coverage {
            match record.resource {
                Resource::Pods => pods = record,
                kind => *inventory.coverage_mut(kind) = record,
            }
        }
        let Some(others) = self.others else { return (inventory, pods) };
        inventory.audiences.issuer = others.issuer;
        inventory.owners = others.owners;
        let namespaces = others.namespaces.into_iter().map(|metadata| Partial { metadata });
        keep(&mut inventory, Resource::Namespaces, namespaces);
        keep(&mut inventory, Resource::Nodes, others.nodes);
        keep(&mut inventory, Resource::ServiceAccounts, others.service_accounts);
        keep(&mut inventory, Resource::Secrets, others.secrets);
        keep(&mut inventory, Resource::Roles, others.roles);
        keep(&mut inventory, Resource::ClusterRoles, others.cluster_roles);
        keep(&mut inventory, Resource::RoleBindings, others.role_bindings);
        keep(&mut inventory, Resource::ClusterRoleBindings, others.cluster_role_bindings);
        (inventory, pods)
    }
}

fn keep<T: Keep>(
    inventory: &mut Inventory,
    resource: Resource,
    objects: impl IntoIterator<Item = T>,
) {
    objects.into_iter().for_each(|object| object.keep(inventory, resource, ""));
}
