//! The graph: what can be had as numbered vertices, and steps between them, forwards and
//! backwards. Hubs stand for "any of": products of two sets are never stored.

use super::kind::StepKind;
use super::right::Rights;
use super::world::{Place, World, index};

/// What a hub stands for any of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Hub {
    /// ServiceAccounts.
    Accounts,
    /// Containers that run.
    Containers,
    /// Pods whose image can be replaced.
    Images,
    /// The tokens that pods mount.
    PodTokens,
    /// The ServiceAccounts whose tokens are in Secrets.
    SecretTokens,
    /// Secrets: not any, but all.
    Secrets,
    /// Nodes that run a pod to which a privileged container can be added.
    Nodes,
}

impl Hub {
    pub(super) const ALL: [Self; 7] = [
        Self::Accounts,
        Self::Containers,
        Self::Images,
        Self::PodTokens,
        Self::SecretTokens,
        Self::Secrets,
        Self::Nodes,
    ];
}

/// Something that can be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Vertex {
    ClusterAdmin,
    AnyNode,
    /// The credentials of any kubelet.
    AnyNodeIdentity,
    /// Any user name that a binding has.
    AnyUser,
    /// The same, or any group or ServiceAccount.
    AnySubject,
    All(Hub),
    In(Hub, u32),
    /// Root of a node.
    Node(u32),
    /// A node that has no name yet.
    SomeNode,
    NodeIdentity(u32),
    /// Any container that runs on a node.
    On(u32),
    /// The tokens that pods on a node mount.
    Tokens(u32),
    Account(u32),
    User(u32),
    Group(u32),
    /// A container of a class of pods, by the number of all containers.
    Container(u32),
    /// The rights of a class of identities.
    Rights(u32),
}

/// How vertices are numbered.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    /// Where each block begins.
    starts: [u32; 13],
    namespaces: u32,
}

const SINGLES: [Vertex; 6] = [
    Vertex::ClusterAdmin,
    Vertex::AnyNode,
    Vertex::AnyNodeIdentity,
    Vertex::AnyUser,
    Vertex::AnySubject,
    Vertex::SomeNode,
];

impl Layout {
    pub(super) fn new(world: &World, containers: u32) -> Self {
        let namespaces = index(world.namespaces.len());
        let nodes = index(world.nodes.len());
        let hubs = index(Hub::ALL.len());
        let sizes = [
            index(SINGLES.len()),
            hubs,
            hubs * namespaces,
            nodes,
            nodes,
            nodes,
            nodes,
            index(world.accounts.len()),
            index(world.users.len()),
            index(world.groups.len()),
            containers,
        ];
        let mut starts = [0; 13];
        for (block, size) in sizes.into_iter().enumerate() {
            starts[block + 1] = starts[block] + size;
        }
        starts[12] = u32::MAX;
        Self { starts, namespaces }
    }

    pub(super) fn number(&self, vertex: Vertex) -> u32 {
        let (block, at) = match vertex {
            Vertex::All(hub) => (1, hub as u32),
            Vertex::In(hub, namespace) => (2, hub as u32 * self.namespaces + namespace),
            Vertex::Node(node) => (3, node),
            Vertex::NodeIdentity(node) => (4, node),
            Vertex::On(node) => (5, node),
            Vertex::Tokens(node) => (6, node),
            Vertex::Account(account) => (7, account),
            Vertex::User(user) => (8, user),
            Vertex::Group(group) => (9, group),
            Vertex::Container(container) => (10, container),
            Vertex::Rights(rights) => (11, rights),
            single => (0, index(SINGLES.iter().position(|v| *v == single).unwrap_or_default())),
        };
        self.starts[block] + at
    }

    pub(super) fn vertex(&self, number: u32) -> Vertex {
        let block = (0..12).rev().find(|block| self.starts[*block] <= number).unwrap_or_default();
        let at = number - self.starts[block];
        match block {
            0 => SINGLES[at as usize],
            1 => Vertex::All(Hub::ALL[at as usize]),
            2 => Vertex::In(Hub::ALL[(at / self.namespaces) as usize], at % self.namespaces),
            3 => Vertex::Node(at),
            4 => Vertex::NodeIdentity(at),
            5 => Vertex::On(at),
            6 => Vertex::Tokens(at),
            7 => Vertex::Account(at),
            8 => Vertex::User(at),
            9 => Vertex::Group(at),
            10 => Vertex::Container(at),
            _ => Vertex::Rights(at),
        }
    }
}

/// Why identities of a class have a step: which rights, held where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cause {
    /// Where the rights are needed.
    pub(super) place: Place,
    pub(super) needs: Rights,
    /// The object that they must be held on; `None` for any.
    pub(super) name: Option<String>,
    /// The namespace whose labels admit the pod that it takes.
    pub(super) admitted_by: Option<u32>,
}

/// A step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Edge {
    pub(super) from: u32,
    pub(super) to: u32,
    pub(super) kind: StepKind,
    pub(super) certain: bool,
    /// Number of the cause, for steps of identities.
    pub(super) cause: u32,
}

/// No cause but the things themselves.
pub(super) const NO_CAUSE: u32 = u32::MAX;

/// Steps, sorted by where they start, and by where they end.
#[derive(Clone, Debug)]
pub(super) struct Graph {
    pub(super) layout: Layout,
    edges: Vec<Edge>,
    starts: Vec<u32>,
    /// Numbers of the edges, by where they end.
    incoming: Vec<u32>,
    ends: Vec<u32>,
    pub(super) causes: Vec<Cause>,
}

impl Graph {
    pub(super) fn new(
        layout: Layout,
        rights: usize,
        mut edges: Vec<Edge>,
        causes: Vec<Cause>,
    ) -> Self {
        let vertices = layout.number(Vertex::Rights(0)) as usize + rights;
        edges.sort_by_key(|e| (e.from, e.kind, e.to, !e.certain, e.cause));
        edges.dedup_by_key(|e| (e.from, e.kind, e.to));
        let starts = offsets(vertices, edges.iter().map(|edge| edge.from));
        let ends = offsets(vertices, edges.iter().map(|edge| edge.to));
        let mut next = ends.clone();
        let mut incoming = vec![0; edges.len()];
        for (number, edge) in edges.iter().enumerate() {
            let at = &mut next[edge.to as usize];
            incoming[*at as usize] = index(number);
            *at += 1;
        }
        Self { layout, edges, starts, incoming, ends, causes }
    }

    pub(super) fn len(&self) -> usize {
        self.starts.len() - 1
    }

    pub(super) fn edges(&self) -> &[Edge] {
        &self.edges
    }

    /// The steps from here, in the order of preference.
    pub(super) fn from(&self, vertex: u32) -> &[Edge] {
        &self.edges
            [self.starts[vertex as usize] as usize..self.starts[vertex as usize + 1] as usize]
    }

    /// The steps to here.
    pub(super) fn to(&self, vertex: u32) -> impl Iterator<Item = &Edge> {
        let range = self.ends[vertex as usize] as usize..self.ends[vertex as usize + 1] as usize;
        self.incoming[range].iter().map(|number| &self.edges[*number as usize])
    }
}

/// Where the entries of each vertex begin, once sorted.
fn offsets(vertices: usize, of: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut starts = vec![0; vertices + 1];
    for vertex in of {
        starts[vertex as usize + 1] += 1;
    }
    for at in 0..vertices {
        starts[at + 1] += starts[at];
    }
    starts
}
