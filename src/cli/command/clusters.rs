//! `--contexts` and `--all-contexts`: several clusters side by side. One that cannot be reached does
//! not spoil the others.

use std::future::Future;
use std::path::PathBuf;

use futures::{FutureExt, StreamExt, stream};

use super::cluster_audit::{ApplyTo, AuditPlan, ClusterAudit, Criteria};
use crate::baseline::{self, ClustersSnapshot, ReportScope, ReportSnapshot};
use crate::cli::clock::{now, today};
use crate::cli::error::RunError;
use crate::cli::gate;
use crate::cli::terminal::{note, note_gaps};
use crate::error::error_chain;
use crate::exit::Exit;
use crate::inventory::Resource;
use crate::policy::Policy;
use crate::report::{Cluster, ClusterOutcome, ClustersReport, ReportsApi};
use crate::scan::{self, ScanSource};

/// How many clusters are scanned at a time.
const AT_A_TIME: usize = 4;

/// Which clusters, and what to make of each.
#[derive(Debug)]
pub(crate) struct ClustersRun {
    /// How to read each of them, but for the context.
    pub(crate) source: ScanSource,
    /// The contexts; none are all of the kubeconfig.
    pub(crate) contexts: Vec<String>,
    pub(crate) scope: ReportScope,
    pub(crate) plan: AuditPlan,
    /// An older report of several clusters, compared cluster by cluster.
    pub(crate) baseline: Option<PathBuf>,
    /// Put the failures of each cluster into it: only ever with whole namespaces.
    pub(crate) apply: Option<ReportsApi>,
}

/// A cluster to read: its context, how to read it, and what the older report says of it.
struct ScanContext {
    name: String,
    source: ScanSource,
    baseline: Option<ReportSnapshot>,
}

impl ClustersRun {
    /// Audits each; `stop` ends the reading of all of them.
    pub(crate) async fn run(
        self,
        progress: impl Fn(Resource, u64),
        stop: impl Future<Output = String>,
    ) -> Result<Exit, RunError> {
        let policy = self.plan.policy.read(today()?)?;
        let baseline = self.baseline.as_deref().map(baseline::read_clusters).transpose()?;
        let contexts = contexts(&self.source, &self.contexts, baseline.as_ref())?;
        let audits = self.audits(&contexts, &policy, progress, stop).await;
        let scanned_at = now()?;
        let clusters = contexts.iter().zip(&audits).map(|(context, audit)| ClusterOutcome {
            name: &context.name,
            report: match audit {
                Ok(audit) => Ok(audit.report(&self.plan.filter, scanned_at)),
                Err(error) => Err(error.clone()),
            },
        });
        let version = env!("CARGO_PKG_VERSION");
        let report = ClustersReport { clusters: clusters.collect(), scanned_at, version };
        self.plan.outputs.write(|format, look, out| format.write_clusters(&report, look, out))?;
        let (mut exits, mut applied) = (Vec::new(), Ok(()));
        for (cluster, context) in report.clusters.iter().zip(&contexts) {
            match &cluster.report {
                Ok(report) => {
                    note_gaps(&report.audit.coverage);
                    self.plan.push(report).await?;
                    if let Some((api, options)) = self.apply.zip(context.source.cluster()) {
                        applied = applied.and(ApplyTo { api, options }.apply(report).await);
                    }
                    exits.push(gate::exit(report, self.plan.gate));
                }
                Err(error) => note(&format!("{} was not scanned: {error}", cluster.name)),
            }
        }
        applied?;
        Ok(gate::exit_of_clusters(&exits, report.clusters.len()))
    }

    /// Reads and judges each cluster; an error is one line.
    async fn audits<'a>(
        &'a self,
        contexts: &'a [ScanContext],
        policy: &'a Policy,
        progress: impl Fn(Resource, u64),
        stop: impl Future<Output = String>,
    ) -> Vec<Result<ClusterAudit<'a>, String>> {
        let stop = stop.shared();
        let scans = contexts.iter().map(async |ScanContext { name, source, baseline }| {
            let read = scan::read(source, &progress, stop.clone()).await;
            let (mut inventory, cluster) = read.map_err(|error| error_chain(&error))?;
            inventory.audiences.configured.clone_from(&self.plan.audiences);
            // Two contexts can name one cluster: the context tells them apart.
            let cluster = Cluster { name: name.clone(), ..cluster };
            let criteria = Criteria {
                policy,
                scope: &self.scope,
                has_selector: source.has_selector(),
                baseline: baseline.as_ref(),
            };
            Ok(ClusterAudit::new(inventory, cluster, criteria))
        });
        stream::iter(scans).buffered(AT_A_TIME).collect().await
    }
}

/// The contexts with what the baseline says of each, and a note on those that nobody looks at any
/// more.
fn contexts(
    source: &ScanSource,
    named: &[String],
    baseline: Option<&ClustersSnapshot>,
) -> Result<Vec<ScanContext>, RunError> {
    let sources = scan::contexts(source, named)?;
    let is_read = |name: &&str| sources.iter().any(|(context, _)| context == name);
    for name in baseline.into_iter().flat_map(ClustersSnapshot::names).filter(|name| !is_read(name))
    {
        note(&format!("{name} is in the baseline and not among these contexts"));
    }
    let context = |(name, source): (String, ScanSource)| {
        let baseline = baseline.map(|baseline| baseline.snapshot(&name));
        ScanContext { name, source, baseline }
    };
    Ok(sources.into_iter().map(context).collect())
}
