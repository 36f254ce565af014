//! Everything that was read in one scan.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::aggregation::Aggregation;
use super::coverage::{Coverage, Resource, State};
use super::pods::Pods;
use super::tokens::ApiAudiences;
use super::{Node, ObjectMeta, Owners, Pod, Role, RoleBinding, Secret, ServiceAccount, Sharded};

/// Everything that was read in one scan.
#[derive(Clone, Debug, Default)]
pub struct Inventory {
    pub(super) pods: Pods,
    /// ServiceAccounts by namespace and name.
    pub service_accounts: BTreeMap<(String, String), ServiceAccount>,
    /// Namespaces by name.
    pub namespaces: BTreeMap<String, ObjectMeta>,
    /// Nodes by name.
    pub nodes: BTreeMap<String, Node>,
    /// Secrets whose type is known, by namespace and name; never their data.
    pub secrets: BTreeMap<(String, String), Secret>,
    /// Roles by namespace and name.
    pub roles: BTreeMap<(String, String), Role>,
    /// ClusterRoles by name.
    pub cluster_roles: BTreeMap<String, Role>,
    /// RoleBindings by namespace and name.
    pub role_bindings: BTreeMap<(String, String), RoleBinding>,
    /// ClusterRoleBindings by name.
    pub cluster_role_bindings: BTreeMap<String, RoleBinding>,
    /// Which audiences the API server accepts.
    pub audiences: ApiAudiences,
    /// Who owns the owners of pods.
    pub owners: Owners,
    /// The API server's minor version, for example 37; unknown for files.
    pub minor: Option<u32>,
    /// The namespaces that were asked for; empty for all.
    pub only: Vec<String>,
    /// If only a shard of the pods was read: how it was chosen.
    pub sharded: Option<Sharded>,
    /// Whether ClusterRoles are there that were not read, because every cluster has them.
    pub has_added_roles: bool,
    pub(super) aggregation: Aggregation,
    coverage: BTreeMap<Resource, Coverage>,
}

impl Inventory {
    /// The record of this kind.
    #[must_use]
    pub fn coverage(&self, resource: Resource) -> Coverage {
        let absent = || Coverage::new(resource, State::default());
        self.coverage.get(&resource).cloned().unwrap_or_else(absent)
    }

    /// The record of this kind, to add to.
    pub fn coverage_mut(&mut self, resource: Resource) -> &mut Coverage {
        let absent = || Coverage::new(resource, State::default());
        self.coverage.entry(resource).or_insert_with(absent)
    }

    /// The records of the kinds that an audit reads.
    pub fn coverages(&self) -> impl Iterator<Item = Coverage> {
        let requested = self.coverage.contains_key(&Resource::Secrets);
        let more = requested.then_some(Resource::Secrets);
        Resource::AUDIT.into_iter().chain(more).map(|resource| self.coverage(resource))
    }

    /// The ServiceAccount of that name, if it was read.
    #[must_use]
    pub fn service_account(&self, namespace: &str, name: &str) -> Option<&ServiceAccount> {
        self.service_accounts.get(&(namespace.to_owned(), name.to_owned()))
    }

    /// Takes over everything that was read into another inventory.
    pub fn absorb(&mut self, other: Self) {
        self.pods.absorb(other.pods);
        self.service_accounts.extend(other.service_accounts);
        self.namespaces.extend(other.namespaces);
        self.nodes.extend(other.nodes);
        self.secrets.extend(other.secrets);
        self.roles.extend(other.roles);
        self.cluster_roles.extend(other.cluster_roles);
        self.role_bindings.extend(other.role_bindings);
        self.cluster_role_bindings.extend(other.cluster_role_bindings);
        self.aggregation.absorb(other.aggregation);
        self.owners.absorb(other.owners);
        for (resource, record) in other.coverage {
            match self.coverage.entry(resource) {
                Entry::Vacant(place) => drop(place.insert(record)),
                Entry::Occupied(place) => place.into_mut().absorb(record),
            }
        }
    }

    /// Takes over the ClusterRoles that are not there yet, without counting them as read.
    pub fn add_cluster_roles(&mut self, mut other: Self) {
        self.has_added_roles = true;
        for (name, role) in other.cluster_roles {
            self.cluster_roles.entry(name).or_insert(role);
        }
        other.aggregation.absorb(std::mem::take(&mut self.aggregation));
        self.aggregation = other.aggregation;
    }

    /// Fills in the rules of aggregated ClusterRoles, as the controller manager does: for manifests,
    /// which leave it to that. What a cluster has stored is what counts there.
    pub fn aggregate(&mut self) {
        std::mem::take(&mut self.aggregation).fill(&mut self.cluster_roles);
    }

    /// Brings the pods into their order and drops those that were listed twice.
    pub fn finish(&mut self) {
        self.pods.finish();
    }

    /// One pod of each class, without its name, UID and node.
    pub fn pod_classes(&self) -> impl Iterator<Item = &Pod> {
        self.pods.classes()
    }

    /// Forgets ReplicaSets and Jobs without pods: most of a cluster's. Not for manifests, where
    /// templates belong to them.
    pub fn forget_unused_owners(&mut self) {
        let controllers = self.pods.classes().filter_map(|pod| pod.metadata.controller());
        let used = controllers.map(|owner| owner.uid.as_str()).collect();
        self.owners.retain(&used);
    }
}

/// The minor version in `v1.37.2`.
#[must_use]
pub fn minor_version(version: &str) -> Option<u32> {
    version.split('.').nth(1)?.trim_end_matches('+').parse().ok()
}
