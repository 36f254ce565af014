//! What paths begin and end with, and what to call the things between.

use std::fmt;
use std::str::FromStr;

use super::build::Built;
use super::graph::{Hub, Vertex};
use crate::inventory::Workload;
use crate::object::ObjectRef;

/// Where a path ends.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PathTarget {
    /// Everything in the cluster.
    ClusterAdmin,
    /// Root of a node with a control plane.
    ControlPlaneNode,
    /// Root of any node.
    Node,
    /// All Secrets of a namespace.
    Secrets(String),
    /// Something in any namespace: a ServiceAccount, a container or Secrets.
    Namespace,
}

impl fmt::Display for PathTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ClusterAdmin => f.write_str("cluster-admin"),
            Self::ControlPlaneNode => f.write_str("control-plane-node"),
            Self::Node => f.write_str("node"),
            Self::Secrets(namespace) => write!(f, "secrets:{namespace}"),
            Self::Namespace => f.write_str("namespace"),
        }
    }
}

impl FromStr for PathTarget {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "cluster-admin" => Ok(Self::ClusterAdmin),
            "control-plane-node" => Ok(Self::ControlPlaneNode),
            "node" => Ok(Self::Node),
            _ => match text.strip_prefix("secrets:").filter(|namespace| !namespace.is_empty()) {
                Some(namespace) => Ok(Self::Secrets(namespace.to_owned())),
                None => {
                    Err("one of cluster-admin, control-plane-node, node, secrets:NAMESPACE"
                        .to_owned())
                }
            },
        }
    }
}

/// Where a path begins.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PathSource {
    /// Any container of a workload's pods, or the one of that name.
    Workload(Workload, Option<String>),
    /// A ServiceAccount, by namespace and name.
    Account(String, String),
}

impl fmt::Display for PathSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Workload(Workload { namespace, kind, name }, container) => {
                write!(f, "{namespace}/{kind}/{name}")?;
                container.as_ref().map_or(Ok(()), |container| write!(f, "[{container}]"))
            }
            Self::Account(namespace, name) => write!(f, "{namespace}/ServiceAccount/{name}"),
        }
    }
}

/// Something on a path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PathNode {
    /// `container`, `serviceAccount`, `user`, `group`, `node`, `namespace` or `cluster`.
    pub sort: &'static str,
    /// For what is in one.
    pub namespace: Option<String>,
    /// Its name; of a container with its workload.
    pub name: String,
    /// The object that stands for it in the API, if one does; of a container its workload.
    pub object: Option<ObjectRef>,
}

impl fmt::Display for PathNode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.sort {
            "serviceAccount" => "ServiceAccount ",
            "user" => "user ",
            "group" => "group ",
            "container" => "container ",
            _ => "",
        })?;
        match &self.namespace {
            Some(namespace) if self.sort == "serviceAccount" => {
                write!(f, "{namespace}/{}", self.name)
            }
            _ => f.write_str(&self.name),
        }
    }
}

impl Built<'_> {
    pub(super) fn thing(&self, vertex: Vertex) -> PathNode {
        PathNode { object: self.object(vertex), ..self.named(vertex) }
    }

    fn object(&self, vertex: Vertex) -> Option<ObjectRef> {
        let (kind, namespace, name) = match vertex {
            Vertex::Account(at) => {
                let (namespace, name) = &self.world.accounts[at as usize];
                let namespace = &self.world.namespaces[*namespace as usize];
                ("ServiceAccount", Some(&**namespace), &**name)
            }
            Vertex::Container(at) => {
                let (class, _) = self.containers[at as usize];
                let Workload { namespace, kind, name } = self.world.classes[class].0;
                (kind.as_str(), Some(namespace.as_str()), name.as_str())
            }
            Vertex::Node(at) => ("Node", None, &*self.world.nodes[at as usize]),
            _ => return None,
        };
        let namespace = namespace.map(str::to_owned);
        Some(ObjectRef { kind: kind.to_owned(), namespace, name: name.to_owned(), uid: None })
    }

    fn named(&self, vertex: Vertex) -> PathNode {
        let world = &self.world;
        let thing = |sort, namespace: Option<&str>, name: String| PathNode {
            sort,
            namespace: namespace.map(str::to_owned),
            name,
            object: None,
        };
        let node = |node: u32| &world.nodes[node as usize];
        let whole = |sort, name: &str| thing(sort, None, name.to_owned());
        match vertex {
            Vertex::ClusterAdmin => whole("cluster", "cluster-admin"),
            Vertex::AnyNode => whole("node", "any node"),
            Vertex::SomeNode => whole("node", "the node that it will run on"),
            Vertex::AnyNodeIdentity => whole("node", "any node's identity"),
            Vertex::AnyUser => whole("user", "of any name"),
            Vertex::AnySubject => whole("user", "or group of any name but system:masters"),
            Vertex::All(hub) => whole("cluster", &format!("{} of the cluster", words(hub))),
            Vertex::In(hub, namespace) => {
                let namespace = &world.namespaces[namespace as usize];
                thing(
                    "namespace",
                    Some(namespace),
                    format!("{} of namespace {namespace}", words(hub)),
                )
            }
            Vertex::Node(at) => thing("node", None, format!("node {}", node(at))),
            Vertex::NodeIdentity(at) => whole("node", &format!("identity of node {}", node(at))),
            Vertex::On(at) | Vertex::Tokens(at) => {
                whole("node", &format!("the containers on node {}", node(at)))
            }
            Vertex::Account(at) => {
                let (namespace, name) = &world.accounts[at as usize];
                let namespace = &world.namespaces[*namespace as usize];
                thing("serviceAccount", Some(namespace), name.clone())
            }
            Vertex::User(at) => whole("user", &world.users[at as usize]),
            Vertex::Group(at) => whole("group", &world.groups[at as usize]),
            Vertex::Container(at) => {
                let (class, container) = self.containers[at as usize];
                let (Workload { namespace, kind, name }, class) = world.classes[class];
                let container = &class.facts.containers[container].place.name;
                let name = format!("{container} of {kind} {namespace}/{name}");
                thing("container", Some(namespace), name)
            }
            Vertex::Rights(_) => whole("cluster", "the same with more rights"),
        }
    }
}

fn words(hub: Hub) -> &'static str {
    match hub {
        Hub::Accounts | Hub::PodTokens | Hub::SecretTokens => "any ServiceAccount",
        Hub::Containers | Hub::Images => "any container",
        Hub::Secrets => "all Secrets",
        Hub::Nodes => "any node that runs pods",
    }
}
