//! What attack paths begin and end with, as users name it.

use std::fmt;
use std::str::FromStr;

use crate::finding::Radius;
use crate::inventory::Workload;

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

impl PathTarget {
    /// What a path of this radius leads to; `None` for one that leads nowhere.
    #[must_use]
    pub fn of_radius(radius: Radius) -> Option<Self> {
        match radius {
            Radius::None => None,
            Radius::Namespace | Radius::Namespaces => Some(Self::Namespace),
            Radius::Node => Some(Self::Node),
            Radius::Cluster => Some(Self::ClusterAdmin),
        }
    }
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
