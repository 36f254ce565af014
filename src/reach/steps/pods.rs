//! What containers and pods lead to, and what whoever has their node or namespace gets of them.

use std::collections::{BTreeMap, BTreeSet};

use crate::evidence::Certainty;
use crate::pss::Level;
use crate::rbac::Right;
use crate::reach::cluster::index::{ClusterIndex, WorkloadVariant};
use crate::reach::cluster::place::Place;
use crate::reach::cuts::change::Change;
use crate::reach::graph::vertex::{Hub, Vertex};
use crate::reach::pods::variant::PodVariant;
use crate::reach::rights::identities::IdentityClass;
use crate::reach::steps::builder::GraphBuilder;
use crate::reach::steps::kind::StepKind;
use crate::reach::steps::pod_index::PodIndex;

/// Adds the steps of pods.
pub(super) struct PodSteps<'a, 'i> {
    pub(super) cluster: &'a ClusterIndex<'i>,
    pub(super) pods: &'a PodIndex<'i>,
    /// The class of each ServiceAccount, by its number.
    pub(super) classes: Vec<&'a IdentityClass>,
    pub(super) without: &'a [Change],
    pub(super) graph: &'a mut GraphBuilder,
    /// What many pods of one node or namespace have, with the best certainty of each.
    pub(super) common: BTreeMap<(Vertex, StepKind, Vertex), Certainty>,
}

impl PodSteps<'_, '_> {
    pub(super) fn add(mut self) {
        for (number, variant) in self.cluster.variants.iter().enumerate() {
            let namespace = self.cluster.namespace(&variant.workload.namespace);
            if let Some(namespace) = namespace {
                self.variant(number, namespace, *variant);
            }
        }
        for ((from, kind, to), certainty) in self.common {
            self.graph.step(from, kind, to, certainty);
        }
    }

    fn common(&mut self, from: Vertex, kind: StepKind, to: Vertex, certainty: Certainty) {
        let best = self.common.entry((from, kind, to)).or_insert(certainty);
        *best = best.or(certainty);
    }

    fn variant(&mut self, number: usize, namespace: u32, variant: WorkloadVariant) {
        let WorkloadVariant { workload, pods } = variant;
        let facts = &pods.facts;
        let nodes: Vec<u32> = self.cluster.nodes_of(pods).collect();
        let keeps_tokens = !self.without.iter().any(|change| change.takes_token(workload));
        let keeps_escapes = !self.without.iter().any(|change| change.takes_escape(workload));
        let enforced = self.cluster.enforced[namespace as usize];
        let image = enforced.admits(facts.level).filter(|_| !facts.mirror);
        let mut mounted: BTreeSet<u32> = BTreeSet::new();
        let first = self.pods.first_containers[number];
        for (at, container) in (first..).zip(&facts.containers) {
            let own = Vertex::Container(at);
            let runs = !container.place.completed;
            if runs {
                self.graph.includes(Vertex::In(Hub::Containers, namespace), own);
            }
            if let Some(admitted) = image {
                // One that has ended starts again with its pod only.
                let certainty = admitted.and(Certainty::certain_if(runs));
                let images = Vertex::In(Hub::Images, namespace);
                self.graph.step(images, StepKind::Includes, own, certainty);
            }
            for token in container.tokens.iter().filter(|_| keeps_tokens) {
                let Some(account) = self.cluster.account(namespace, &token.account) else {
                    continue;
                };
                mounted.insert(account);
                let to = Vertex::Account(account);
                self.graph.step(own, StepKind::Token, to, token.certainty);
                // Whoever adds a container has the whole pod checked again.
                if let Some(admitted) = image {
                    let from = Vertex::In(Hub::PodTokens, namespace);
                    self.common(from, StepKind::Includes, to, token.certainty.and(admitted));
                }
                let class = self.classes[account as usize];
                for node in &nodes {
                    let on_node = Vertex::TokensOnNode(*node);
                    self.common(on_node, StepKind::NodePods, to, token.certainty);
                    if drives_pods_to_nodes(class) {
                        let (from, all) = (Vertex::Node(*node), Vertex::All(Hub::PodTokens));
                        self.common(from, StepKind::Steal, all, Certainty::Possible);
                    }
                }
                if container.logs.is_some() && keeps_escapes && reads_logs(class, namespace) {
                    self.escape(own, &nodes, Certainty::Possible);
                }
            }
            if let Some(escape) = container.escapes.first().filter(|_| keeps_escapes) {
                self.escape(own, &nodes, escape.certainty);
                for node in nodes.iter().filter(|_| runs) {
                    let (from, to) = (Vertex::OnNode(*node), Vertex::Node(*node));
                    self.common(from, StepKind::Escape, to, escape.certainty);
                }
            }
            self.share_processes(first, at, pods);
        }
        if facts.mirror {
            return;
        }
        let unmounted = self.cluster.account(namespace, &facts.account);
        let unmounted = unmounted.filter(|account| !mounted.contains(account));
        let privileged = enforced.admits(Level::Privileged);
        for node in nodes {
            if let Some(account) = unmounted {
                let (from, to) = (Vertex::NodeIdentity(node), Vertex::Account(account));
                self.common(from, StepKind::NodeIdentity, to, Certainty::Possible);
            }
            if let Some(certainty) = privileged {
                let from = Vertex::In(Hub::Nodes, namespace);
                self.common(from, StepKind::Includes, Vertex::Node(node), certainty);
            }
        }
    }

    /// Out to the nodes that run it; a pod that was not scheduled has one without a name.
    fn escape(&mut self, own: Vertex, nodes: &[u32], certainty: Certainty) {
        for node in nodes {
            self.graph.step(own, StepKind::Escape, Vertex::Node(*node), certainty);
        }
        if nodes.is_empty() {
            self.graph.step(own, StepKind::Escape, Vertex::SomeNode, certainty);
        }
    }

    /// To the other containers of the pod, once they run side by side.
    fn share_processes(&mut self, first: u32, number: u32, pods: &PodVariant) {
        let runs_beside = |role: &str| role != "init";
        let own = &pods.facts.containers[(number - first) as usize];
        if pods.facts.shared_processes.is_none() || !runs_beside(own.place.role) {
            return;
        }
        for (other, container) in (first..).zip(&pods.facts.containers) {
            let place = &container.place;
            if other != number && runs_beside(place.role) && !place.completed {
                let (from, to) = (Vertex::Container(number), Vertex::Container(other));
                self.graph.step(from, StepKind::SharedPid, to, Certainty::Possible);
            }
        }
    }
}

/// Whether it can drive pods from other nodes to one that it has.
fn drives_pods_to_nodes(class: &IdentityClass) -> bool {
    let has = |right| class.has(Place::Cluster, &[right]);
    (has(Right::NodeEdit) || has(Right::NodeStatusEdit))
        && (has(Right::PodDelete) || has(Right::PodEvict))
}

/// Whether it can have the kubelet read files of a node's log folder.
fn reads_logs(class: &IdentityClass, namespace: u32) -> bool {
    let has = |right| class.cluster.has(right);
    let pods = class.granted(Place::Namespace(namespace)).has(Right::PodLog);
    has(Right::NodesLog) || has(Right::NodesProxy) || pods
}
