//! One workload: what is said of all its pods together, the findings of its pods, and its rows.

use std::collections::BTreeMap;
use std::sync::Arc;

use indexmap::IndexMap;

use super::context::AuditContext;
use super::outcome::{FindingPlace, RuleOutcome, workload_name};
use super::policy::workload_subject;
use super::row_facts::RowFacts;
use crate::finding::{BlastRadius, Finding, Severity, Verdict};
use crate::inventory::{Inventory, PodId, PodNames, Workload};
use crate::object::{ContainerPlace, ObjectRef};
use crate::posture::RunningImages;
use crate::rules::{self, RuleSubject};

/// Pods of one workload of which the same is said.
#[derive(Clone, Debug)]
pub struct WorkloadRow {
    /// What a person edits to change them.
    pub workload: Workload,
    /// Names of the pods, sorted; empty for a template that runs nothing.
    pub pods: PodNames,
    /// Whether most pods of the workload are different.
    pub diverges: bool,
    /// How far an attacker gets who has compromised the workload.
    pub blast: BlastRadius,
    /// The facts of the row.
    pub facts: RowFacts,
    /// Failed judgements by severity, worst first.
    pub failed: [usize; 4],
    /// Judgements that could not be made.
    pub unknown: usize,
}

/// The pods of one workload.
#[derive(Default)]
pub(super) struct WorkloadPods {
    /// Sorted by key; most have one, for which a map would be wide.
    rows: Vec<RowPods>,
    /// Sorted by container.
    pub(super) images: Vec<ContainerImages>,
}

/// Pods that are one row.
pub(super) struct RowPods {
    key: RowKey,
    /// Sorted.
    pods: Vec<PodId>,
}

/// What pods must have in common to be one row.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct RowKey {
    pub(super) facts: RowFacts,
    pub(super) outcomes: Vec<RuleOutcome>,
}

/// What the pods of a workload run in the container of one name.
pub(super) struct ContainerImages {
    pub(super) container: ContainerPlace,
    /// The first pod that has the container.
    pub(super) first: PodId,
    pub(super) images: RunningImages,
}

impl WorkloadPods {
    /// Adds pods to the row of this key.
    pub(super) fn add(&mut self, key: RowKey, pods: Vec<PodId>) {
        match self.rows.binary_search_by(|row| row.key.cmp(&key)) {
            Ok(at) => {
                self.rows[at].pods.extend(pods);
                self.rows[at].pods.sort_unstable();
            }
            Err(at) => {
                // Nearly always the only one.
                self.rows.reserve_exact(1);
                self.rows.insert(at, RowPods { key, pods });
            }
        }
    }

    /// How many outcomes its rows have.
    fn outcomes(&self) -> usize {
        self.rows.iter().map(|row| row.key.outcomes.len()).sum()
    }
}

/// A workload with everything that is said of it.
pub(super) struct JudgedWorkload {
    workload: Workload,
    blast: BlastRadius,
    pods: WorkloadPods,
    /// What is said of all its pods together.
    whole: Vec<Finding>,
}

/// Judges each workload as a whole.
pub(super) fn judge(
    context: &AuditContext,
    workloads: IndexMap<Workload, WorkloadPods>,
) -> Vec<JudgedWorkload> {
    let reach = context.cluster.reach;
    let mut blasts: BTreeMap<_, _> =
        reach.workloads().into_iter().map(|row| (row.workload, row.blast)).collect();
    let judged = workloads.into_iter().map(|(workload, mut pods)| {
        let mut whole = running_images(context, &workload, std::mem::take(&mut pods.images));
        whole.extend(path(context, &workload, &pods.rows));
        let blast = blasts.remove(&workload).unwrap_or_default();
        JudgedWorkload { workload, blast, pods, whole }
    });
    judged.collect()
}

/// What rules say of the images of all pods together.
fn running_images(
    context: &AuditContext,
    workload: &Workload,
    containers: Vec<ContainerImages>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for ContainerImages { container, first, images } in containers {
        let place = FindingPlace {
            object: context.inventory.pod_reference(first, workload).into(),
            container: Some(container.into()),
            workload: workload_name(workload),
            pods: images.pods,
        };
        findings.extend(findings_about(context, workload, &place, RuleSubject::Images(&images)));
    }
    findings
}

/// Where an attacker gets who has compromised the workload, which all its pods have in common.
fn path(context: &AuditContext, workload: &Workload, rows: &[RowPods]) -> Vec<Finding> {
    let Some(first) = rows.iter().map(|row| row.pods[0]).min() else { return Vec::new() };
    let object = context.inventory.pod_reference(first, workload);
    let pods = rows.iter().map(|row| pods(&object, row)).sum();
    let place = FindingPlace {
        object: object.into(),
        container: None,
        workload: workload_name(workload),
        pods,
    };
    let path = context.cluster.reach.cluster_admin_path(workload);
    findings_about(context, workload, &place, RuleSubject::Workload(&path))
}

/// What every rule says of the workload in this place. The annotations of one pod say nothing of
/// the others.
fn findings_about(
    context: &AuditContext,
    workload: &Workload,
    place: &FindingPlace,
    subject: RuleSubject,
) -> Vec<Finding> {
    let container = place.container.as_ref().map(|container| container.name.as_str());
    let exception = workload_subject(workload, container, None);
    let findings = rules::ALL.iter().filter_map(|rule| {
        let judgement = rule.judge(subject)?;
        let judgement = context.filter.apply(rule, &exception, &BTreeMap::new(), judgement)?;
        Some(place.clone().finding(rule, judgement))
    });
    findings.collect()
}

/// How many pods a row has; none if it is a template that runs nothing.
fn pods(object: &ObjectRef, row: &RowPods) -> u64 {
    if object.kind == "Pod" { row.pods.len() as u64 } else { 0 }
}

impl JudgedWorkload {
    /// How many findings it has at most.
    pub(super) fn at_most(&self) -> usize {
        self.pods.outcomes() + self.whole.len()
    }

    /// Its rows and its findings.
    pub(super) fn finish(self, inventory: &Inventory) -> (Vec<WorkloadRow>, Vec<Finding>) {
        let mut findings = self.merged(inventory);
        let Self { workload, blast, pods, whole } = self;
        let rows = rows(inventory, &workload, blast, pods.rows, &whole);
        findings.extend(whole);
        for finding in &mut findings {
            finding.blast = Some(blast);
        }
        (rows, findings)
    }

    /// The outcomes of all rows; the same one in several rows is one finding.
    fn merged(&self, inventory: &Inventory) -> Vec<Finding> {
        let mut merged: BTreeMap<&RuleOutcome, (Arc<ObjectRef>, u64)> = BTreeMap::new();
        for row in &self.pods.rows {
            let object = Arc::new(inventory.pod_reference(row.pods[0], &self.workload));
            let pods = pods(&object, row);
            for outcome in &row.key.outcomes {
                let (first, total) = merged.entry(outcome).or_insert_with(|| (object.clone(), 0));
                if object < *first {
                    *first = object.clone();
                }
                *total += pods;
            }
        }
        let workload = workload_name(&self.workload);
        let findings = merged.into_iter().map(|(outcome, (object, pods))| {
            let container = outcome.container.clone();
            let place = FindingPlace { object, container, workload: workload.clone(), pods };
            place.finding(outcome.rule(), outcome.judgement.clone())
        });
        findings.collect()
    }
}

/// What is said of the workload as a whole counts in the row of most pods.
fn rows(
    inventory: &Inventory,
    workload: &Workload,
    blast: BlastRadius,
    rows: Vec<RowPods>,
    whole: &[Finding],
) -> Vec<WorkloadRow> {
    let most = rows.iter().map(|row| row.pods.len()).max().unwrap_or_default();
    let mut is_usual_found = false;
    let row = |RowPods { key, pods }: RowPods| {
        let diverges = pods.len() < most || is_usual_found;
        is_usual_found |= !diverges;
        let open = key.outcomes.iter().filter(|outcome| !outcome.judgement.is_accepted());
        let own = open.map(|outcome| (outcome.judgement.verdict, outcome.severity()));
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
        let (workload, pods) = (workload.clone(), inventory.pod_names(pods));
        WorkloadRow { workload, pods, diverges, blast, facts: key.facts, failed, unknown }
    };
    rows.into_iter().map(row).collect()
}
