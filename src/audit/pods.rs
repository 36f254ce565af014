//! The pods: posture and Pod Security level of each pod template are computed here, once, and judged
//! by every rule that needs nothing else. Then the template is given up, before paths are built:
//! only what its tokens are is left for the rules that ask what a token is worth.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use indexmap::IndexMap;

use super::intern::Interner;
use super::outcome::RuleOutcome;
use super::policy::PolicyFilter;
use super::row_facts::RowFacts;
use super::template::{JudgedContainer, JudgedTemplate};
use super::workload::{ContainerImages, WorkloadPods};
use crate::inventory::{Inventory, PodId, PodTemplates, Workload};
use crate::object::ContainerPlace;
use crate::posture::{ContainerPosture, PodAccount, PodPosture, RunningImages};
use crate::reach::PodVariants;
use crate::rules::{self, RuleSubject};
use crate::standards::{NamespaceStandards, PodStandards, Standards};

/// All pods, as far as they can be judged by themselves.
pub(super) struct JudgedPods {
    /// In the order of the first pod of each.
    pub(super) drafts: Vec<RowDraft>,
    /// What paths need to know of them.
    pub(super) on_paths: PodVariants,
    /// Every workload, in the order of its first pod, with what its containers run.
    pub(super) workloads: IndexMap<Workload, WorkloadPods>,
    /// Namespace and name of the ServiceAccounts that they run as.
    pub(super) service_accounts: BTreeSet<(String, String)>,
    /// Their Namespaces, measured by all their pods.
    pub(super) namespaces: Vec<NamespaceStandards>,
}

/// Pods of one workload, one template and nodes of one platform: a row but for what is said of
/// their tokens.
pub(super) struct RowDraft {
    /// The workload's number.
    pub(super) workload: usize,
    /// By name.
    pub(super) pods: Vec<PodId>,
    pub(super) facts: RowFacts,
    /// Of every rule that judges a pod by itself, as the operator has it.
    pub(super) outcomes: Vec<RuleOutcome>,
    /// Nearly always of this row alone.
    pub(super) template: Rc<JudgedTemplate>,
}

/// Judges the pods of this inventory, whose templates were taken out of it. If a label selector
/// `selected` them, only their own Namespaces are measured.
pub(super) fn judge(
    inventory: &Inventory,
    selected: bool,
    filter: &PolicyFilter,
    templates: PodTemplates,
    interner: &mut Interner,
) -> JudgedPods {
    let mut standards = Standards::new(inventory, selected);
    let mut judged = JudgedPods {
        drafts: Vec::new(),
        on_paths: PodVariants::default(),
        workloads: IndexMap::new(),
        service_accounts: BTreeSet::new(),
        namespaces: Vec::new(),
    };
    for group in templates.into_groups(inventory) {
        let posture = PodPosture::new(inventory, &group.pod);
        let pod_standards = standards.pod(&group.pod);
        if let Some(account) = posture.service_account.get() {
            judged.service_accounts.insert((group.pod.namespace().to_owned(), account.clone()));
        }
        let outcomes = outcomes(&posture, &pod_standards, interner);
        let facts = RowFacts::new(&posture);
        let mut members = Vec::new();
        let replicas = inventory.by_workload(&group);
        let level = pod_standards.compliance.level;
        judged.on_paths.add(inventory, &group.pod, &posture, level, &replicas);
        for (workload, pods) in replicas {
            standards.count(&pod_standards, &workload, pods.len());
            let entry = judged.workloads.entry(workload.clone());
            let number = entry.index();
            count_images(&mut entry.or_default().images, &posture.containers, &pods);
            members.push((workload, number, pods));
        }
        let template = Rc::new(template(posture, group.pod.metadata.annotations, interner));
        for (workload, number, pods) in members {
            let outcomes = outcomes.iter().filter_map(|outcome| {
                template.filtered(filter, &workload, outcome.clone(), interner)
            });
            let mut outcomes: Vec<_> = outcomes.collect();
            outcomes.shrink_to_fit();
            let (facts, template) = (facts.clone(), template.clone());
            judged.drafts.push(RowDraft { workload: number, pods, facts, outcomes, template });
        }
    }
    judged.namespaces = standards.finish();
    judged
}

/// What every rule says of a pod that judges pods by themselves.
fn outcomes(
    pod: &PodPosture,
    standards: &PodStandards,
    interner: &mut Interner,
) -> Vec<RuleOutcome> {
    let places: Vec<_> = pod.containers.iter().map(|c| interner.container(c.place())).collect();
    let mut outcomes = Vec::new();
    for (number, rule) in rules::ALL.iter().enumerate() {
        for subject in [RuleSubject::Pod(pod), RuleSubject::PodStandards(standards)] {
            if let Some(judgement) = rule.judge(subject) {
                let judgement = judgement.into();
                outcomes.push(RuleOutcome { number, container: None, judgement });
            }
        }
        for (container, place) in pod.containers.iter().zip(&places) {
            if let Some(judgement) = rule.judge(RuleSubject::Container { pod, container }) {
                let (container, judgement) = (Some(place.clone()), judgement.into());
                outcomes.push(RuleOutcome { number, container, judgement });
            }
        }
    }
    outcomes
}

fn template(
    posture: PodPosture,
    annotations: BTreeMap<String, String>,
    interner: &mut Interner,
) -> JudgedTemplate {
    let account = PodAccount::new(&posture);
    let containers = posture.containers.into_iter().map(|container| JudgedContainer {
        place: interner.container(container.place()),
        image: container.image.get().cloned(),
        credentials: interner.credentials(container.into()),
    });
    let mut containers: Vec<_> = containers.collect();
    // It is collected where the postures were, which are large.
    containers.shrink_to_fit();
    JudgedTemplate { annotations, account, containers }
}

/// Adds what these pods run to what the other pods of their workload run.
fn count_images(all: &mut Vec<ContainerImages>, containers: &[ContainerPosture], pods: &[PodId]) {
    let Some(first) = pods.iter().min() else { return };
    for container in containers {
        let place = ContainerPlace { completed: false, ..container.place() };
        let at = all.binary_search_by(|other| other.container.cmp(&place)).unwrap_or_else(|at| {
            let images = RunningImages::default();
            // Nearly always the only one.
            all.reserve_exact(1);
            all.insert(at, ContainerImages { container: place, first: *first, images });
            at
        });
        all[at].first = all[at].first.min(*first);
        all[at].images.add(container, pods.len() as u64);
    }
}
