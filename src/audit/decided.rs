//! What the operator decided, applied to each judgement in its place.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Answered;
use super::workload::finding;
use crate::finding::{Finding, Judgement, Verdict};
use crate::inventory::Workload;
use crate::object::ObjectRef;
use crate::policy::Policy;
use crate::posture::PodPosture;
use crate::rules::{self, Rule};
use crate::suppression::Subject;

/// The decisions, and what became clear about them on the way.
pub(super) struct Decided<'a> {
    policy: &'a Policy,
    seen: RefCell<Seen>,
}

/// What only shows where every judgement passes by.
#[derive(Default)]
struct Seen {
    covered: BTreeMap<String, String>,
    unheeded: BTreeSet<(&'static str, Place)>,
}

/// Namespace, kind and name of the workload, container.
type Place = (Option<String>, String, String, Option<String>);

impl<'a> Decided<'a> {
    pub(super) fn new(policy: &'a Policy) -> Self {
        Self { policy, seen: RefCell::default() }
    }

    /// Exceptions of the file that match what another accepts already, by source, with the source
    /// of the other; and in how many places an annotation would accept a finding, and may not.
    pub(super) fn seen(self) -> (BTreeMap<String, String>, usize) {
        let Seen { covered, unheeded } = self.seen.into_inner();
        (covered, unheeded.len())
    }

    fn judged(
        &self,
        rule: &'static Rule,
        subject: &Subject,
        annotations: &BTreeMap<String, String>,
        judgement: impl Into<Arc<Judgement>>,
    ) -> Option<Arc<Judgement>> {
        let judged = self.policy.judged(rule, subject, annotations, judgement)?;
        if let Some(acceptance) = &judged.acceptance {
            let matching = self.policy.matching(rule, subject).map(|exception| &exception.source);
            for other in matching.filter(|source| **source != acceptance.source) {
                let covered = &mut self.seen.borrow_mut().covered;
                covered.entry(other.clone()).or_insert_with(|| acceptance.source.clone());
            }
        }
        let is_open = matches!(judged.verdict, Verdict::Fail | Verdict::Unknown);
        let counts = is_open && !judged.is_accepted();
        if counts && self.policy.is_unheeded(rule, annotations) {
            let (kind, name) = subject.workload;
            let owned = |text: Option<&str>| text.map(str::to_owned);
            let namespace = owned(subject.namespace);
            let place = (namespace, kind.to_owned(), name.to_owned(), owned(subject.container));
            self.seen.borrow_mut().unheeded.insert((rule.id, place));
        }
        Some(judged)
    }
}

/// The answers about a pod as the operator sees them in this workload.
pub(super) fn of_pod(
    decisions: &Decided,
    (workload, annotations): (&Workload, &BTreeMap<String, String>),
    pod: &PodPosture,
    answers: &[Answered],
) -> Vec<Answered> {
    let decided = answers.iter().filter_map(|(index, place, judgement)| {
        let name = place.as_ref().map(|place| place.name.as_str());
        let container = pod.containers.iter().find(|c| Some(c.place().name.as_str()) == name);
        let image = container.and_then(|container| container.image.get());
        let subject = in_workload(workload, name, image.map(String::as_str));
        let rule = &rules::ALL[*index];
        let judged = decisions.judged(rule, &subject, annotations, judgement.clone())?;
        Some((*index, place.clone(), judged))
    });
    decided.collect()
}

/// The judgement of all pods of a workload together, or of their containers of one name. The
/// annotations of one pod do not speak for the others.
pub(super) fn of_workload(
    decisions: &Decided,
    rule: &'static Rule,
    (workload, container): (&Workload, Option<&str>),
    judgement: Judgement,
) -> Option<Arc<Judgement>> {
    let subject = in_workload(workload, container, None);
    decisions.judged(rule, &subject, &BTreeMap::new(), judgement)
}

/// The finding about an object that is no pod.
pub(super) fn of_object(
    decisions: &Decided,
    rule: &'static Rule,
    (object, annotations): (&ObjectRef, &BTreeMap<String, String>),
    judgement: Judgement,
) -> Option<Finding> {
    let namespace = object.namespace.as_deref();
    let workload = (object.kind.as_str(), object.name.as_str());
    let subject = Subject { namespace, workload, container: None, image: None };
    let judged = decisions.judged(rule, &subject, annotations, judgement)?;
    let owner = (object.kind.clone(), object.name.clone());
    Some(finding(rule, object.clone(), None, owner, 0, judged))
}

fn in_workload<'a>(
    workload: &'a Workload,
    container: Option<&'a str>,
    image: Option<&'a str>,
) -> Subject<'a> {
    let Workload { namespace, kind, name } = workload;
    Subject { namespace: Some(namespace), workload: (kind, name), container, image }
}
