//! Puts the graph together: the steps of hubs, nodes and pods, and those of every class of
//! identities, with the classes that these can make themselves one of.

use std::collections::BTreeMap;

use super::builder::GraphBuilder;
use super::collector::StepCollector;
use super::kind::StepKind;
use super::nodes::{add_hubs, add_nodes};
use super::pod_index::PodIndex;
use super::pods::PodSteps;
use crate::evidence::Certainty;
use crate::rbac::{Right, ServerVersion};
use crate::reach::cluster::index::ClusterIndex;
use crate::reach::cluster::place::{Place, RoleBindingAt};
use crate::reach::cuts::change::Change;
use crate::reach::graph::edges::Graph;
use crate::reach::graph::vertex::{Vertex, VertexCounts, VertexIndex};
use crate::reach::rights::identities::{IdentityClass, IdentityClasses};
use crate::reach::rights::self_grant::{SelfGrant, by_bind, by_escalate};

/// The graph, and what its numbers mean.
pub(in crate::reach) struct AttackGraph<'i> {
    pub(in crate::reach) cluster: ClusterIndex<'i>,
    pub(in crate::reach) pods: PodIndex<'i>,
    pub(in crate::reach) graph: Graph,
    /// What identities of a class can give themselves, by class and step.
    pub(in crate::reach) self_grants: BTreeMap<(u32, StepKind), Vec<RoleBindingAt>>,
}

/// An identity of the cluster, and the number of its class.
struct Subject {
    vertex: Vertex,
    class: u32,
}

impl<'i> AttackGraph<'i> {
    pub(in crate::reach) fn new(
        cluster: ClusterIndex<'i>,
        version: ServerVersion,
        without: &[Change],
    ) -> Self {
        let pods = PodIndex::new(&cluster);
        let mut graph = GraphBuilder::new(VertexIndex::new(VertexCounts {
            namespaces: cluster.namespaces.len(),
            nodes: cluster.nodes.len(),
            accounts: cluster.accounts.len(),
            users: cluster.rbac.users.len(),
            groups: cluster.rbac.groups.len(),
            containers: pods.containers.len(),
        }));
        add_hubs(&cluster, &mut graph);
        add_nodes(&cluster, &mut graph);
        let (mut classes, subjects) = identities(&cluster);
        // ServiceAccounts come first, in the order of their numbers.
        let accounts = subjects.iter().take(cluster.accounts.len());
        let of_accounts = accounts.map(|subject| &classes.all[subject.class as usize]).collect();
        let steps = PodSteps {
            cluster: &cluster,
            pods: &pods,
            classes: of_accounts,
            without,
            graph: &mut graph,
            common: BTreeMap::new(),
        };
        steps.add();
        graph.vertices.add_classes(classes.all.len());
        for Subject { vertex, class } in subjects {
            if !classes.all[class as usize].is_idle() {
                graph.includes(vertex, Vertex::Rights(class));
            }
        }
        let self_grants = add_rights(&cluster, &pods, version, &mut classes, &mut graph);
        let graph = graph.finish();
        Self { cluster, pods, graph, self_grants }
    }

    /// The namespace of an object that a right can name.
    pub(in crate::reach) fn home(&self, vertex: Vertex) -> Option<u32> {
        match vertex {
            Vertex::Account(account) => Some(self.cluster.accounts[account as usize].namespace),
            Vertex::Container(container) => {
                let at = self.pods.containers[container as usize];
                let workload = self.cluster.variants[at.variant].workload;
                self.cluster.namespace(&workload.namespace)
            }
            _ => None,
        }
    }
}

/// Every identity, ServiceAccounts first, with its class.
fn identities(cluster: &ClusterIndex) -> (IdentityClasses, Vec<Subject>) {
    let roles = &cluster.rbac;
    let mut classes = IdentityClasses::default();
    let mut subjects = Vec::new();
    let mut add = |vertex, bindings| {
        subjects.push(Subject { vertex, class: classes.intern(roles, bindings) });
    };
    for (account, number) in cluster.accounts.iter().zip(0..) {
        let namespace = cluster.namespace_name(account.namespace);
        add(Vertex::Account(number), roles.held_by_account(namespace, &account.name));
    }
    for (user, number) in roles.users.iter().zip(0..) {
        add(Vertex::User(number), roles.held_by_user(user));
    }
    for (group, number) in roles.groups.iter().zip(0..) {
        add(Vertex::Group(number), roles.held_by_group(group));
    }
    (classes, subjects)
}

/// Adds the steps of every class, and of those that it can make itself one of, which may be new.
fn add_rights(
    cluster: &ClusterIndex,
    pods: &PodIndex,
    version: ServerVersion,
    classes: &mut IdentityClasses,
    graph: &mut GraphBuilder,
) -> BTreeMap<(u32, StepKind), Vec<RoleBindingAt>> {
    let mut self_grants = BTreeMap::new();
    let mut number = 0;
    while let Some(class) = classes.all.get(number as usize).cloned() {
        let from = Vertex::Rights(number);
        if !class.is_idle() {
            let mut steps =
                StepCollector { cluster, pods, version, class: &class, from, graph: &mut *graph };
            steps.collect();
        }
        for (kind, grant) in self_grants_of(cluster, &class) {
            if grant.everything {
                graph.step(from, kind, Vertex::ClusterAdmin, Certainty::Certain);
            }
            let is_more = grant.bindings.iter().any(|held| !class.bindings.contains(held));
            if is_more {
                let all = class.bindings.iter().chain(&grant.bindings).copied().collect();
                let to = classes.intern(&cluster.rbac, all);
                graph.vertices.add_classes(classes.all.len());
                graph.step(from, kind, Vertex::Rights(to), Certainty::Certain);
            }
            if is_more || grant.everything {
                self_grants.insert((number, kind), grant.bindings);
            }
        }
        number += 1;
    }
    self_grants
}

/// What a class can give itself, by step; nothing where it has everything already.
fn self_grants_of(cluster: &ClusterIndex, class: &IdentityClass) -> Vec<(StepKind, SelfGrant)> {
    if class.is_idle() || class.has(Place::Cluster, &[Right::Everything]) {
        return Vec::new();
    }
    vec![
        (StepKind::Bind, by_bind(cluster, class)),
        (StepKind::Escalate, by_escalate(cluster, class)),
    ]
}
