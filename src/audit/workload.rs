//! One workload: the findings of all its classes of pods together, and its rows.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::decided::{self, Decided};
use super::{Answered, Class, Classes, Images, WorkloadRow};
use crate::finding::{Blast, Finding, Judgement, Severity, Verdict};
use crate::inventory::{Inventory, PodId, Workload};
use crate::object::{ContainerPlace, ObjectRef};
use crate::reach::ClusterAdminPath;
use crate::rules::{self, Rule};

/// What rules say of the images of all pods together.
pub(super) fn running_images(
    decisions: &Decided,
    inventory: &Inventory,
    workload: &Workload,
    images: Images,
) -> Vec<Finding> {
    let owner = owner(workload);
    let judged = images.into_iter().flat_map(|(container, (first, images))| {
        let object = Arc::new(inventory.pod_reference(first, workload));
        let container = Arc::new(container);
        let owner = &owner;
        rules::ALL.iter().filter_map(move |rule| {
            let judgement = rule.judge_images(&images)?;
            let name = &container.name;
            let judgement =
                decided::of_workload(decisions, rule, (workload, Some(name)), judgement)?;
            let container = Some(container.clone());
            Some(finding(rule, object.clone(), container, owner.clone(), images.pods, judgement))
        })
    });
    judged.collect()
}

/// Where a takeover leads, which all pods of a workload share.
pub(super) fn leading(
    (decisions, inventory): (&Decided, &Inventory),
    workload: &Workload,
    classes: &Classes,
    path: &ClusterAdminPath,
) -> Vec<Finding> {
    let Some(first) = classes.iter().map(|(_, ids)| ids[0]).min() else { return Vec::new() };
    let object = Arc::new(inventory.pod_reference(first, workload));
    let pods = match object.kind.as_str() {
        "Pod" => classes.iter().map(|(_, ids)| ids.len() as u64).sum(),
        _ => 0,
    };
    let owner = owner(workload);
    let judged = rules::ALL.iter().filter_map(|rule| {
        let judgement = rule.judge_workload(path)?;
        let judgement = decided::of_workload(decisions, rule, (workload, None), judgement)?;
        Some(finding(rule, object.clone(), None, owner.clone(), pods, judgement))
    });
    judged.collect()
}

/// The judgements of all classes of a workload; the same one in several classes is one finding.
pub(super) fn merge(inventory: &Inventory, workload: &Workload, classes: &Classes) -> Vec<Finding> {
    let mut merged: BTreeMap<&Answered, (Arc<ObjectRef>, u64)> = BTreeMap::new();
    for ((_, answers), ids) in classes {
        let object = Arc::new(inventory.pod_reference(ids[0], workload));
        let pods = if object.kind == "Pod" { ids.len() as u64 } else { 0 };
        for answer in answers {
            let (first, total) = merged.entry(answer).or_insert_with(|| (object.clone(), 0));
            if object < *first {
                *first = object.clone();
            }
            *total += pods;
        }
    }
    let owner = owner(workload);
    let finding = |(answer, (object, pods)): (&Answered, _)| {
        let (rule, container, judgement) = answer.clone();
        finding(&rules::ALL[rule], object, container, owner.clone(), pods, judgement)
    };
    merged.into_iter().map(finding).collect()
}

fn owner(workload: &Workload) -> Arc<(String, String)> {
    Arc::new((workload.kind.clone(), workload.name.clone()))
}

/// A judgement in its place.
pub(super) fn finding(
    rule: &Rule,
    object: impl Into<Arc<ObjectRef>>,
    container: Option<Arc<ContainerPlace>>,
    workload: impl Into<Arc<(String, String)>>,
    pods: u64,
    judgement: impl Into<Arc<Judgement>>,
) -> Finding {
    let judgement = judgement.into();
    let severity = judgement.severity.unwrap_or(rule.severity);
    let (object, workload) = (object.into(), workload.into());
    Finding { rule: rule.id, severity, object, container, workload, pods, blast: None, judgement }
}

/// One row a class; what is said of the workload as a whole counts in the row of most pods.
pub(super) fn rows(
    inventory: &Inventory,
    workload: &Workload,
    classes: Classes,
    (blast, whole): (Blast, &[Finding]),
) -> Vec<WorkloadRow> {
    let most = classes.iter().map(|(_, ids)| ids.len()).max().unwrap_or_default();
    let mut usual_seen = false;
    let row = |((facts, answers), ids): (Class, Vec<PodId>)| {
        let diverges = ids.len() < most || usual_seen;
        usual_seen |= !diverges;
        let open = answers.iter().filter(|(_, _, judgement)| !judgement.is_accepted());
        let own = open.map(|(rule, _, judgement)| {
            (judgement.verdict, judgement.severity.unwrap_or(rules::ALL[*rule].severity))
        });
        let whole = whole.iter().filter(|f| !diverges && !f.judgement.is_accepted());
        let whole = whole.map(|f| (f.judgement.verdict, f.severity));
        let (mut failed, mut unknown) = ([0; 4], 0);
        for (verdict, severity) in own.chain(whole) {
            match verdict {
                Verdict::Fail => failed[Severity::Critical as usize - severity as usize] += 1,
                Verdict::Unknown => unknown += 1,
                Verdict::Pass | Verdict::NotApplicable => {}
            }
        }
        let pods = inventory.pod_names(ids);
        WorkloadRow { workload: workload.clone(), pods, diverges, blast, facts, failed, unknown }
    };
    classes.into_iter().map(row).collect()
}
