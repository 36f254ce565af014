//! What can be had, as vertices, and their numbers. Hubs stand for "any of": products of two sets
//! are never stored.

use indexmap::IndexSet;

use crate::reach::cluster::place::index;

/// What a hub stands for any of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::reach) enum Hub {
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
    pub(in crate::reach) const ALL: [Self; 7] = [
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::reach) enum Vertex {
    ClusterAdmin,
    AnyNode,
    /// The credentials of any kubelet.
    AnyNodeIdentity,
    /// Any user name that a binding has.
    AnyUser,
    /// Any user name, group or ServiceAccount.
    AnySubject,
    /// A node that has no name yet.
    SomeNode,
    All(Hub),
    /// In the namespace of that number.
    In(Hub, u32),
    /// Root of a node.
    Node(u32),
    NodeIdentity(u32),
    /// Any container that runs on a node.
    OnNode(u32),
    /// The tokens that pods on a node mount.
    TokensOnNode(u32),
    Account(u32),
    User(u32),
    Group(u32),
    /// A container of a variant of pods, by the number of all containers.
    Container(u32),
    /// The rights of a class of identities.
    Rights(u32),
}

/// How many there are of what vertices are made for.
#[derive(Clone, Copy, Debug)]
pub(in crate::reach) struct VertexCounts {
    pub(in crate::reach) namespaces: usize,
    pub(in crate::reach) nodes: usize,
    pub(in crate::reach) accounts: usize,
    pub(in crate::reach) users: usize,
    pub(in crate::reach) groups: usize,
    pub(in crate::reach) containers: usize,
}

/// The numbers of vertices. Those of classes of identities come last, because more are found while
/// the graph is put together.
#[derive(Clone, Debug)]
pub(in crate::reach) struct VertexIndex {
    all: IndexSet<Vertex>,
    /// How many of them are classes of identities.
    classes: u32,
}

impl VertexIndex {
    /// Numbers all but classes of identities, sorted, so that nothing depends on what is asked for
    /// first.
    pub(in crate::reach) fn new(counts: VertexCounts) -> Self {
        let each = |count: usize, vertex: fn(u32) -> Vertex| (0..index(count)).map(vertex);
        let mut all = IndexSet::new();
        all.extend([
            Vertex::ClusterAdmin,
            Vertex::AnyNode,
            Vertex::AnyNodeIdentity,
            Vertex::AnyUser,
            Vertex::AnySubject,
            Vertex::SomeNode,
        ]);
        all.extend(Hub::ALL.map(Vertex::All));
        for hub in Hub::ALL {
            all.extend((0..index(counts.namespaces)).map(|namespace| Vertex::In(hub, namespace)));
        }
        all.extend(each(counts.nodes, Vertex::Node));
        all.extend(each(counts.nodes, Vertex::NodeIdentity));
        all.extend(each(counts.nodes, Vertex::OnNode));
        all.extend(each(counts.nodes, Vertex::TokensOnNode));
        all.extend(each(counts.accounts, Vertex::Account));
        all.extend(each(counts.users, Vertex::User));
        all.extend(each(counts.groups, Vertex::Group));
        all.extend(each(counts.containers, Vertex::Container));
        Self { all, classes: 0 }
    }

    /// Adds the vertices of more classes of identities, up to this many.
    pub(in crate::reach) fn add_classes(&mut self, count: usize) {
        self.all.extend((self.classes..index(count)).map(Vertex::Rights));
        self.classes = index(count);
    }

    pub(in crate::reach) fn len(&self) -> usize {
        self.all.len()
    }

    /// The number of a vertex of this cluster.
    pub(in crate::reach) fn number(&self, vertex: Vertex) -> u32 {
        self.all.get_index_of(&vertex).map_or(u32::MAX, index)
    }

    pub(in crate::reach) fn vertex(&self, number: u32) -> Vertex {
        self.all[number as usize]
    }
}
