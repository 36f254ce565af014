//! Why a command line led to no report, and the exit code for it.

use std::io;

use crate::apply::ApplyError;
use crate::baseline::BaselineError;
use crate::config::ConfigError;
use crate::exit::Exit;
use crate::output::OutputError;
use crate::push::PushError;
use crate::scan::ScanError;
use crate::shards::ShardError;
use crate::suppression::ExceptionsError;

/// Nothing was scanned or reported.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The arguments do not make a run, or ask for help or the version: the text says which.
    #[error(transparent)]
    Usage(#[from] clap::Error),
    /// The source could not be read.
    #[error(transparent)]
    Scan(#[from] ScanError),
    /// A report could not be written.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// An older report could not be read.
    #[error(transparent)]
    Baseline(#[from] BaselineError),
    /// The file of exceptions could not be read.
    #[error(transparent)]
    Exceptions(#[from] ExceptionsError),
    /// The configuration could not be read.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Files are not the shards of one scan.
    #[error(transparent)]
    Shards(#[from] ShardError),
    /// Metrics could not be written down.
    #[error("unable to write metrics")]
    Render(#[source] io::Error),
    /// Metrics did not arrive.
    #[error(transparent)]
    Push(#[from] PushError),
    /// Reports did not get into the cluster.
    #[error(transparent)]
    Apply(#[from] ApplyError),
    /// `podaudit rules` with an id that is not in the catalogue.
    #[error("no rule {0:?}; podaudit rules lists them")]
    NoSuchRule(String),
    /// `podaudit explain` or `podaudit paths` of something that is not there.
    #[error("no pod, workload or container {0} in what was read")]
    NotFound(String),
    /// `podaudit explain` of a name in several namespaces.
    #[error("{name} is in several namespaces ({}); choose one with -n", .namespaces.join(", "))]
    Ambiguous {
        /// The name that was asked for.
        name: String,
        /// Where it is, sorted.
        namespaces: Vec<String>,
    },
    /// `podaudit can` of a ServiceAccount that is not there.
    #[error("no ServiceAccount {0} in what was read")]
    NoSuchAccount(String),
    /// `SOURCE_DATE_EPOCH` is not a number of seconds.
    #[error("SOURCE_DATE_EPOCH is not a time in seconds")]
    Clock,
}

impl RunError {
    /// How a run ends that ended with this.
    #[must_use]
    pub fn exit(&self) -> Exit {
        match self {
            Self::Usage(error) if error.use_stderr() => Exit::Usage,
            // Help and the version are what was asked for.
            Self::Usage(_) => Exit::Done,
            _ => Exit::RuntimeError,
        }
    }

    /// Whether the reader of a pipe has gone, which needs no message.
    #[must_use]
    pub fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Output(error) if error.is_broken_pipe())
    }
}
