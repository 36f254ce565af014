//! Namespaces, ServiceAccounts and nodes by number, the Secrets that hold tokens, and what each
//! namespace enforces. All lists are sorted, so that nothing depends on the order of input.

use std::collections::BTreeSet;

use super::place::{Place, find, index};
use super::roles::RoleIndex;
use crate::evidence::Certainty;
use crate::inventory::{
    CoverageState, Inventory, Resource, SecretKind, TOKEN_ACCOUNT_ANNOTATION, Workload,
};
use crate::pss::{Level, PodSecurityLabels};
use crate::reach::cuts::change::Change;
use crate::reach::pods::variant::{PodVariant, PodVariants};

/// What Pod Security admission refuses in a namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::reach) enum EnforcedLevel {
    /// A label says this level.
    Labelled(Level),
    /// No label says, or the Namespace was not read: the cluster's default applies.
    Unknown,
}

impl EnforcedLevel {
    /// Whether pods of this level are admitted; `None` if they are refused for sure.
    pub(in crate::reach) fn admits(self, level: Level) -> Option<Certainty> {
        match self {
            Self::Labelled(enforced) => (level >= enforced).then_some(Certainty::Certain),
            Self::Unknown => Some(Certainty::certain_if(level == Level::Restricted)),
        }
    }
}

/// A ServiceAccount.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::reach) struct Account {
    /// Number of its namespace.
    pub(in crate::reach) namespace: u32,
    pub(in crate::reach) name: String,
}

/// A Secret with the token of a ServiceAccount.
#[derive(Clone, Copy, Debug)]
pub(in crate::reach) struct TokenSecret<'i> {
    /// Number of its namespace.
    pub(in crate::reach) namespace: u32,
    pub(in crate::reach) name: &'i str,
    /// Number of the ServiceAccount.
    pub(in crate::reach) account: u32,
}

/// Pods of a workload that do not differ.
#[derive(Clone, Copy, Debug)]
pub(in crate::reach) struct WorkloadVariant<'i> {
    pub(in crate::reach) workload: &'i Workload,
    pub(in crate::reach) pods: &'i PodVariant,
}

/// The things of a cluster, by number.
pub(in crate::reach) struct ClusterIndex<'i> {
    inventory: &'i Inventory,
    pub(in crate::reach) namespaces: Vec<String>,
    /// What each namespace enforces, by its number.
    pub(in crate::reach) enforced: Vec<EnforcedLevel>,
    pub(in crate::reach) accounts: Vec<Account>,
    pub(in crate::reach) nodes: Vec<String>,
    /// The nodes that have a control plane.
    pub(in crate::reach) control_plane: BTreeSet<u32>,
    /// In the order of their workloads.
    pub(in crate::reach) variants: Vec<WorkloadVariant<'i>>,
    /// Sorted by namespace and name.
    pub(in crate::reach) token_secrets: Vec<TokenSecret<'i>>,
    pub(in crate::reach) secrets_listed: bool,
    pub(in crate::reach) rbac: RoleIndex<'i>,
}

impl<'i> ClusterIndex<'i> {
    /// Numbers everything in a cluster, but for what the changes take away.
    pub(in crate::reach) fn new(
        inventory: &'i Inventory,
        pods: &'i PodVariants,
        without: &[Change],
    ) -> Self {
        let all = pods.by_workload.iter();
        let variants: Vec<_> = all
            .flat_map(|(workload, variants)| {
                variants.iter().map(move |pods| WorkloadVariant { workload, pods })
            })
            .collect();
        let namespaces = namespaces(inventory, &variants);
        let nodes = nodes(inventory, &variants);
        let secrets = inventory.coverage(Resource::Secrets);
        let mut cluster = Self {
            enforced: namespaces.iter().map(|name| enforced(inventory, name, without)).collect(),
            accounts: accounts(inventory, &variants, &namespaces),
            control_plane: control_plane(inventory, pods, &nodes),
            nodes,
            token_secrets: Vec::new(),
            secrets_listed: secrets.pages > 0 && secrets.state == CoverageState::Complete,
            rbac: RoleIndex::new(inventory, &namespaces, without),
            namespaces,
            inventory,
            variants,
        };
        cluster.token_secrets = cluster.token_secrets();
        cluster
    }

    /// The number of a namespace.
    pub(in crate::reach) fn namespace(&self, name: &str) -> Option<u32> {
        find(&self.namespaces, name)
    }

    /// The name of a namespace.
    pub(in crate::reach) fn namespace_name(&self, number: u32) -> &str {
        &self.namespaces[number as usize]
    }

    /// The number of a ServiceAccount.
    pub(in crate::reach) fn account(&self, namespace: u32, name: &str) -> Option<u32> {
        let key =
            |account: &Account| (account.namespace, account.name.as_str()).cmp(&(namespace, name));
        self.accounts.binary_search_by(key).ok().map(index)
    }

    /// The number of a node.
    pub(in crate::reach) fn node(&self, name: &str) -> Option<u32> {
        find(&self.nodes, name)
    }

    /// The nodes that run these pods.
    pub(in crate::reach) fn nodes_of(&self, pods: &PodVariant) -> impl Iterator<Item = u32> {
        pods.nodes.iter().filter_map(|id| self.node(self.inventory.node_name(*id)))
    }

    /// The ServiceAccount whose token this Secret holds.
    pub(in crate::reach) fn token_secret(&self, namespace: u32, name: &str) -> Option<u32> {
        let key = |secret: &TokenSecret| (secret.namespace, secret.name).cmp(&(namespace, name));
        let at = self.token_secrets.binary_search_by(key).ok()?;
        Some(self.token_secrets[at].account)
    }

    /// Whether a Secret there is known to hold a token.
    pub(in crate::reach) fn has_token_secrets(&self, place: Place) -> bool {
        self.token_secrets.iter().any(|secret| match place {
            Place::Namespace(namespace) => secret.namespace == namespace,
            Place::Cluster | Place::EveryNamespace => true,
        })
    }

    fn token_secrets(&self) -> Vec<TokenSecret<'i>> {
        let inventory = self.inventory;
        let tokens = inventory.secrets.iter().filter(|((namespace, name), _)| {
            matches!(inventory.secret_kind(namespace, name), SecretKind::Token(_))
        });
        let token = tokens.filter_map(|((namespace, name), secret)| {
            let namespace = self.namespace(namespace)?;
            let account = secret.metadata.annotations.get(TOKEN_ACCOUNT_ANNOTATION)?;
            let account = self.account(namespace, account)?;
            Some(TokenSecret { namespace, name, account })
        });
        token.collect()
    }
}

fn namespaces(inventory: &Inventory, variants: &[WorkloadVariant]) -> Vec<String> {
    let mut all: BTreeSet<&str> = inventory.namespaces.keys().map(String::as_str).collect();
    all.extend(inventory.service_accounts.keys().map(|(namespace, _)| namespace.as_str()));
    all.extend(inventory.role_bindings.keys().map(|(namespace, _)| namespace.as_str()));
    all.extend(variants.iter().map(|variant| variant.workload.namespace.as_str()));
    all.into_iter().map(str::to_owned).collect()
}

/// Those that were read, and those that pods run as.
fn accounts(
    inventory: &Inventory,
    variants: &[WorkloadVariant],
    namespaces: &[String],
) -> Vec<Account> {
    let read = inventory.service_accounts.keys().map(|(namespace, name)| (namespace, name));
    let used = variants.iter().filter(|variant| !variant.pods.facts.mirror);
    let used = used.map(|variant| (&variant.workload.namespace, &variant.pods.facts.account));
    let all = read.chain(used).filter_map(|(namespace, name)| {
        Some(Account { namespace: find(namespaces, namespace)?, name: name.clone() })
    });
    all.collect::<BTreeSet<_>>().into_iter().collect()
}

fn nodes(inventory: &Inventory, variants: &[WorkloadVariant]) -> Vec<String> {
    let mut all: BTreeSet<&str> = inventory.nodes.keys().map(String::as_str).collect();
    let running = variants.iter().flat_map(|variant| &variant.pods.nodes);
    all.extend(running.map(|node| inventory.node_name(*node)));
    all.into_iter().map(str::to_owned).collect()
}

fn control_plane(inventory: &Inventory, pods: &PodVariants, nodes: &[String]) -> BTreeSet<u32> {
    let labelled = inventory.nodes.values().filter(|node| node.metadata.has_control_plane_role());
    let labelled = labelled.map(|node| node.metadata.name.as_str());
    let running = pods.control_plane.iter().map(|node| inventory.node_name(*node));
    labelled.chain(running).filter_map(|name| find(nodes, name)).collect()
}

fn enforced(inventory: &Inventory, name: &str, without: &[Change]) -> EnforcedLevel {
    if without.iter().any(|change| change.enforces(name)) {
        return EnforcedLevel::Labelled(Level::Baseline);
    }
    let labels = inventory.namespaces.get(name).map(PodSecurityLabels::from_metadata);
    let level = labels.and_then(|labels| labels.enforce.level);
    level.map_or(EnforcedLevel::Unknown, EnforcedLevel::Labelled)
}
