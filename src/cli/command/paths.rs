//! `podaudit paths`: where a takeover leads, and what to change first.

use std::collections::BTreeSet;
use std::future::Future;

use crate::cli::error::RunError;
use crate::cli::outputs::Outputs;
use crate::exit::Exit;
use crate::explain;
use crate::inventory::{Inventory, Resource, Workload};
use crate::reach::{self, Exposure, PathSource, PodVariants, Reach};
use crate::report::{Document, PathsFormat, PathsReport};
use crate::scan::{self, ScanSource};

/// How many changes `--cuts` lists at most.
const CUTS: usize = 5;

/// Which paths, or which changes.
#[derive(Debug)]
pub(crate) enum PathsQuery {
    /// From this workload or ServiceAccount and to this target, where they are named.
    Paths { from: Option<String>, to: Option<reach::PathTarget> },
    /// The few changes that free most workloads.
    Cuts,
}

impl PathsQuery {
    fn from(&self) -> Option<&String> {
        match self {
            Self::Paths { from, .. } => from.as_ref(),
            Self::Cuts => None,
        }
    }

    fn to(&self) -> Option<&reach::PathTarget> {
        match self {
            Self::Paths { to, .. } => to.as_ref(),
            Self::Cuts => None,
        }
    }

    /// For the report, if it is not about everything.
    fn description(&self) -> Option<String> {
        match (self.from(), self.to()) {
            (Some(from), Some(to)) => Some(format!("from {from} to {to}")),
            (Some(from), None) => Some(format!("from {from}")),
            (None, Some(to)) => Some(format!("to {to}")),
            (None, None) => None,
        }
    }
}

/// A question about paths, and the cluster that it is about.
#[derive(Debug)]
pub(crate) struct PathsRun {
    pub(crate) query: PathsQuery,
    pub(crate) source: ScanSource,
    /// The API server's audiences, if they were given.
    pub(crate) audiences: Option<Vec<String>>,
    pub(crate) outputs: Outputs<PathsFormat>,
}

impl PathsRun {
    /// Reads the cluster, and follows the paths.
    pub(crate) async fn run(
        self,
        progress: impl Fn(Resource, u64),
        stop: impl Future<Output = String>,
    ) -> Result<Exit, RunError> {
        let (mut inventory, cluster) = scan::read(&self.source, progress, stop).await?;
        inventory.audiences.configured = self.audiences;
        let pods = PodVariants::from_inventory(&inventory);
        let reach = Reach::new(&inventory, &pods, inventory.minor);
        let exposed = exposed(&reach, &inventory, &self.query)?;
        let cuts = matches!(self.query, PathsQuery::Cuts).then(|| reach.cuts(CUTS));
        let mut limits = reach::limits(&reach);
        if self.source.has_namespaces() || self.source.has_selector() {
            limits.push(
                "Only some namespaces or pods were read: what leads through others is not seen.",
            );
        }
        let report = PathsReport {
            exposed: &exposed,
            query: self.query.description(),
            cuts: cuts.as_ref(),
            limits,
            coverage: PathsReport::coverage_of(&inventory),
            cluster: &cluster,
            version: env!("CARGO_PKG_VERSION"),
        };
        self.outputs.finish(&report, |format, look, out| report.write_as(format, look, out))
    }
}

/// The workloads or ServiceAccounts that the question is about, with their paths.
fn exposed<'a>(
    reach: &Reach<'a>,
    inventory: &Inventory,
    query: &PathsQuery,
) -> Result<Vec<Exposure<'a>>, RunError> {
    let Some(from) = query.from() else { return Ok(reach.exposed(query.to())) };
    let starts = starts(inventory, from)?;
    let exposed: Vec<_> =
        starts.iter().filter_map(|start| reach.exposure(start, query.to())).collect();
    if exposed.is_empty() {
        return Err(RunError::NotFound(from.to_owned()));
    }
    Ok(exposed)
}

/// The workloads of this kind and name; or else the ServiceAccount.
fn starts(inventory: &Inventory, from: &str) -> Result<Vec<PathSource>, RunError> {
    let not_found = || RunError::NotFound(from.to_owned());
    let target: explain::ExplainTarget = from.parse().map_err(|_| not_found())?;
    let workloads: BTreeSet<Workload> =
        target.pods(inventory).iter().map(|pod| inventory.owners.workload(pod)).collect();
    let namespaces: BTreeSet<_> = workloads.iter().map(|w| w.namespace.as_str()).collect();
    if namespaces.len() > 1 {
        let namespaces = namespaces.into_iter().map(str::to_owned).collect();
        return Err(RunError::Ambiguous { name: from.to_owned(), namespaces });
    }
    if workloads.is_empty() {
        let (namespace, name) = from.split_once('/').ok_or_else(not_found)?;
        return Ok(vec![PathSource::Account(namespace.to_owned(), name.to_owned())]);
    }
    let container = target.container;
    Ok(workloads.into_iter().map(|w| PathSource::Workload(w, container.clone())).collect())
}
