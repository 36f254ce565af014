//! `podaudit paths`: where a takeover leads, and what to change first.

use std::collections::BTreeSet;

use super::run::{RunError, finish};
use super::{Color, Output};
use crate::exit::Exit;
use crate::explain;
use crate::inventory::{Inventory, Workload};
use crate::reach::{self, Exposure, PathSource, PodVariants, Reach};
use crate::report::{Cluster, PathsFormat, PathsReport};
use crate::scan;

/// Changes that `--cuts` tells.
const CUTS: usize = 5;

/// What was asked for.
pub(super) struct Asked {
    pub(super) from: Option<String>,
    pub(super) to: Option<reach::PathTarget>,
    pub(super) cuts: bool,
}

pub(super) fn paths(
    source: &scan::Source,
    inventory: &Inventory,
    cluster: &Cluster,
    asked: &Asked,
    output: (&[Output<PathsFormat>], Color),
) -> Result<Exit, RunError> {
    let pods = PodVariants::from_inventory(inventory);
    let reach = Reach::new(inventory, &pods, inventory.minor);
    let exposed: Vec<Exposure> = match &asked.from {
        Some(from) => {
            let sources = sources(inventory, from)?;
            let rows = sources.iter().filter_map(|from| reach.exposure(from, asked.to.as_ref()));
            rows.collect()
        }
        None => reach.exposed(asked.to.as_ref()),
    };
    if exposed.is_empty()
        && let Some(from) = &asked.from
    {
        return Err(RunError::NotFound(from.clone()));
    }
    let words = (asked.from.as_ref(), asked.to.as_ref());
    let cuts = asked.cuts.then(|| reach.cuts(CUTS));
    let mut limits = reach::limits(&reach);
    if source.has_namespaces() || source.has_selector() {
        limits
            .push("Only some namespaces or pods were read: what leads through others is not seen.");
    }
    let report = PathsReport {
        exposed: &exposed,
        asked: match words {
            (Some(from), Some(to)) => Some(format!("from {from} to {to}")),
            (Some(from), None) => Some(format!("from {from}")),
            (None, Some(to)) => Some(format!("to {to}")),
            (None, None) => None,
        },
        cuts: cuts.as_ref(),
        limits,
        coverage: PathsReport::coverage(inventory),
        cluster,
        version: env!("CARGO_PKG_VERSION"),
    };
    finish(output, &report.coverage, report.is_complete(), |format, look, out| {
        report.write(format, look, out)
    })
}

/// The workloads of this kind and name; or else the ServiceAccount.
fn sources(inventory: &Inventory, from: &str) -> Result<Vec<PathSource>, RunError> {
    let not_found = || RunError::NotFound(from.to_owned());
    let target: explain::Target = from.parse().map_err(|_| not_found())?;
    let workloads: BTreeSet<Workload> =
        target.pods(inventory).iter().map(|pod| inventory.owners.workload(pod)).collect();
    let namespaces: BTreeSet<_> = workloads.iter().map(|w| w.namespace.as_str()).collect();
    if namespaces.len() > 1 {
        let names: Vec<_> = namespaces.into_iter().collect();
        return Err(RunError::Ambiguous(from.to_owned(), names.join(", ")));
    }
    if workloads.is_empty() {
        let (namespace, name) = from.split_once('/').ok_or_else(not_found)?;
        return Ok(vec![PathSource::Account(namespace.to_owned(), name.to_owned())]);
    }
    let container = target.container;
    Ok(workloads.into_iter().map(|w| PathSource::Workload(w, container.clone())).collect())
}
