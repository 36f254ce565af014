//! From facts to findings: judges every pod, ServiceAccount and Namespace by every rule, and folds
//! replicas with the same posture into one row. Pure.

use std::collections::{BTreeMap, BTreeSet};
use std::iter::Peekable;
use std::sync::Arc;

use indexmap::IndexSet;

use crate::finding::{Blast, Finding, Judgement};
use crate::inventory::{Coverage, Inventory, PodId, PodNames, Workload};
use crate::object::ContainerPlace;
use crate::policy::Policy;
use crate::posture::{PodPosture, RunningImages, ServiceAccountPosture};
use crate::rbac::{PermissionIndex, SystemAccounts};
use crate::reach::{PodVariants, Reach};
use crate::rules::{self, Around};
use crate::standards::{NamespaceStandards, Standards};

mod decided;
mod facts;
mod rbac;
mod shared;
#[cfg(test)]
mod tests;
mod workload;

use decided::Decided;
pub use facts::{Answer, Facts};
use shared::Shared;
use workload::{leading, merge, rows, running_images};

/// The result of a scan.
#[derive(Clone, Debug)]
pub struct Audit {
    /// One row a workload and posture, worst first.
    pub workloads: Vec<WorkloadRow>,
    /// All judgements, passes included, worst first.
    pub findings: Vec<Finding>,
    /// What was read and what was not.
    pub coverage: Vec<Coverage>,
    /// Exceptions of the file that match what another one accepts already, by source, with the
    /// source of the other.
    pub covered: BTreeMap<String, String>,
    /// In how many places an annotation would accept a finding, which the operator does not allow.
    pub unheeded: usize,
}

/// Pods of one workload that are alike.
#[derive(Clone, Debug)]
pub struct WorkloadRow {
    /// What a person edits to change them.
    pub workload: Workload,
    /// Names of the pods, sorted; empty for a template that runs nothing.
    pub pods: PodNames,
    /// Whether most pods of the workload are different.
    pub diverges: bool,
    /// How far a takeover of the workload leads.
    pub blast: Blast,
    /// The facts of the row.
    pub facts: Facts,
    /// Failed judgements by severity, worst first.
    pub failed: [usize; 4],
    /// Judgements that could not be made.
    pub unknown: usize,
}

/// What pods must share to be one row.
type Class = (Facts, Vec<Answered>);
/// The pods of one workload, by class.
type Classes = Vec<(Class, Vec<PodId>)>;
/// What the pods of one workload run, by container, with the first pod.
type Images = Vec<(ContainerPlace, (PodId, RunningImages))>;
/// One rule's answer in one place of a pod: index of the rule, container, judgement.
type Answered = (usize, Option<Arc<ContainerPlace>>, Arc<Judgement>);

/// Judges everything in the inventory. If a label selector `selected` the pods, only what these
/// use: their ServiceAccounts, their Namespaces.
#[must_use]
pub fn audit(inventory: Inventory, selected: bool) -> Audit {
    audit_by(&Policy::default(), inventory, selected)
}

/// The same, by the operator's decisions. The inventory shrinks while the judgements grow.
#[must_use]
pub fn audit_by(policy: &Policy, mut inventory: Inventory, selected: bool) -> Audit {
    let decisions = Decided::new(policy);
    // By number of the workload, each in one map: most workloads have one class and one container,
    // for which maps of their own would be wide.
    let mut workloads: IndexSet<Workload> = IndexSet::new();
    let mut classes: BTreeMap<(usize, Class), Vec<PodId>> = BTreeMap::new();
    let mut images: BTreeMap<(usize, ContainerPlace), (PodId, RunningImages)> = BTreeMap::new();
    let mut used = BTreeSet::new();
    let used_by_system = SystemAccounts::used_in(&inventory);
    let pods = PodVariants::from_inventory(&inventory);
    let pod_templates = inventory.take_pod_templates();
    let inventory = &inventory;
    let accounts = PermissionIndex::new(inventory, used_by_system);
    let reach = Reach::new(inventory, &pods, inventory.minor);
    let around = Around { accounts: &accounts, reach: &reach };
    let mut standards = Standards::new(inventory, selected);
    let mut shared = Shared::default();
    for group in pod_templates.into_groups(inventory) {
        let posture = PodPosture::new(inventory, &group.pod);
        if let Some(account) = posture.service_account.get() {
            used.insert((group.pod.namespace().to_owned(), account.clone()));
        }
        let by_standards = standards.pod(&group.pod);
        let facts = Facts::new(&posture);
        let answers = shared.answers(&posture, around, &by_standards);
        for (workload, ids) in inventory.by_workload(&group) {
            standards.count(&by_standards, &workload, ids.len());
            let here = (&workload, &group.pod.metadata.annotations);
            let class = (facts.clone(), shared.decided(&decisions, here, &posture, &answers));
            let number = workloads.insert_full(workload).0;
            for container in &posture.containers {
                let place = ContainerPlace { completed: false, ..container.place() };
                let new = || (ids[0], RunningImages::default());
                let (first, images) = images.entry((number, place)).or_insert_with(new);
                *first = (*first).min(ids[0]);
                images.add(container, ids.len() as u64);
            }
            classes.entry((number, class)).or_default().extend(ids);
        }
    }
    let mut findings = service_accounts(&decisions, inventory, selected.then_some(&used));
    findings.extend(rbac::findings(&decisions, inventory, &accounts, selected.then_some(&used)));
    findings.extend(standards.finish().iter().flat_map(|n| namespace(&decisions, inventory, n)));
    let mut blasts: BTreeMap<_, _> =
        reach.workloads().into_iter().map(|row| (row.workload, row.blast)).collect();
    let answers = classes.keys().map(|(_, (_, answers))| answers.len()).sum::<usize>();
    let (mut classes, mut images) = (classes.into_iter().peekable(), images.into_iter().peekable());
    let judged = workloads.into_iter().enumerate().map(|(number, workload)| {
        let mut classes: Classes = of(number, &mut classes);
        for (_, pods) in &mut classes {
            pods.sort_unstable();
        }
        let images: Images = of(number, &mut images);
        let mut own = running_images(&decisions, inventory, &workload, images);
        own.extend(leading(
            (&decisions, inventory),
            &workload,
            &classes,
            &reach.cluster_admin_path(&workload),
        ));
        (workload, classes, own)
    });
    let judged: Vec<_> = judged.collect();
    // What the findings need is memory that these leave.
    drop(reach);
    drop(pods);
    findings.reserve(answers + judged.iter().map(|(_, _, own)| own.len()).sum::<usize>());
    let mut rows_of_all = Vec::new();
    for (workload, classes, mut own) in judged {
        let blast = blasts.remove(&workload).unwrap_or_default();
        let mut merged = merge(inventory, &workload, &classes);
        rows_of_all.extend(rows(inventory, &workload, classes, (blast, &own)));
        merged.append(&mut own);
        findings.extend(merged.into_iter().map(|f| Finding { blast: Some(blast), ..f }));
    }
    findings.sort_unstable_by(|a, b| a.order().cmp(&b.order()));
    findings.shrink_to_fit();
    rows_of_all.sort_by(|a, b| {
        let order = |row: &WorkloadRow| (row.blast, row.failed, row.unknown);
        let by_names = || a.pods.iter().cmp(b.pods.iter());
        (order(b), &a.workload).cmp(&(order(a), &b.workload)).then_with(by_names)
    });
    let (covered, unheeded) = decisions.seen();
    let coverage = inventory.coverages().collect();
    Audit { workloads: rows_of_all, findings, coverage, covered, unheeded }
}

/// What belongs to this number, which is the next.
fn of<K, V>(
    number: usize,
    all: &mut Peekable<impl Iterator<Item = ((usize, K), V)>>,
) -> Vec<(K, V)> {
    let own = std::iter::from_fn(|| all.next_if(|((other, _), _)| *other == number));
    own.map(|((_, key), value)| (key, value)).collect()
}

fn service_accounts(
    decisions: &Decided,
    inventory: &Inventory,
    only: Option<&BTreeSet<(String, String)>>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let wanted = |key| only.is_none_or(|used| used.contains(key));
    for (_, account) in inventory.service_accounts.iter().filter(|(key, _)| wanted(key)) {
        let posture = ServiceAccountPosture::new(account);
        let about = (&posture.object, &account.metadata.annotations);
        findings.extend(rules::ALL.iter().filter_map(|rule| {
            decided::of_object(decisions, rule, about, rule.judge_service_account(&posture)?)
        }));
    }
    findings
}

fn namespace(
    decisions: &Decided,
    inventory: &Inventory,
    standards: &NamespaceStandards,
) -> Vec<Finding> {
    let none = BTreeMap::new();
    let read = inventory.namespaces.get(&standards.object.name);
    let about = (&standards.object, read.map_or(&none, |read| &read.annotations));
    let judged = rules::ALL.iter().filter_map(|rule| {
        decided::of_object(decisions, rule, about, rule.judge_namespace(standards)?)
    });
    judged.collect()
}
