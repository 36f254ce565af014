//! `podaudit merge`: the parts of one scan, audited as one.

use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;

use super::cluster_audit::{AuditPlan, ClusterAudit, Criteria, OlderReports};
use crate::baseline::ReportScope;
use crate::cli::clock::{now, today};
use crate::cli::error::RunError;
use crate::cli::terminal::note;
use crate::exit::Exit;
use crate::shards;

/// What shards were written to, and what to make of them together.
#[derive(Debug)]
pub(crate) struct MergeRun {
    pub(crate) files: Vec<PathBuf>,
    /// What is older is of an earlier scan.
    pub(crate) max_age: Option<Duration>,
    pub(crate) plan: AuditPlan,
    pub(crate) older: OlderReports,
}

impl MergeRun {
    /// Audits all shards as one scan.
    pub(crate) async fn run(self) -> Result<Exit, RunError> {
        let policy = self.plan.policy.read(today()?)?;
        let baseline = self.older.read()?;
        let now = now()?;
        // An age that leads out of time leaves nothing out.
        let since = self.max_age.map(|age| now.checked_sub(age).unwrap_or(Timestamp::MIN));
        let mut merged = shards::merge(&self.files, since)?;
        merged.left_out.iter().for_each(|problem| note(problem));
        merged.inventory.audiences.configured.clone_from(&self.plan.audiences);
        let scope = ReportScope {
            namespaces: merged.head.namespaces.clone(),
            selector: merged.head.selector.clone(),
        };
        let criteria = Criteria {
            policy: &policy,
            scope: &scope,
            has_selector: !scope.selector.is_empty(),
            baseline: baseline.as_ref(),
        };
        let cluster = merged.cluster();
        let audit = ClusterAudit::new(merged.inventory, cluster, criteria);
        audit.finish(&self.plan, &self.older, None, merged.scanned_at).await
    }
}
