//! The audit of one cluster, of files or of the sample cluster: what podaudit does without a command.

use std::future::Future;

use super::cluster_audit::{ApplyTo, AuditPlan, ClusterAudit, Criteria, OlderReports};
use crate::baseline::ReportScope;
use crate::cli::clock::{now, today};
use crate::cli::error::RunError;
use crate::exit::Exit;
use crate::inventory::Resource;
use crate::report::ReportsApi;
use crate::scan::{self, ScanSource};

/// What to read, and what to make of it.
#[derive(Debug)]
pub(crate) struct AuditRun {
    pub(crate) source: ScanSource,
    pub(crate) scope: ReportScope,
    pub(crate) plan: AuditPlan,
    pub(crate) older: OlderReports,
    /// Put the failures into the cluster: only ever with a whole cluster or whole namespaces of one.
    pub(crate) apply: Option<ReportsApi>,
}

impl AuditRun {
    /// Reads what the operator decided and what an older report said, and then the source.
    pub(crate) async fn run(
        self,
        progress: impl Fn(Resource, u64),
        stop: impl Future<Output = String>,
    ) -> Result<Exit, RunError> {
        let policy = self.plan.policy.read(today()?)?;
        let baseline = self.older.read()?;
        let (mut inventory, cluster) = scan::read(&self.source, progress, stop).await?;
        inventory.audiences.configured.clone_from(&self.plan.audiences);
        let criteria = Criteria {
            policy: &policy,
            scope: &self.scope,
            has_selector: self.source.has_selector(),
            baseline: baseline.as_ref(),
        };
        let audit = ClusterAudit::new(inventory, cluster, criteria);
        let apply = self.apply.zip(self.source.cluster());
        let apply = apply.map(|(api, options)| ApplyTo { api, options });
        audit.finish(&self.plan, &self.older, apply, now()?).await
    }
}
