//! Every run that can be asked for, with nothing left to check, and the one match that starts it.

use std::future::Future;

use clap_complete::Shell;

use super::command::audit::AuditRun;
use super::command::can::CanRun;
use super::command::clusters::ClustersRun;
use super::command::config::ConfigRun;
use super::command::diff::DiffRun;
use super::command::explain::ExplainRun;
use super::command::merge::MergeRun;
use super::command::paths::PathsRun;
use super::command::pss::PssRun;
use super::command::shard::ShardRun;
use super::command::{help, rules};
use super::error::RunError;
use crate::exit::Exit;
use crate::inventory::Resource;

/// A run: what to read, what to make of it, and where that goes.
#[derive(Debug)]
pub(super) enum Invocation {
    /// The audit of one cluster, of files or of the sample cluster.
    Audit(Box<AuditRun>),
    /// The audit of several clusters side by side.
    Clusters(Box<ClustersRun>),
    /// One part of a scan, written for `podaudit merge`.
    Shard(ShardRun),
    /// The audit of a scan from all its parts.
    Merge(Box<MergeRun>),
    Explain(ExplainRun),
    Can(CanRun),
    Paths(PathsRun),
    Pss(PssRun),
    Diff(DiffRun),
    Config(ConfigRun),
    /// The catalogue of rules.
    Rules,
    /// The page of one rule, by its id.
    Rule(String),
    Completions(Shell),
    Man,
    Version,
}

impl Invocation {
    /// Runs it. Only those that read a cluster use `progress` and `stop`.
    ///
    /// # Errors
    /// Nothing was scanned, or a report could not be written.
    pub(super) async fn run(
        self,
        progress: impl Fn(Resource, u64),
        stop: impl Future<Output = String>,
    ) -> Result<Exit, RunError> {
        match self {
            Self::Audit(run) => run.run(progress, stop).await,
            Self::Clusters(run) => run.run(progress, stop).await,
            Self::Shard(run) => run.run(progress, stop).await,
            Self::Merge(run) => run.run().await,
            Self::Explain(run) => run.run(progress, stop).await,
            Self::Can(run) => run.run(progress, stop).await,
            Self::Paths(run) => run.run(progress, stop).await,
            Self::Pss(run) => run.run(progress, stop).await,
            Self::Diff(run) => run.run(),
            Self::Config(run) => run.run(),
            Self::Rules => rules::list(),
            Self::Rule(id) => rules::page(&id),
            Self::Completions(shell) => help::completions(shell),
            Self::Man => help::man(),
            Self::Version => help::version(),
        }
    }
}
