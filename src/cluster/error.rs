//! What can go wrong between podaudit and the API server, worded for the person at the terminal.
//! No message carries a credential.

use std::path::PathBuf;
use std::time::Duration;

/// A scan that cannot go on, or a list that could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// Neither kubeconfig nor a pod's own credentials.
    #[error(
        "no cluster: no kubeconfig at {} and not running in a cluster; use --kubeconfig, -f or --demo",
        .0.display()
    )]
    NoCluster(PathBuf),
    /// The kubeconfig is missing, malformed or lacks the context.
    #[error("unable to use kubeconfig {path}{}: {why}", context.as_ref().map_or(String::new(), |c| format!(", context {c:?}")))]
    Kubeconfig {
        /// Where it was looked for.
        path: String,
        /// The context asked for.
        context: Option<String>,
        /// What is wrong with it, without the text of the file: that holds credentials.
        why: String,
    },
    /// The service account of this pod cannot be used.
    #[error("unable to use the credentials of this pod")]
    InCluster(#[source] Box<kube::config::InClusterError>),
    /// No answer.
    #[error("unable to reach {server}")]
    Unreachable {
        /// The API server's URL.
        server: String,
        /// What the client says.
        source: Box<kube::Error>,
    },
    /// The kubeconfig's user cannot be used.
    #[error("unable to use the credentials: {0}")]
    Credentials(String),
    /// The address of the server or of the proxy to it is none.
    #[error("unable to use the kubeconfig: {0}")]
    Address(String),
    /// The credential plugin of the kubeconfig failed. Its output is not shown: it may hold the
    /// credential.
    #[error(
        "the credential plugin {command:?} of the kubeconfig failed: {why}; its output is not shown"
    )]
    Plugin {
        /// What was run, without its arguments.
        command: String,
        /// How it failed.
        why: String,
    },
    /// The API server does not know who asks.
    #[error("{server} does not accept the credentials: 401 {message}")]
    Unauthorized {
        /// The API server's URL.
        server: String,
        /// The server's own words.
        message: String,
    },
    /// The API server answered with an error.
    #[error("{message}")]
    Status {
        /// HTTP status code.
        code: u16,
        /// The server's own words.
        message: String,
        /// A continue token that the server offers with a 410.
        continue_token: Option<String>,
        /// Seconds to wait before the next try, with a 429 or 503.
        retry_after: Option<u64>,
    },
    /// The answer is not what was asked for.
    #[error("{server} answered with {what} instead of what was asked for")]
    NotKubernetes {
        /// The API server's URL.
        server: String,
        /// Content type or parse error.
        what: String,
    },
    /// The answer took too long.
    #[error("{server} did not answer within {} s", .after.as_secs_f64())]
    Timeout {
        /// The API server's URL.
        server: String,
        /// The limit.
        after: Duration,
    },
    /// The answer ends in its middle, and the connection does not say so.
    #[error("the answer of {server} breaks off")]
    CutOff {
        /// The API server's URL.
        server: String,
    },
    /// One page larger than any real one.
    #[error("a page of more than {} MiB", .0 >> 20)]
    TooLarge(usize),
    /// A list that has more objects than pages.
    #[error("the list ends without the last {0} objects")]
    EndsEarly(i64),
    /// A shard gets pods of others: several API servers that are not set up the same way.
    #[error("the server does not select the pods of the shard any more")]
    NotSharded,
    /// A namespace without a name.
    #[error("unable to read {0}")]
    Undecodable(String),
    /// The server repeats itself.
    #[error("the list does not end: {0}")]
    Endless(&'static str),
}

impl ClusterError {
    /// Whether no further request can succeed.
    #[must_use]
    pub fn is_fatal(&self) -> bool {
        !matches!(self, Self::Status { .. })
    }

    /// Whether the same request may succeed a moment later.
    pub(super) fn is_passing(&self) -> bool {
        match self {
            Self::Status { code, .. } => matches!(code, 429 | 500 | 502 | 503 | 504),
            Self::Unreachable { .. }
            | Self::Timeout { .. }
            | Self::CutOff { .. }
            | Self::TooLarge(_) => true,
            _ => false,
        }
    }

    /// Whether the server does not know who asks.
    pub(super) fn is_unauthorized(&self) -> bool {
        matches!(self, Self::Unauthorized { .. })
    }

    /// Whether there is nothing of that name.
    pub(super) fn is_missing(&self) -> bool {
        matches!(self, Self::Status { code: 404, .. })
    }

    /// Whether a smaller page is more likely to arrive.
    pub(super) fn is_overload(&self) -> bool {
        match self {
            Self::Status { code: 429 | 504, .. } | Self::Timeout { .. } | Self::TooLarge(_) => true,
            Self::Status { code: 503, retry_after, .. } => retry_after.is_some(),
            _ => false,
        }
    }
}
