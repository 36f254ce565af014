//! `podaudit pss`: what each namespace enforces of the Pod Security Standards, and what it could.

use std::future::Future;

use crate::cli::clock::now;
use crate::cli::error::RunError;
use crate::cli::outputs::Outputs;
use crate::exit::Exit;
use crate::inventory::Resource;
use crate::report::{CommandFormat, Document, PssReport};
use crate::scan::{self, ScanSource};
use crate::standards;

/// Namespaces and their pods.
#[derive(Debug)]
pub(crate) struct PssRun {
    pub(crate) source: ScanSource,
    pub(crate) outputs: Outputs<CommandFormat>,
}

impl PssRun {
    /// Reads them, and says what they enforce.
    pub(crate) async fn run(
        self,
        progress: impl Fn(Resource, u64),
        stop: impl Future<Output = String>,
    ) -> Result<Exit, RunError> {
        let (inventory, cluster) = scan::read(&self.source, progress, stop).await?;
        let report = PssReport {
            namespaces: &standards::namespaces(&inventory, self.source.has_selector()),
            coverage: PssReport::coverage_of(&inventory),
            cluster: &cluster,
            scanned_at: now()?,
            version: env!("CARGO_PKG_VERSION"),
        };
        self.outputs.finish(&report, |format, look, out| report.write(format, look, out))
    }
}
