//! How the API server is reached, as kubectl's options say it.

use std::path::PathBuf;
use std::time::Duration;

/// kubectl's connection options, with kubectl's meanings.
#[derive(Clone, Debug, Default)]
pub struct ConnectOptions {
    /// `--kubeconfig`; otherwise `$KUBECONFIG`, then `~/.kube/config`.
    pub kubeconfig: Option<PathBuf>,
    /// `--context`
    pub context: Option<String>,
    /// `--cluster`
    pub cluster: Option<String>,
    /// `--user`
    pub user: Option<String>,
    /// `--as`
    pub impersonate: Option<String>,
    /// `--as-group`
    pub impersonate_groups: Vec<String>,
    /// Limit for one request; `None` for none.
    pub request_timeout: Option<Duration>,
    /// Limit for everything that is read; `None` for none.
    pub timeout: Option<Duration>,
    /// Whether to ask for compressed answers.
    pub gzip: Gzip,
    /// Whether to ask for JSON where protobuf is to be had.
    pub json_only: bool,
}

/// When to ask for compressed answers: beside the server they cost more time than they save.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Gzip {
    /// Not in the cluster and not on the server's own machine.
    #[default]
    Auto,
    /// Whatever it costs.
    Always,
    /// Not at all.
    Never,
}
