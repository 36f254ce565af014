//! The pipeline from a source to an inventory: the one place that knows all sources.

use std::path::PathBuf;

use crate::cluster::{self, ClusterError, ConnectOptions, ScanScope};
use crate::inventory::{Inventory, LabelSelector, Resource, minor_version};
use crate::manifest::{self, ReadError};
use crate::report::Cluster;

/// Where objects come from.
#[derive(Clone, Debug)]
pub enum ScanSource {
    /// A cluster, through its API.
    Live(ConnectOptions, ScanScope),
    /// Files, folders, `-` for standard input.
    Files(Vec<PathBuf>, manifest::Options),
    /// The built-in sample cluster.
    Demo(manifest::Options),
}

impl ScanSource {
    /// How to reach the cluster, if it is one.
    #[must_use]
    pub fn cluster(&self) -> Option<&ConnectOptions> {
        match self {
            Self::Live(options, _) => Some(options),
            Self::Files(..) | Self::Demo(_) => None,
        }
    }

    /// Whether a label selector leaves pods out.
    #[must_use]
    pub fn has_selector(&self) -> bool {
        match self {
            Self::Live(_, scope) => !scope.selector.is_empty(),
            Self::Files(_, options) | Self::Demo(options) => {
                options.selector != LabelSelector::default()
            }
        }
    }

    /// Whether only some namespaces are read.
    #[must_use]
    pub fn has_namespaces(&self) -> bool {
        match self {
            Self::Live(_, scope) => !scope.namespaces.is_empty(),
            Self::Files(_, options) | Self::Demo(options) => !options.namespaces.is_empty(),
        }
    }
}

/// A live source once for each of these contexts, or for all of the kubeconfig.
///
/// # Errors
/// A kubeconfig that is missing or malformed.
pub fn contexts(
    source: &ScanSource,
    named: &[String],
) -> Result<Vec<(String, ScanSource)>, ScanError> {
    let ScanSource::Live(options, scope) = source else { return Ok(Vec::new()) };
    let mut wanted = if named.is_empty() { cluster::contexts(options)? } else { named.to_vec() };
    let mut known = std::collections::BTreeSet::new();
    wanted.retain(|name| known.insert(name.clone()));
    let in_context = |name: String| {
        let options = ConnectOptions { context: Some(name.clone()), ..options.clone() };
        (name, ScanSource::Live(options, scope.clone()))
    };
    Ok(wanted.into_iter().map(in_context).collect())
}

/// Nothing could be read.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// From a cluster.
    #[error(transparent)]
    Cluster(#[from] ClusterError),
    /// From a file.
    #[error(transparent)]
    Read(#[from] ReadError),
}

/// Reads the source. `progress` is told of every page: the kind and how many objects so far.
/// A cluster is read until `stop` gives a reason not to.
///
/// # Errors
/// A source that cannot be read at all; parts that cannot are in the inventory's coverage.
pub async fn read(
    source: &ScanSource,
    progress: impl Fn(Resource, u64),
    stop: impl Future<Output = String>,
) -> Result<(Inventory, Cluster), ScanError> {
    let offline = |name: &str| Cluster { name: name.to_owned(), kubernetes_version: None };
    match source {
        ScanSource::Live(options, scope) => {
            let connection = cluster::connect(options).await?;
            let (mut inventory, kubernetes_version) =
                cluster::collect(&connection, scope, progress, stop).await?;
            inventory.minor = kubernetes_version.as_deref().and_then(minor_version);
            Ok((inventory, Cluster { name: connection.name, kubernetes_version }))
        }
        ScanSource::Files(paths, options) => {
            Ok((manifest::read(paths, options)?, offline("files")))
        }
        ScanSource::Demo(options) => Ok((manifest::demo(options), offline("demo"))),
    }
}
