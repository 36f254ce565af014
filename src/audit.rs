//! From facts to findings: judges every pod, ServiceAccount and Namespace by every rule, and folds
//! replicas with the same posture into one row. Pure.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::{Finding, Judgement, Severity, Verdict};
use crate::inventory::coverage::Coverage;
use crate::inventory::{Inventory, Workload};
use crate::object::ObjectRef;
use crate::posture::{ContainerPosture, PodPosture, ServiceAccountPosture, StartUser, TokenAccess};
use crate::rules::{self, Rule};
use crate::standards::{NamespaceStandards, Standards};

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

/// What a row says of all containers together: the worst of each.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Facts {
    /// Whether an API server has stored the pods; if not, what admission does is predicted.
    pub admitted: bool,
    /// Whether some container has an API token.
    pub token: Answer,
    /// Whether some container starts as root.
    pub root: Answer,
    /// What the containers' capabilities are, all together: `none`, `default` where a default is
    /// left, `ALL`, and the names that were added.
    pub capabilities: String,
    /// Whether some container is privileged.
    pub privileged: bool,
    /// Image references, sorted.
    pub images: Vec<String>,
    /// Whether every image is pinned by digest.
    pub pinned: bool,
}

/// An answer to a yes-no question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answer {
    /// No.
    No,
    /// The API does not hold the answer.
    Unknown,
    /// Given something that the API does not show.
    Possible,
    /// Yes.
    Yes,
}

impl Answer {
    /// The word used in every output.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::No => "no",
            Self::Unknown => "unknown",
            Self::Possible => "possible",
            Self::Yes => "yes",
        }
    }
}

/// What pods must share to be one row.
type Class = (Facts, Vec<Answered>);
/// The pods of one workload, by class.
type Classes = BTreeMap<Class, Vec<ObjectRef>>;
/// One rule's answer in one place of a pod: index of the rule, container, judgement.
type Answered = (usize, Option<String>, Judgement);

/// Judges everything in the inventory. If a label selector `selected` the pods, only what these
/// use: their ServiceAccounts, their Namespaces.
#[must_use]
pub fn audit(inventory: &Inventory, selected: bool) -> Audit {
    let mut classes: BTreeMap<Workload, Classes> = BTreeMap::new();
    let mut used = BTreeSet::new();
    let mut standards = Standards::new(inventory, selected);
    for pod in &inventory.pods {
        let posture = PodPosture::new(inventory, pod);
        if let Some(account) = posture.service_account.get() {
            used.insert((pod.namespace().to_owned(), account.clone()));
        }
        let by_standards = standards.pod(pod, &posture.workload);
        let answers = rules::ALL.iter().enumerate().flat_map(|(index, rule)| {
            let whole = rule.judge_standards(&by_standards).map(|judgement| (None, judgement));
            let judged = rule.judge_pod(&posture).into_iter().chain(whole);
            judged.map(move |(container, judgement)| (index, container, judgement))
        });
        let key = (Facts::new(&posture), answers.collect());
        let class = classes.entry(posture.workload).or_default().entry(key).or_default();
        class.push(posture.object);
    }
    let mut findings = service_accounts(inventory, selected.then_some(&used));
    findings.extend(standards.finish().iter().flat_map(namespace));
    let mut workloads = Vec::new();
    for (workload, classes) in classes {
        findings.extend(merge(&workload, &classes));
        workloads.extend(rows(&workload, classes));
    }
    findings.sort_by(|a, b| a.order().cmp(&b.order()));
    workloads.sort_by(|a, b| {
        let order = |row: &WorkloadRow| (row.failed, row.unknown);
        (order(b), &a.workload, &a.pods).cmp(&(order(a), &b.workload, &b.pods))
    });
    Audit { workloads, findings, coverage: inventory.coverages().collect() }
}

fn service_accounts(
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
                let workload = (object.kind.clone(), object.name.clone());
                findings.push(finding(rule, object, None, workload, 0, judgement));
            }
        }
    }
    findings
}

fn namespace(standards: &NamespaceStandards) -> impl Iterator<Item = Finding> {
    rules::ALL.iter().filter_map(|rule| {
        let judgement = rule.judge_namespace(standards)?;
        let object = standards.object.clone();
        let workload = (object.kind.clone(), object.name.clone());
        Some(finding(rule, object, None, workload, 0, judgement))
    })
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
    container: Option<String>,
    workload: (String, String),
    pods: u64,
    judgement: Judgement,
) -> Finding {
    let severity = judgement.severity.unwrap_or(rule.severity);
    Finding { rule: rule.id, severity, object, container, workload, pods, judgement }
}

fn rows(workload: &Workload, classes: Classes) -> Vec<WorkloadRow> {
    let most = classes.values().map(Vec::len).max().unwrap_or_default();
    let mut usual_seen = false;
    let row = |((facts, answers), objects): (Class, Vec<ObjectRef>)| {
        let mut failed = [0; 4];
        for (rule, _, judgement) in &answers {
            if judgement.verdict == Verdict::Fail {
                let severity = judgement.severity.unwrap_or(rules::ALL[*rule].severity);
                failed[Severity::Critical as usize - severity as usize] += 1;
            }
        }
        let diverges = objects.len() < most || usual_seen;
        usual_seen |= !diverges;
        let pods = objects.into_iter().filter(|o| o.kind == "Pod").map(|o| o.name);
        WorkloadRow {
            workload: workload.clone(),
            pods: pods.collect(),
            diverges,
            facts,
            failed,
            unknown: answers.iter().filter(|a| a.2.verdict == Verdict::Unknown).count(),
        }
    };
    classes.into_iter().map(row).collect()
}

impl Facts {
    fn new(pod: &PodPosture) -> Self {
        let containers = &pod.containers;
        let worst = |answer: fn(&ContainerPosture) -> Answer| {
            containers.iter().map(answer).max().unwrap_or(Answer::No)
        };
        let mut images: Vec<_> = containers.iter().filter_map(|c| c.image.get().cloned()).collect();
        images.sort();
        images.dedup();
        let is_pinned =
            |c: &ContainerPosture| c.image_ref.as_ref().is_ok_and(|image| image.digest.is_some());
        Self {
            admitted: pod.admitted,
            token: worst(token),
            root: worst(root),
            capabilities: capabilities(containers),
            privileged: containers.iter().any(|c| c.privileged.is(|p| *p)),
            images,
            pinned: containers.iter().all(is_pinned),
        }
    }
}

fn token(container: &ContainerPosture) -> Answer {
    match &container.token.value {
        Ok(TokenAccess::Mounted) => Answer::Yes,
        Ok(TokenAccess::Shared(_)) => Answer::Possible,
        Ok(TokenAccess::None | TokenAccess::Unreadable) => Answer::No,
        Err(_) => Answer::Unknown,
    }
}

fn root(container: &ContainerPosture) -> Answer {
    match container.user.get().map(StartUser::is_root) {
        Some(true) => Answer::Yes,
        Some(false) => Answer::No,
        None => Answer::Unknown,
    }
}

fn capabilities(containers: &[ContainerPosture]) -> String {
    use crate::posture::CapSet;
    let sets = containers.iter().filter_map(|c| c.capabilities.get());
    let (mut bounding, mut kept) = (CapSet::NONE, CapSet::NONE);
    for set in sets {
        bounding = bounding.union(set.bounding);
        kept = kept.union(set.kept);
    }
    match (bounding, bounding.minus(kept)) {
        (CapSet::ALL, _) => "ALL".to_owned(),
        (_, CapSet::NONE) if !kept.is_empty() => "default".to_owned(),
        (_, added) if !kept.is_empty() => format!("default, {added}"),
        (_, added) => added.to_string(),
    }
}
