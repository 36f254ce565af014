//! What to call the vertices of the graph.

use super::node::{PathNode, PathNodeKind};
use crate::inventory::Workload;
use crate::object::ObjectRef;
use crate::reach::graph::vertex::{Hub, Vertex};
use crate::reach::steps::attack_graph::AttackGraph;

/// The vertex in words, with the object that stands for it.
pub(super) fn describe(graph: &AttackGraph, vertex: Vertex) -> PathNode {
    let cluster = &graph.cluster;
    let node = |number: u32| &cluster.nodes[number as usize];
    match vertex {
        Vertex::ClusterAdmin => plain(PathNodeKind::Cluster, "cluster-admin"),
        Vertex::AnyNode => plain(PathNodeKind::Node, "any node"),
        Vertex::SomeNode => plain(PathNodeKind::Node, "the node that it will run on"),
        Vertex::AnyNodeIdentity => plain(PathNodeKind::Node, "any node's identity"),
        Vertex::AnyUser => plain(PathNodeKind::User, "of any name"),
        Vertex::AnySubject => plain(PathNodeKind::User, "or group of any name but system:masters"),
        Vertex::All(hub) => {
            plain(PathNodeKind::Cluster, &format!("{} of the cluster", hub_in_words(hub)))
        }
        Vertex::In(hub, namespace) => {
            let namespace = cluster.namespace_name(namespace);
            let name = format!("{} of namespace {namespace}", hub_in_words(hub));
            let namespace = Some(namespace.to_owned());
            PathNode { namespace, ..plain(PathNodeKind::Namespace, &name) }
        }
        Vertex::Node(number) => {
            let name = node(number);
            let object = Some(object("Node", None, name));
            PathNode { object, ..plain(PathNodeKind::Node, &format!("node {name}")) }
        }
        Vertex::NodeIdentity(number) => {
            plain(PathNodeKind::Node, &format!("identity of node {}", node(number)))
        }
        Vertex::OnNode(number) | Vertex::TokensOnNode(number) => {
            plain(PathNodeKind::Node, &format!("the containers on node {}", node(number)))
        }
        Vertex::Account(number) => {
            let account = &cluster.accounts[number as usize];
            let namespace = cluster.namespace_name(account.namespace);
            PathNode {
                kind: PathNodeKind::ServiceAccount,
                namespace: Some(namespace.to_owned()),
                name: account.name.clone(),
                object: Some(object("ServiceAccount", Some(namespace), &account.name)),
            }
        }
        Vertex::User(number) => plain(PathNodeKind::User, &cluster.rbac.users[number as usize]),
        Vertex::Group(number) => plain(PathNodeKind::Group, &cluster.rbac.groups[number as usize]),
        Vertex::Container(number) => container(graph, number),
        Vertex::Rights(_) => plain(PathNodeKind::Cluster, "the same with more rights"),
    }
}

fn container(graph: &AttackGraph, number: u32) -> PathNode {
    let at = graph.pods.containers[number as usize];
    let variant = graph.cluster.variants[at.variant];
    let Workload { namespace, kind, name } = variant.workload;
    let container = &variant.pods.facts.containers[at.container].place.name;
    PathNode {
        kind: PathNodeKind::Container,
        namespace: Some(namespace.clone()),
        name: format!("{container} of {kind} {namespace}/{name}"),
        object: Some(object(kind, Some(namespace), name)),
    }
}

fn plain(kind: PathNodeKind, name: &str) -> PathNode {
    PathNode { kind, namespace: None, name: name.to_owned(), object: None }
}

fn object(kind: &str, namespace: Option<&str>, name: &str) -> ObjectRef {
    let namespace = namespace.map(str::to_owned);
    ObjectRef { kind: kind.to_owned(), namespace, name: name.to_owned(), uid: None }
}

fn hub_in_words(hub: Hub) -> &'static str {
    match hub {
        Hub::Accounts | Hub::PodTokens | Hub::SecretTokens => "any ServiceAccount",
        Hub::Containers | Hub::Images => "any container",
        Hub::Secrets => "all Secrets",
        Hub::Nodes => "any node that runs pods",
    }
}
