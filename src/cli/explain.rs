//! `podaudit explain`: every fact about one pod or workload.

use std::collections::BTreeSet;

use super::SubOutputArgs;
use super::run::{RunError, finish};
use crate::exit::Exit;
use crate::explain::{self, Target};
use crate::inventory::Inventory;
use crate::posture::PodPosture;
use crate::pss::{self, Version};
use crate::report::{Cluster, Explanation, Group, is_complete};

pub(super) fn explain(
    inventory: &Inventory,
    cluster: &Cluster,
    target: &Target,
    args: &SubOutputArgs,
) -> Result<Exit, RunError> {
    let mut groups: Vec<Group> = Vec::new();
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
            None => groups.push(Group { pods: vec![object], explained }),
        }
    }
    if groups.is_empty() {
        return Err(RunError::NotFound(target.to_string()));
    }
    if namespaces.len() > 1 {
        let names: Vec<_> = namespaces.into_iter().collect();
        return Err(RunError::Ambiguous(target.to_string(), names.join(", ")));
    }
    groups.sort_by_key(|group| std::cmp::Reverse(group.pods.len()));
    let explanation = Explanation { groups: &groups, cluster, version: env!("CARGO_PKG_VERSION") };
    let coverage: Vec<_> = inventory.coverages().collect();
    finish((&args.outputs, args.color), &coverage, is_complete(&coverage), |format, look, out| {
        explanation.write(format, look, out)
    })
}
