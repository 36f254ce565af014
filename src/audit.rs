//! From facts to findings: judges every pod, ServiceAccount and Namespace by every rule, and folds
//! replicas with the same posture into one row. Pure.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::{Finding, Judgement, Severity, Verdict};
use crate::inventory::coverage::Coverage;
use crate::inventory::{Inventory, Workload};
use crate::object::{ContainerPlace, ObjectRef};
use crate::policy::Policy;
use crate::posture::{ContainerPosture, PodPosture, RunningImages, ServiceAccountPosture};
use crate::rules::{self, Rule};
use crate::standards::{NamespaceStandards, Standards};
use crate::suppression::Subject;

mod facts;

pub use facts::{Answer, Facts};

/// The result of a scan.
#[derive(Clone, Debug)]
pub struct Audit {
    /// One row a workload and posture, worst first.
    pub workloads: Vec<WorkloadRow>,
    /// All judgements, passes included, worst first.
    pub findings: Vec<Finding>,
    /// What was read and what was not.
    pub coverage: Vec<Coverage>,
}

/// Pods of one workload that are alike.
#[derive(Clone, Debug)]
pub struct WorkloadRow {
    /// What a person edits to change them.
    pub workload: Workload,
    /// Names of the pods, sorted; empty for a template that runs nothing.
    pub pods: Vec<String>,
    /// Whether most pods of the workload are different.
    pub diverges: bool,
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
type Classes = BTreeMap<Class, Vec<ObjectRef>>;
/// What the pods of one workload run, by container, with the first pod.
type Images = BTreeMap<ContainerPlace, (ObjectRef, RunningImages)>;
/// One rule's answer in one place of a pod: index of the rule, container, judgement.
type Answered = (usize, Option<ContainerPlace>, Judgement);

/// Judges everything in the inventory. If a label selector `selected` the pods, only what these
/// use: their ServiceAccounts, their Namespaces.
#[must_use]
pub fn audit(inventory: &Inventory, selected: bool) -> Audit {
    audit_by(&Policy::default(), inventory, selected)
}

/// The same, by the operator's decisions.
#[must_use]
pub fn audit_by(policy: &Policy, inventory: &Inventory, selected: bool) -> Audit {
    let mut classes: BTreeMap<Workload, Classes> = BTreeMap::new();
    let mut images: BTreeMap<Workload, Images> = BTreeMap::new();
    let mut used = BTreeSet::new();
    let mut standards = Standards::new(inventory, selected);
    for pod in &inventory.pods {
        let posture = PodPosture::new(inventory, pod);
        if let Some(account) = posture.service_account.get() {
            used.insert((pod.namespace().to_owned(), account.clone()));
        }
        let of_workload = images.entry(posture.workload.clone()).or_default();
        for container in &posture.containers {
            let new = || (posture.object.clone(), RunningImages::default());
            of_workload
                .entry(ContainerPlace { completed: false, ..container.place() })
                .or_insert_with(new)
                .1
                .add(container);
        }
        let by_standards = standards.pod(pod, &posture.workload);
        let answers = rules::ALL.iter().enumerate().flat_map(|(index, rule)| {
            let whole = rule.judge_standards(&by_standards).map(|judgement| (None, judgement));
            let judged = rule.judge_pod(&posture).into_iter().chain(whole);
            judged.map(move |(container, judgement)| (index, container, judgement))
        });
        let answers = answers.filter_map(|(index, container, judgement)| {
            let name = container.as_ref().map(|container| container.name.as_str());
            let of = |c: &&ContainerPosture| Some(c.place().name.as_str()) == name;
            let image = posture.containers.iter().find(of).and_then(|c| c.image.get());
            let subject = subject(&posture.workload, name, image.map(String::as_str));
            let rule = &rules::ALL[index];
            let judged = policy.judged(rule, &subject, &pod.metadata.annotations, judgement)?;
            Some((index, container, judged))
        });
        let key = (Facts::new(&posture), answers.collect());
        let class = classes.entry(posture.workload).or_default().entry(key).or_default();
        class.push(posture.object);
    }
    let mut findings = service_accounts(policy, inventory, selected.then_some(&used));
    findings.extend(standards.finish().iter().flat_map(|n| namespace(policy, inventory, n)));
    let mut workloads = Vec::new();
    for (workload, classes) in classes {
        let drift = running_images(policy, &workload, images.remove(&workload).unwrap_or_default());
        findings.extend(merge(&workload, &classes));
        workloads.extend(rows(&workload, classes, &drift));
        findings.extend(drift);
    }
    findings.sort_by(|a, b| a.order().cmp(&b.order()));
    workloads.sort_by(|a, b| {
        let order = |row: &WorkloadRow| (row.failed, row.unknown);
        (order(b), &a.workload, &a.pods).cmp(&(order(a), &b.workload, &b.pods))
    });
    Audit { workloads, findings, coverage: inventory.coverages().collect() }
}

/// What an exception can be about, in a workload.
fn subject<'a>(
    workload: &'a Workload,
    container: Option<&'a str>,
    image: Option<&'a str>,
) -> Subject<'a> {
    let Workload { namespace, kind, name } = workload;
    Subject { namespace: Some(namespace), workload: (kind, name), container, image }
}

/// What an exception can be about, in an object that is no workload.
fn itself(object: &ObjectRef) -> Subject<'_> {
    let namespace = object.namespace.as_deref();
    Subject { namespace, workload: (&object.kind, &object.name), container: None, image: None }
}

fn service_accounts(
    policy: &Policy,
    inventory: &Inventory,
    only: Option<&BTreeSet<(String, String)>>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let wanted = |key| only.is_none_or(|used| used.contains(key));
    for (_, account) in inventory.service_accounts.iter().filter(|(key, _)| wanted(key)) {
        let posture = ServiceAccountPosture::new(account);
        for rule in rules::ALL {
            if let Some(judgement) = rule.judge_service_account(&posture) {
                let object = posture.object.clone();
                let annotations = &account.metadata.annotations;
                let judged = policy.judged(rule, &itself(&object), annotations, judgement);
                let workload = (object.kind.clone(), object.name.clone());
                let found = |judgement| finding(rule, object, None, workload, 0, judgement);
                findings.extend(judged.map(found));
            }
        }
    }
    findings
}

fn namespace(
    policy: &Policy,
    inventory: &Inventory,
    standards: &NamespaceStandards,
) -> impl Iterator<Item = Finding> {
    let none = BTreeMap::new();
    let read = inventory.namespaces.get(&standards.object.name);
    rules::ALL.iter().filter_map(move |rule| {
        let judgement = rule.judge_namespace(standards)?;
        let object = standards.object.clone();
        let annotations = read.map_or(&none, |read| &read.annotations);
        let judgement = policy.judged(rule, &itself(&object), annotations, judgement)?;
        let workload = (object.kind.clone(), object.name.clone());
        Some(finding(rule, object, None, workload, 0, judgement))
    })
}

fn running_images(policy: &Policy, workload: &Workload, images: Images) -> Vec<Finding> {
    let judged = images.into_iter().flat_map(|(container, (object, images))| {
        rules::ALL.iter().filter_map(move |rule| {
            let judgement = rule.judge_images(&images)?;
            let subject = subject(workload, Some(&container.name), None);
            let judgement = policy.judged(rule, &subject, &BTreeMap::new(), judgement)?;
            let owner = (workload.kind.clone(), workload.name.clone());
            let container = Some(container.clone());
            Some(finding(rule, object.clone(), container, owner, images.pods, judgement))
        })
    });
    judged.collect()
}

/// The judgements of all classes of a workload; the same one in several classes is one finding.
fn merge<'a>(workload: &'a Workload, classes: &'a Classes) -> impl Iterator<Item = Finding> + 'a {
    let mut merged: BTreeMap<&Answered, (&ObjectRef, u64)> = BTreeMap::new();
    for ((_, answers), objects) in classes {
        for answer in answers {
            let (first, pods) = merged.entry(answer).or_insert((&objects[0], 0));
            *first = (*first).min(&objects[0]);
            *pods += objects.iter().filter(|object| object.kind == "Pod").count() as u64;
        }
    }
    merged.into_iter().map(|((rule, container, judgement), (object, pods))| {
        let owner = (workload.kind.clone(), workload.name.clone());
        let rule = &rules::ALL[*rule];
        finding(rule, object.clone(), container.clone(), owner, pods, judgement.clone())
    })
}

fn finding(
    rule: &Rule,
    object: ObjectRef,
    container: Option<ContainerPlace>,
    workload: (String, String),
    pods: u64,
    judgement: Judgement,
) -> Finding {
    let severity = judgement.severity.unwrap_or(rule.severity);
    Finding { rule: rule.id, severity, object, container, workload, pods, judgement }
}

/// One row a class; what is said of the workload as a whole counts in the row of most pods.
fn rows(workload: &Workload, classes: Classes, whole: &[Finding]) -> Vec<WorkloadRow> {
    let most = classes.values().map(Vec::len).max().unwrap_or_default();
    let mut usual_seen = false;
    let row = |((facts, answers), objects): (Class, Vec<ObjectRef>)| {
        let diverges = objects.len() < most || usual_seen;
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
        let pods = objects.into_iter().filter(|o| o.kind == "Pod").map(|o| o.name).collect();
        WorkloadRow { workload: workload.clone(), pods, diverges, facts, failed, unknown }
    };
    classes.into_iter().map(row).collect()
}
