//! What the graph is made of, before it is one: namespaces, ServiceAccounts and nodes by number,
//! and who holds which roles. All lists are sorted, so that nothing depends on the order of input.

use std::collections::{BTreeMap, BTreeSet};

use super::change::Change;
use super::held::Held;
use super::pods::{Class, PodVariants};
use super::right::Rights;
use crate::inventory::{
    CoverageState, Inventory, Resource, RoleBinding, SecretKind, TOKEN_ACCOUNT_ANNOTATION, Workload,
};
use crate::object::ObjectRef;
use crate::pss::{Labels, Level};

/// What Pod Security admission refuses in a namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Enforced {
    /// A label says this level.
    Level(Level),
    /// No label says, or the Namespace was not read: the cluster's default applies.
    Unknown,
}

impl Enforced {
    /// Whether pods of this level are admitted: surely, or at most.
    pub(super) fn admits(self, level: Level) -> Option<bool> {
        match self {
            Self::Level(enforced) => (level >= enforced).then_some(true),
            Self::Unknown => Some(level == Level::Restricted),
        }
    }
}

/// A role that a binding can name.
#[derive(Clone, Debug)]
pub(super) struct Role {
    pub(super) object: ObjectRef,
    pub(super) held: Held,
    /// Made by the API server at its start, so that nobody should change it.
    pub(super) built_in: bool,
    /// Takes in the rules of ClusterRoles with certain labels.
    pub(super) aggregated: bool,
}

/// Where a role is held: by number of the namespace, in the cluster, or in every namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    Cluster,
    /// By RoleBindings, so that cluster-scoped kinds are not in it.
    EveryNamespace,
    Namespace(u32),
}

/// Who holds it, and where: the subject's own bindings.
pub(super) type Holding = (Place, u32);

/// The parts of a cluster, by number.
pub(super) struct World<'i> {
    pub(super) inventory: &'i Inventory,
    pub(super) namespaces: Vec<String>,
    pub(super) enforced: Vec<Enforced>,
    /// Namespace and name.
    pub(super) accounts: Vec<(u32, String)>,
    pub(super) nodes: Vec<String>,
    /// Those with a control plane.
    pub(super) control_plane: BTreeSet<u32>,
    /// Subjects of kind User that are no ServiceAccounts, and Groups.
    pub(super) users: Vec<String>,
    pub(super) groups: Vec<String>,
    pub(super) roles: Vec<Role>,
    /// By user name and by group.
    pub(super) of_user: BTreeMap<String, Vec<Holding>>,
    pub(super) of_group: BTreeMap<String, Vec<Holding>>,
    /// The roles that existing bindings name, by place.
    pub(super) bound: BTreeMap<Place, Vec<(&'i str, u32)>>,
    pub(super) classes: Vec<(&'i Workload, &'i Class)>,
    /// ServiceAccounts with a token in a Secret: namespace, name of the Secret, account.
    pub(super) token_secrets: Vec<(u32, &'i str, u32)>,
    pub(super) secrets_listed: bool,
}

/// The role that holds every right of a namespace: what bind and escalate lead to.
pub(super) const ADMIN: u32 = 0;

impl<'i> World<'i> {
    pub(super) fn new(inventory: &'i Inventory, pods: &'i PodVariants, without: &[Change]) -> Self {
        let classes: Vec<_> = pods
            .classes
            .iter()
            .flat_map(|(workload, classes)| classes.iter().map(move |class| (workload, class)))
            .collect();
        let namespaces = namespaces(inventory, &classes);
        let number = |name: &str| find(&namespaces, name);
        let mut world = World {
            enforced: namespaces.iter().map(|name| enforced(inventory, name)).collect(),
            accounts: accounts(inventory, &classes, &number),
            nodes: nodes(inventory, &classes),
            control_plane: BTreeSet::new(),
            users: Vec::new(),
            groups: Vec::new(),
            roles: Vec::new(),
            of_user: BTreeMap::new(),
            of_group: BTreeMap::new(),
            bound: BTreeMap::new(),
            token_secrets: Vec::new(),
            secrets_listed: inventory.coverage(Resource::Secrets).pages > 0
                && inventory.coverage(Resource::Secrets).state == CoverageState::Complete,
            namespaces,
            inventory,
            classes,
        };
        world.control_plane(pods);
        world.secrets();
        world.bind(without);
        world
    }

    pub(super) fn namespace(&self, name: &str) -> Option<u32> {
        find(&self.namespaces, name)
    }

    pub(super) fn account(&self, namespace: u32, name: &str) -> Option<u32> {
        let found =
            self.accounts.binary_search_by(|(n, a)| (*n, a.as_str()).cmp(&(namespace, name)));
        found.ok().map(index)
    }

    pub(super) fn node(&self, name: &str) -> Option<u32> {
        find(&self.nodes, name)
    }

    /// The nodes that run pods of a class.
    pub(super) fn nodes_of(&self, class: &Class) -> impl Iterator<Item = u32> {
        class.nodes.iter().filter_map(|id| self.node(self.inventory.node_name(*id)))
    }

    fn control_plane(&mut self, pods: &PodVariants) {
        let labelled =
            self.inventory.nodes.values().filter(|node| node.metadata.has_control_plane_role());
        let named = labelled.map(|node| node.metadata.name.as_str());
        let all =
            named.chain(pods.control_plane.iter().map(|node| self.inventory.node_name(*node)));
        self.control_plane = all.filter_map(|name| find(&self.nodes, name)).collect();
    }

    fn secrets(&mut self) {
        let inventory = self.inventory;
        for ((namespace, name), secret) in &inventory.secrets {
            if !matches!(inventory.secret_kind(namespace, name), SecretKind::Token(_)) {
                continue;
            }
            let account = secret.metadata.annotations.get(TOKEN_ACCOUNT_ANNOTATION);
            let Some(number) = self.namespace(namespace) else { continue };
            if let Some(account) = account.and_then(|account| self.account(number, account)) {
                self.token_secrets.push((number, name, account));
            }
        }
    }

    /// Reads roles and bindings, but for what is taken away.
    fn bind(&mut self, without: &[Change]) {
        let mut numbers = BTreeMap::new();
        let object = |kind: &str, namespace: Option<&str>, name: &str| ObjectRef {
            kind: kind.to_owned(),
            namespace: namespace.map(str::to_owned),
            name: name.to_owned(),
            uid: None,
        };
        let admin = Held { any: Rights::admin(), named: Vec::new() };
        let cluster_admin = object("ClusterRole", None, "cluster-admin");
        self.roles.push(Role {
            object: cluster_admin,
            held: admin,
            built_in: true,
            aggregated: false,
        });
        let cluster =
            self.inventory.cluster_roles.iter().map(|(name, role)| ((None, name.as_str()), role));
        let own = self.inventory.roles.iter();
        let own =
            own.map(|((namespace, name), role)| ((Some(namespace.as_str()), name.as_str()), role));
        for ((namespace, name), role) in cluster.chain(own) {
            let kind = if namespace.is_some() { "Role" } else { "ClusterRole" };
            let object = object(kind, namespace, name);
            let mut held = Held::of(&role.rules);
            for change in without {
                change.take_from_role(&object, &mut held);
            }
            numbers.insert((namespace, name), index(self.roles.len()));
            self.roles.push(Role {
                object,
                held,
                built_in: role.metadata.is_built_in(),
                aggregated: role.aggregated,
            });
        }
        let inventory = self.inventory;
        let namespaced =
            inventory.role_bindings.values().filter(|b| b.metadata.namespace.is_some());
        let (mut users, mut groups) = (BTreeSet::new(), BTreeSet::new());
        for binding in inventory.cluster_role_bindings.values().chain(namespaced) {
            if without.iter().any(|change| change.deletes(binding)) {
                continue;
            }
            let Some(place) = self.place(binding) else { continue };
            let of =
                binding.metadata.namespace.as_deref().filter(|_| binding.role_ref.kind == "Role");
            let Some(role) = numbers.get(&(of, binding.role_ref.name.as_str())).copied() else {
                continue;
            };
            if binding.role_ref.kind == "Role" && of.is_none() {
                continue;
            }
            self.bound.entry(place).or_default().push((&binding.metadata.name, role));
            for subject in &binding.subjects {
                match subject.kind.as_str() {
                    "User" => {
                        if !subject.name.starts_with("system:serviceaccount:") {
                            users.insert(subject.name.clone());
                        }
                        self.of_user.entry(subject.name.clone()).or_default().push((place, role));
                    }
                    "Group" => {
                        groups.insert(subject.name.clone());
                        self.of_group.entry(subject.name.clone()).or_default().push((place, role));
                    }
                    "ServiceAccount" => {
                        let own = Some(subject.namespace.as_str()).filter(|n| !n.is_empty());
                        let namespace = own.or(binding.metadata.namespace.as_deref());
                        let Some(namespace) = namespace else { continue };
                        let user = format!("system:serviceaccount:{namespace}:{}", subject.name);
                        self.of_user.entry(user).or_default().push((place, role));
                    }
                    _ => {}
                }
            }
        }
        self.users = users.into_iter().collect();
        self.groups = groups.into_iter().collect();
    }

    fn place(&self, binding: &RoleBinding) -> Option<Place> {
        match binding.metadata.namespace.as_deref() {
            None => Some(Place::Cluster),
            Some(namespace) => self.namespace(namespace).map(Place::Namespace),
        }
    }
}

fn namespaces(inventory: &Inventory, classes: &[(&Workload, &Class)]) -> Vec<String> {
    let mut all: BTreeSet<&str> = inventory.namespaces.keys().map(String::as_str).collect();
    all.extend(inventory.service_accounts.keys().map(|(namespace, _)| namespace.as_str()));
    all.extend(inventory.role_bindings.keys().map(|(namespace, _)| namespace.as_str()));
    all.extend(classes.iter().map(|(workload, _)| workload.namespace.as_str()));
    all.into_iter().map(str::to_owned).collect()
}

/// Those that were read, and those that pods run as.
fn accounts(
    inventory: &Inventory,
    classes: &[(&Workload, &Class)],
    number: &impl Fn(&str) -> Option<u32>,
) -> Vec<(u32, String)> {
    let read = inventory.service_accounts.keys().map(|(namespace, name)| (namespace, name));
    let used = classes.iter().filter(|(_, class)| !class.facts.mirror);
    let used = used.map(|(workload, class)| (&workload.namespace, &class.facts.account));
    let all =
        read.chain(used).filter_map(|(namespace, name)| Some((number(namespace)?, name.clone())));
    all.collect::<BTreeSet<_>>().into_iter().collect()
}

fn nodes(inventory: &Inventory, classes: &[(&Workload, &Class)]) -> Vec<String> {
    let mut all: BTreeSet<&str> = inventory.nodes.keys().map(String::as_str).collect();
    let running = classes.iter().flat_map(|(_, class)| &class.nodes);
    all.extend(running.map(|node| inventory.node_name(*node)));
    all.into_iter().map(str::to_owned).collect()
}

fn enforced(inventory: &Inventory, name: &str) -> Enforced {
    let labels = inventory.namespaces.get(name).map(Labels::of);
    labels.and_then(|labels| labels.enforce.level).map_or(Enforced::Unknown, Enforced::Level)
}

fn find(sorted: &[String], name: &str) -> Option<u32> {
    sorted.binary_search_by(|other| other.as_str().cmp(name)).ok().map(index)
}

/// Numbers of things fit into 32 bits: a cluster has far fewer.
pub(super) fn index(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
