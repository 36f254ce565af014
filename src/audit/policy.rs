//! The operator's policy, applied to each judgement in its place; and what that shows about the
//! policy itself.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::finding::{Judgement, Verdict};
use crate::inventory::Workload;
use crate::object::ObjectRef;
use crate::policy::Policy;
use crate::rules::Rule;
use crate::suppression::ExceptionSubject;

/// Lets judgements through as the operator's policy has them.
pub(super) struct PolicyFilter<'a> {
    policy: &'a Policy,
    notes: RefCell<PolicyNotes>,
}

/// What shows about a policy only where every judgement passes by.
#[derive(Default)]
pub(super) struct PolicyNotes {
    /// Exceptions of the file that match what another one accepts already, by source, with the
    /// source of the other.
    pub(super) covered_exceptions: BTreeMap<String, String>,
    /// Where an annotation would accept a finding, which the operator does not allow.
    pub(super) unheeded_annotations: BTreeSet<UnheededAnnotation>,
}

/// A finding that an annotation would accept, if the operator allowed it.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct UnheededAnnotation {
    rule: &'static str,
    namespace: Option<String>,
    kind: String,
    name: String,
    container: Option<String>,
}

impl<'a> PolicyFilter<'a> {
    pub(super) fn new(policy: &'a Policy) -> Self {
        Self { policy, notes: RefCell::default() }
    }

    /// The judgement as the operator has it; none for a rule that is off. `annotations` are those
    /// of the object judged: those of one pod say nothing of the other pods of its workload.
    pub(super) fn apply(
        &self,
        rule: &'static Rule,
        subject: &ExceptionSubject,
        annotations: &BTreeMap<String, String>,
        judgement: impl Into<Arc<Judgement>>,
    ) -> Option<Arc<Judgement>> {
        let judgement = self.policy.judged(rule, subject, annotations, judgement)?;
        if let Some(acceptance) = &judgement.acceptance {
            let matching = self.policy.matching(rule, subject).map(|exception| &exception.source);
            for other in matching.filter(|source| **source != acceptance.source) {
                let covered = &mut self.notes.borrow_mut().covered_exceptions;
                covered.entry(other.clone()).or_insert_with(|| acceptance.source.clone());
            }
        }
        let is_open = matches!(judgement.verdict, Verdict::Fail | Verdict::Unknown);
        let counts = is_open && !judgement.is_accepted();
        if counts && self.policy.is_unheeded(rule, annotations) {
            let owned = |text: Option<&str>| text.map(str::to_owned);
            self.notes.borrow_mut().unheeded_annotations.insert(UnheededAnnotation {
                rule: rule.id,
                namespace: owned(subject.namespace),
                kind: subject.kind.to_owned(),
                name: subject.name.to_owned(),
                container: owned(subject.container),
            });
        }
        Some(judgement)
    }

    /// What all judgements together have shown.
    pub(super) fn finish(self) -> PolicyNotes {
        self.notes.into_inner()
    }
}

/// A workload, or the container of one name and image in all its pods.
pub(super) fn workload_subject<'a>(
    workload: &'a Workload,
    container: Option<&'a str>,
    image: Option<&'a str>,
) -> ExceptionSubject<'a> {
    let Workload { namespace, kind, name } = workload;
    ExceptionSubject { namespace: Some(namespace), kind, name, container, image }
}

/// An object that is no pod.
pub(super) fn object_subject(object: &ObjectRef) -> ExceptionSubject<'_> {
    ExceptionSubject {
        namespace: object.namespace.as_deref(),
        kind: &object.kind,
        name: &object.name,
        container: None,
        image: None,
    }
}
