//! A node of an attack path: something that an attacker has, in words.

use std::fmt;

use crate::object::ObjectRef;

/// What a node of a path is. In the order of its words, which is that of pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PathNodeKind {
    /// Everything, or any of something in the whole cluster.
    Cluster,
    /// A container of a workload.
    Container,
    /// A group of users.
    Group,
    /// Any of something in one namespace.
    Namespace,
    /// A Node of the cluster, or its identity.
    Node,
    /// A ServiceAccount.
    ServiceAccount,
    /// A user.
    User,
}

impl PathNodeKind {
    /// The word used in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cluster => "cluster",
            Self::Container => "container",
            Self::Group => "group",
            Self::Namespace => "namespace",
            Self::Node => "node",
            Self::ServiceAccount => "serviceAccount",
            Self::User => "user",
        }
    }
}

/// Something on a path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PathNode {
    /// What it is.
    pub kind: PathNodeKind,
    /// For what is in one.
    pub namespace: Option<String>,
    /// Its name; of a container with its workload.
    pub name: String,
    /// The object that stands for it in the API, if one does; of a container its workload.
    pub object: Option<ObjectRef>,
}

impl fmt::Display for PathNode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.name;
        match (self.kind, &self.namespace) {
            (PathNodeKind::ServiceAccount, Some(namespace)) => {
                write!(f, "ServiceAccount {namespace}/{name}")
            }
            (PathNodeKind::ServiceAccount, None) => write!(f, "ServiceAccount {name}"),
            (PathNodeKind::User, _) => write!(f, "user {name}"),
            (PathNodeKind::Group, _) => write!(f, "group {name}"),
            (PathNodeKind::Container, _) => write!(f, "container {name}"),
            (PathNodeKind::Cluster | PathNodeKind::Namespace | PathNodeKind::Node, _) => {
                f.write_str(name)
            }
        }
    }
}
