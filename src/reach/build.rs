//! Puts the graph together: the parts of hubs, what pods lead to, what nodes lead to, and the steps
//! of every class of identities.

use std::collections::{BTreeMap, BTreeSet};

use super::change::Change;
use super::classes::Classes;
use super::gain::{Gain, by_bind, by_escalate};
use super::graph::{Edge, Graph, Hub, Layout, NO_CAUSE, Vertex};
use super::kind::StepKind;
use super::lead::{Lead, Seen};
use super::right::Right;
use super::world::{Enforced, Holding, Place, World, index};
use crate::inventory::PodNames;
use crate::pss::Level;

/// The graph, and what its numbers mean.
pub(super) struct Built<'i> {
    pub(super) world: World<'i>,
    pub(super) seen: Seen<'i>,
    pub(super) graph: Graph,
    /// What identities of a class can give themselves, by class and step.
    pub(super) gains: BTreeMap<(u32, StepKind), Vec<Holding>>,
    /// The class of pods and the place in it of each container.
    pub(super) containers: Vec<(usize, usize)>,
}

pub(super) struct Builder<'b, 'i> {
    pub(super) world: &'b World<'i>,
    pub(super) seen: &'b Seen<'i>,
    pub(super) layout: Layout,
    pub(super) edges: Vec<Edge>,
    pub(super) without: &'b [Change],
    pub(super) causes: Vec<super::graph::Cause>,
}

impl<'i> Built<'i> {
    pub(super) fn new(mut world: World<'i>, minor: Option<u32>, without: &[Change]) -> Self {
        for (name, enforced) in world.namespaces.iter().zip(&mut world.enforced) {
            if without.iter().any(|change| change.enforces(name)) {
                *enforced = Enforced::Level(Level::Baseline);
            }
        }
        let seen = seen(&world, minor);
        let containers: Vec<_> = (0..world.classes.len())
            .flat_map(|class| {
                let inside = world.classes[class].1.facts.containers.len();
                (0..inside).map(move |container| (class, container))
            })
            .collect();
        let layout = Layout::new(&world, index(containers.len()));
        let (edges, causes) = (Vec::new(), Vec::new());
        let mut builder = Builder { world: &world, seen: &seen, layout, edges, without, causes };
        builder.hubs();
        let (mut classes, subjects) = identities(&world);
        builder.pods(&classes, &subjects);
        for (from, class) in subjects {
            if !classes.all[class as usize].is_idle() {
                builder.part(from, Vertex::Rights(class), true);
            }
        }
        let gains = builder.rights(&mut classes);
        let Builder { layout, edges, causes, .. } = builder;
        let graph = Graph::new(layout, classes.all.len(), edges, causes);
        Self { world, seen, graph, gains, containers }
    }
}

/// What a kubelet authenticates as: this group, and its node's name behind the other.
pub(super) const NODES: &str = "system:nodes";
pub(super) const NODE_USER: &str = "system:node:";

/// The class of every identity.
fn identities(world: &World) -> (Classes, Vec<(Vertex, u32)>) {
    let mut classes = Classes::default();
    let mut subjects = Vec::new();
    for account in 0..index(world.accounts.len()) {
        let class = classes.intern(world, world.holdings_of_account(account));
        subjects.push((Vertex::Account(account), class));
    }
    for (user, number) in world.users.iter().zip(0..) {
        let class = classes.intern(world, world.holdings_of_user(user));
        subjects.push((Vertex::User(number), class));
    }
    for (group, number) in world.groups.iter().zip(0..) {
        let class = classes.intern(world, world.holdings_of_group(group));
        subjects.push((Vertex::Group(number), class));
    }
    (classes, subjects)
}

fn seen<'i>(world: &World<'i>, minor: Option<u32>) -> Seen<'i> {
    let rights = [
        Right::Exec,
        Right::ExecGet,
        Right::PodEdit,
        Right::Ephemeral,
        Right::Attach,
        Right::AttachGet,
        Right::PortForward,
        Right::PortForwardGet,
    ];
    let named = world.roles.iter().flat_map(|role| &role.held.named);
    let wanted: BTreeSet<_> =
        named.filter(|(right, _)| rights.contains(right)).map(|(_, name)| name.as_str()).collect();
    let mut seen =
        Seen { workloads: BTreeMap::new(), pods: BTreeMap::new(), first: Vec::new(), minor };
    let mut first = 0;
    for (at, (workload, class)) in world.classes.iter().enumerate() {
        seen.first.push(first);
        first += index(class.facts.containers.len());
        let Some(namespace) = world.namespace(&workload.namespace) else { continue };
        let known = seen.workloads.entry((workload.kind.as_str(), namespace)).or_default();
        known.insert(&workload.name);
        if wanted.is_empty() {
            continue;
        }
        for name in class.names.iter().flat_map(PodNames::iter).filter(|n| wanted.contains(n)) {
            seen.pods.insert((namespace, name), at);
        }
    }
    seen
}

impl Builder<'_, '_> {
    pub(super) fn edge(&mut self, from: Vertex, kind: StepKind, to: Vertex, certain: bool) {
        let (from, to) = (self.layout.number(from), self.layout.number(to));
        self.edges.push(Edge { from, to, kind, certain, cause: NO_CAUSE });
    }

    pub(super) fn part(&mut self, whole: Vertex, part: Vertex, certain: bool) {
        self.edge(whole, StepKind::Part, part, certain);
    }

    fn hubs(&mut self) {
        let world = self.world;
        self.edge(Vertex::ClusterAdmin, StepKind::Everything, Vertex::AnyNode, true);
        self.edge(Vertex::ClusterAdmin, StepKind::Everything, Vertex::All(Hub::Secrets), true);
        self.part(Vertex::AnySubject, Vertex::AnyUser, true);
        self.part(Vertex::AnySubject, Vertex::All(Hub::Accounts), true);
        self.part(Vertex::AnySubject, Vertex::AnyNodeIdentity, true);
        for user in 0..index(world.users.len()) {
            self.part(Vertex::AnyUser, Vertex::User(user), true);
        }
        for (group, number) in world.groups.iter().zip(0..) {
            // The API server signs nothing for this one.
            if group != "system:masters" {
                self.part(Vertex::AnySubject, Vertex::Group(number), true);
            }
        }
        for namespace in 0..index(world.namespaces.len()) {
            for hub in Hub::ALL {
                self.part(Vertex::All(hub), Vertex::In(hub, namespace), true);
            }
            if !world.secrets_listed {
                let tokens = Vertex::In(Hub::SecretTokens, namespace);
                self.part(tokens, Vertex::In(Hub::Accounts, namespace), false);
            }
        }
        for (number, (namespace, _)) in (0..).zip(&world.accounts) {
            self.part(Vertex::In(Hub::Accounts, *namespace), Vertex::Account(number), true);
        }
        for (namespace, _, account) in &world.token_secrets {
            self.part(Vertex::In(Hub::SecretTokens, *namespace), Vertex::Account(*account), true);
        }
        let kubelets = world.group(NODES).map(Vertex::Group);
        if let Some(group) = kubelets {
            self.part(Vertex::AnyNodeIdentity, group, true);
        }
        for node in 0..index(world.nodes.len()) {
            self.part(Vertex::AnyNode, Vertex::Node(node), true);
            self.part(Vertex::AnyNodeIdentity, Vertex::NodeIdentity(node), true);
            self.part(Vertex::Node(node), Vertex::NodeIdentity(node), true);
            self.part(Vertex::NodeIdentity(node), Vertex::Tokens(node), true);
            self.part(Vertex::On(node), Vertex::Tokens(node), true);
            let own = Vertex::NodeIdentity(node);
            if let Some(group) = kubelets {
                self.part(own, group, true);
            }
            let user = format!("{NODE_USER}{}", world.nodes[node as usize]);
            if let Some(user) = world.user(&user) {
                self.part(own, Vertex::User(user), true);
            }
        }
        for node in &world.control_plane {
            self.edge(Vertex::Node(*node), StepKind::ControlPlane, Vertex::ClusterAdmin, true);
        }
    }

    /// The steps of every class, and of those that it can make itself one of.
    fn rights(&mut self, classes: &mut Classes) -> BTreeMap<(u32, StepKind), Vec<Holding>> {
        let mut gains = BTreeMap::new();
        let mut number = 0;
        while let Some(class) = classes.all.get(number as usize).cloned() {
            let from = Vertex::Rights(number);
            if !class.is_idle() {
                let mut lead =
                    Lead { world: self.world, seen: self.seen, class: &class, steps: Vec::new() };
                lead.collect();
                for step in lead.steps {
                    let (from, to) = (self.layout.number(from), self.layout.number(step.to));
                    let cause = index(self.causes.len());
                    self.causes.push(step.cause);
                    self.edges.push(Edge {
                        from,
                        to,
                        kind: step.kind,
                        certain: step.certain,
                        cause,
                    });
                }
                let is_all = class.has(Place::Cluster, &[Right::Everything]);
                for kind in [StepKind::Bind, StepKind::Escalate].into_iter().filter(|_| !is_all) {
                    let gain: Gain = match kind {
                        StepKind::Bind => by_bind(self.world, &class),
                        _ => by_escalate(self.world, &class),
                    };
                    if gain.everything {
                        self.edge(from, kind, Vertex::ClusterAdmin, true);
                    }
                    let new = gain.holdings.iter().any(|h| !class.holdings.contains(h));
                    if new {
                        let all = class.holdings.iter().chain(&gain.holdings).copied().collect();
                        let to = classes.intern(self.world, all);
                        self.edge(from, kind, Vertex::Rights(to), true);
                    }
                    if new || gain.everything {
                        gains.insert((number, kind), gain.holdings);
                    }
                }
            }
            number += 1;
        }
        gains
    }
}
