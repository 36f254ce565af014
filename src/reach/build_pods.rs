//! What containers, pods and nodes lead to.

use std::collections::{BTreeMap, BTreeSet};

use super::build::Builder;
use super::classes::{Classes, IdentityClass};
use super::graph::{Hub, Vertex};
use super::kind::StepKind;
use super::pods::{Class, Token};
use super::right::Right;
use super::world::Place;
use crate::inventory::Workload;
use crate::pss::Level;

/// What pods of one node or namespace have, with the best certainty of each.
#[derive(Default)]
struct Parts(BTreeMap<(Vertex, StepKind, Vertex), bool>);

impl Parts {
    fn add(&mut self, from: Vertex, kind: StepKind, to: Vertex, certain: bool) {
        *self.0.entry((from, kind, to)).or_default() |= certain;
    }
}

impl Builder<'_, '_> {
    pub(super) fn pods(&mut self, classes: &Classes, subjects: &[(Vertex, u32)]) {
        let world = self.world;
        let may = |account: u32| &classes.all[subjects[account as usize].1 as usize];
        let mut parts = Parts::default();
        for (at, (workload, class)) in world.classes.iter().enumerate() {
            let Some(namespace) = world.namespace(&workload.namespace) else { continue };
            self.class(at, namespace, workload, class, &may, &mut parts);
        }
        for ((from, kind, to), certain) in parts.0 {
            self.edge(from, kind, to, certain);
        }
    }

    fn class<'c>(
        &mut self,
        at: usize,
        namespace: u32,
        workload: &Workload,
        class: &Class,
        may: &impl Fn(u32) -> &'c IdentityClass,
        parts: &mut Parts,
    ) {
        let world = self.world;
        let facts = &class.facts;
        let nodes: Vec<u32> = world.nodes_of(class).collect();
        let keeps_tokens = !self.without.iter().any(|change| change.takes_token(workload));
        let keeps_escapes = !self.without.iter().any(|change| change.takes_escape(workload));
        let image =
            world.enforced[namespace as usize].admits(facts.meets).filter(|_| !facts.mirror);
        let mut mounted: BTreeSet<u32> = BTreeSet::new();
        for (number, container) in (self.seen.first[at]..).zip(&facts.containers) {
            let own = Vertex::Container(number);
            if !container.place.completed {
                self.part(Vertex::In(Hub::Containers, namespace), own, true);
            }
            if let Some(certain) = image {
                // One that has ended starts again with its pod only.
                let certain = certain && !container.place.completed;
                self.part(Vertex::In(Hub::Images, namespace), own, certain);
            }
            let tokens = container.tokens.iter().filter(|_| keeps_tokens);
            for Token { account, certain, .. } in tokens {
                let Some(account) = world.account(namespace, account) else { continue };
                let to = Vertex::Account(account);
                mounted.insert(account);
                self.edge(own, StepKind::Token, to, *certain);
                // Whoever adds a container has the whole pod checked again.
                if let Some(sure) = image {
                    let from = Vertex::In(Hub::PodTokens, namespace);
                    parts.add(from, StepKind::Part, to, *certain && sure);
                }
                for node in &nodes {
                    parts.add(Vertex::Tokens(*node), StepKind::NodePods, to, *certain);
                    if steals(may(account)) {
                        let all = Vertex::All(Hub::PodTokens);
                        parts.add(Vertex::Node(*node), StepKind::Steal, all, false);
                    }
                }
                if container.logs.is_some() && keeps_escapes && reads_logs(may(account), namespace)
                {
                    self.out(own, &nodes, false);
                }
            }
            let way = container.escapes.first().filter(|_| keeps_escapes);
            if let Some(way) = way {
                self.out(own, &nodes, way.certain);
                for node in nodes.iter().filter(|_| !container.place.completed) {
                    parts.add(
                        Vertex::On(*node),
                        StepKind::Escape,
                        Vertex::Node(*node),
                        way.certain,
                    );
                }
            }
            self.share(at, number, class);
        }
        if facts.mirror {
            return;
        }
        let account = world.account(namespace, &facts.account).filter(|a| !mounted.contains(a));
        let ephemeral = world.enforced[namespace as usize].admits(Level::Privileged);
        for node in nodes {
            if let Some(account) = account {
                let (from, to) = (Vertex::NodeIdentity(node), Vertex::Account(account));
                parts.add(from, StepKind::NodeIdentity, to, false);
            }
            if let Some(certain) = ephemeral {
                let from = Vertex::In(Hub::Nodes, namespace);
                parts.add(from, StepKind::Part, Vertex::Node(node), certain);
            }
        }
    }

    /// Out to the nodes that run it; a pod that was not scheduled has one without a name.
    fn out(&mut self, own: Vertex, nodes: &[u32], certain: bool) {
        for node in nodes {
            self.edge(own, StepKind::Escape, Vertex::Node(*node), certain);
        }
        if nodes.is_empty() {
            self.edge(own, StepKind::Escape, Vertex::SomeNode, certain);
        }
    }

    /// To the other containers of the pod, once they run side by side.
    fn share(&mut self, at: usize, number: u32, class: &Class) {
        let is_side = |role: &str| role != "init";
        let first = self.seen.first[at];
        let own = &class.facts.containers[(number - first) as usize];
        if class.facts.shared.is_none() || !is_side(own.place.role) {
            return;
        }
        for (other, container) in (first..).zip(&class.facts.containers) {
            let place = &container.place;
            if other != number && is_side(place.role) && !place.completed {
                let (from, to) = (Vertex::Container(number), Vertex::Container(other));
                self.edge(from, StepKind::SharedPid, to, false);
            }
        }
    }
}

/// Whether it can drive pods from other nodes to one that it has.
fn steals(class: &IdentityClass) -> bool {
    let has = |right| class.has(Place::Cluster, &[right]);
    (has(Right::NodeEdit) || has(Right::NodeStatusEdit))
        && (has(Right::PodDelete) || has(Right::PodEvict))
}

/// Whether it can have the kubelet read files of a node's log folder.
fn reads_logs(class: &IdentityClass, namespace: u32) -> bool {
    let has = |right| class.cluster.has(right);
    let pods = class.held(Place::Namespace(namespace)).has(Right::PodLog);
    has(Right::NodesLog) || has(Right::NodesProxy) || pods
}
