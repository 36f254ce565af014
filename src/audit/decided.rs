//! What the operator decided, applied to each judgement in its place.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Answered, finding};
use crate::finding::{Finding, Judgement};
use crate::inventory::Workload;
use crate::object::ObjectRef;
use crate::policy::Policy;
use crate::posture::PodPosture;
use crate::rules::{self, Rule};
use crate::suppression::Subject;

/// The answers about a pod as the operator sees them in this workload.
pub(super) fn of_pod(
    policy: &Policy,
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
        let judged = policy.judged(rule, &subject, annotations, judgement.clone())?;
        Some((*index, place.clone(), judged))
    });
    decided.collect()
}

/// The judgement of all pods of a workload together, or of their containers of one name. The
/// annotations of one pod do not speak for the others.
pub(super) fn of_workload(
    policy: &Policy,
    rule: &Rule,
    (workload, container): (&Workload, Option<&str>),
    judgement: Judgement,
) -> Option<Arc<Judgement>> {
    let subject = in_workload(workload, container, None);
    policy.judged(rule, &subject, &BTreeMap::new(), judgement)
}

/// The finding about an object that is no pod.
pub(super) fn of_object(
    policy: &Policy,
    rule: &Rule,
    (object, annotations): (&ObjectRef, &BTreeMap<String, String>),
    judgement: Judgement,
) -> Option<Finding> {
    let namespace = object.namespace.as_deref();
    let workload = (object.kind.as_str(), object.name.as_str());
    let subject = Subject { namespace, workload, container: None, image: None };
    let judged = policy.judged(rule, &subject, annotations, judgement)?;
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
