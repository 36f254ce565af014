//! Everything that was read in one scan.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use serde::{Deserialize, Serialize};

use super::aggregation::Aggregation;
use super::audiences::ApiAudiences;
use super::collection::objects;
use super::coverage::{Coverage, CoverageState};
use super::kind::meta::ObjectMeta;
use super::kind::{Node, Role, RoleBinding, Secret, ServiceAccount};
use super::owner::Owners;
use super::pods::Pods;
use super::resource::Resource;
use super::shard::Sharded;

/// Everything that was read in one scan. What is serialized is what a shard tells of all kinds but
/// pods, which have a form of their own.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Inventory {
    /// Which audiences the API server accepts.
    #[serde(rename = "issuer")]
    pub audiences: ApiAudiences,
    /// Namespaces by name.
    #[serde(with = "objects")]
    pub namespaces: BTreeMap<String, ObjectMeta>,
    /// Nodes by name.
    #[serde(with = "objects")]
    pub nodes: BTreeMap<String, Node>,
    /// ServiceAccounts by namespace and name.
    #[serde(with = "objects")]
    pub service_accounts: BTreeMap<(String, String), ServiceAccount>,
    /// Secrets whose type is known, by namespace and name; never their data.
    #[serde(with = "objects")]
    pub secrets: BTreeMap<(String, String), Secret>,
    /// Roles by namespace and name.
    #[serde(with = "objects")]
    pub roles: BTreeMap<(String, String), Role>,
    /// ClusterRoles by name.
    #[serde(with = "objects")]
    pub cluster_roles: BTreeMap<String, Role>,
    /// RoleBindings by namespace and name.
    #[serde(with = "objects")]
    pub role_bindings: BTreeMap<(String, String), RoleBinding>,
    /// ClusterRoleBindings by name.
    #[serde(with = "objects")]
    pub cluster_role_bindings: BTreeMap<String, RoleBinding>,
    /// Who owns the owners of pods.
    pub owners: Owners,
    #[serde(skip)]
    pub(super) pods: Pods,
    /// The API server's minor version, for example 37; unknown for files.
    #[serde(skip)]
    pub minor: Option<u32>,
    /// The namespaces that were asked for; empty for all.
    #[serde(skip)]
    pub only: Vec<String>,
    /// If only a shard of the pods was read: how it was chosen.
    #[serde(skip)]
    pub sharded: Option<Sharded>,
    /// Whether ClusterRoles are there that were not read, because every cluster has them.
    #[serde(skip)]
    pub has_added_roles: bool,
    #[serde(skip)]
    pub(super) aggregation: Aggregation,
    #[serde(skip)]
    coverage: BTreeMap<Resource, Coverage>,
}

impl Inventory {
    /// The record of this kind.
    #[must_use]
    pub fn coverage(&self, resource: Resource) -> Coverage {
        let absent = || Coverage::new(resource, CoverageState::default());
        self.coverage.get(&resource).cloned().unwrap_or_else(absent)
    }

    /// The record of this kind, to add to.
    pub fn coverage_mut(&mut self, resource: Resource) -> &mut Coverage {
        let absent = || Coverage::new(resource, CoverageState::default());
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

    /// Takes over every object and record of another inventory; what the scan itself knows stays.
    pub fn absorb(&mut self, other: Self) {
        let Self {
            namespaces,
            nodes,
            service_accounts,
            secrets,
            roles,
            cluster_roles,
            role_bindings,
            cluster_role_bindings,
            owners,
            pods,
            aggregation,
            coverage,
            audiences: _,
            minor: _,
            only: _,
            sharded: _,
            has_added_roles: _,
        } = other;
        self.namespaces.extend(namespaces);
        self.nodes.extend(nodes);
        self.service_accounts.extend(service_accounts);
        self.secrets.extend(secrets);
        self.roles.extend(roles);
        self.cluster_roles.extend(cluster_roles);
        self.role_bindings.extend(role_bindings);
        self.cluster_role_bindings.extend(cluster_role_bindings);
        self.owners.absorb(owners);
        self.pods.absorb(pods);
        self.aggregation.absorb(aggregation);
        for (resource, record) in coverage {
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

    /// Forgets ReplicaSets and Jobs without pods: most of a cluster's. Not for manifests, where
    /// templates belong to them.
    pub fn forget_unused_owners(&mut self) {
        let controllers = self.pods.templates().filter_map(|pod| pod.metadata.controller());
        let used = controllers.map(|owner| owner.uid.as_str()).collect();
        self.owners.retain(&used);
    }
}

/// The minor version in `v1.37.2`.
#[must_use]
pub fn minor_version(version: &str) -> Option<u32> {
    version.split('.').nth(1)?.trim_end_matches('+').parse().ok()
}
