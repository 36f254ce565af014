//! What reports call the cluster that was read.

/// A cluster's name and version. Files and the demo are clusters too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cluster {
    /// The kubeconfig's name for it, `in-cluster`, `files` or `demo`.
    pub name: String,
    /// The API server's version, where there is one to ask.
    pub kubernetes_version: Option<String>,
}
