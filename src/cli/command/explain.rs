//! `podaudit explain`: every fact about one pod or workload.

use std::collections::BTreeSet;
use std::future::Future;

use crate::cli::error::RunError;
use crate::cli::outputs::Outputs;
use crate::exit::Exit;
use crate::explain::{self, ExplainTarget};
use crate::inventory::{Inventory, Resource};
use crate::posture::PodPosture;
use crate::pss::{self, Version};
use crate::report::{CommandFormat, Document, ExplainReport, ExplainedPods};
use crate::scan::{self, ScanSource};

/// A pod, workload or container, and where it is.
#[derive(Debug)]
pub(crate) struct ExplainRun {
    pub(crate) target: ExplainTarget,
    pub(crate) source: ScanSource,
    /// The API server's audiences, if they were given.
    pub(crate) audiences: Option<Vec<String>>,
    pub(crate) outputs: Outputs<CommandFormat>,
}

impl ExplainRun {
    /// Reads the cluster, and explains it.
    pub(crate) async fn run(
        self,
        progress: impl Fn(Resource, u64),
        stop: impl Future<Output = String>,
    ) -> Result<Exit, RunError> {
        let (mut inventory, cluster) = scan::read(&self.source, progress, stop).await?;
        inventory.audiences.configured = self.audiences;
        let groups = groups(&inventory, &self.target)?;
        let report = ExplainReport {
            groups: &groups,
            coverage: inventory.coverages().collect(),
            cluster: &cluster,
            version: env!("CARGO_PKG_VERSION"),
        };
        self.outputs.finish(&report, |format, look, out| report.write(format, look, out))
    }
}

/// What is true of the pods: those of which the same is true together, the most first.
fn groups(inventory: &Inventory, target: &ExplainTarget) -> Result<Vec<ExplainedPods>, RunError> {
    let mut groups: Vec<ExplainedPods> = Vec::new();
    let mut namespaces = BTreeSet::new();
    for pod in target.pods(inventory) {
        namespaces.insert(pod.namespace().to_owned());
        let posture = PodPosture::new(inventory, &pod);
        let compliance = pss::highest_level(&pod, Version::Latest);
        let (object, explained) =
            explain::explain(&posture, &compliance, target.container.as_deref());
        if target.container.is_some() && explained.containers.is_empty() {
            continue;
        }
        match groups.iter_mut().find(|group| group.explained == explained) {
            Some(group) => group.pods.push(object),
            None => groups.push(ExplainedPods { pods: vec![object], explained }),
        }
    }
    if groups.is_empty() {
        return Err(RunError::NotFound(target.to_string()));
    }
    if namespaces.len() > 1 {
        let namespaces = namespaces.into_iter().collect();
        return Err(RunError::Ambiguous { name: target.to_string(), namespaces });
    }
    groups.sort_by_key(|group| std::cmp::Reverse(group.pods.len()));
    Ok(groups)
}
