//! `--shard`: reads one part of a scan, and writes it for `podaudit merge`. It judges nothing.

use std::future::Future;
use std::path::PathBuf;

use crate::baseline::ReportScope;
use crate::cli::clock::now;
use crate::cli::error::RunError;
use crate::cli::terminal::note_gaps;
use crate::exit::Exit;
use crate::inventory::{CoverageState, Resource, Shard};
use crate::output;
use crate::report::is_complete;
use crate::scan::{self, ScanSource};
use crate::shards::{self, ShardHeader};

/// Which part of what, and the file for it.
#[derive(Debug)]
pub(crate) struct ShardRun {
    pub(crate) shard: Shard,
    pub(crate) source: ScanSource,
    pub(crate) scope: ReportScope,
    /// `None` for standard output.
    pub(crate) path: Option<PathBuf>,
}

impl ShardRun {
    /// Reads the part, and writes it.
    pub(crate) async fn run(
        self,
        progress: impl Fn(Resource, u64),
        stop: impl Future<Output = String>,
    ) -> Result<Exit, RunError> {
        let (mut inventory, cluster) = scan::read(&self.source, progress, stop).await?;
        // Files hold all pods; a cluster was asked for those of the shard.
        let sharded = inventory.sharded.take().unwrap_or_else(|| inventory.keep_shard(self.shard));
        let coverage: Vec<_> =
            inventory.coverages().filter(|record| record.state != CoverageState::Absent).collect();
        let head = ShardHeader {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            shard: self.shard,
            sharded,
            cluster: cluster.name,
            kubernetes_version: cluster.kubernetes_version,
            namespaces: self.scope.namespaces,
            selector: self.scope.selector,
            scanned_at: now()?.to_string(),
        };
        output::write(self.path.as_deref(), |out| shards::write(head, inventory, out))?;
        note_gaps(&coverage);
        Ok(if is_complete(&coverage) { Exit::Done } else { Exit::Incomplete })
    }
}
