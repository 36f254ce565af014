//! Judgements that are kept once: most pods of a cluster get the same few thousand answers.

use std::collections::HashSet;
use std::hash::Hash;
use std::sync::Arc;

use super::Answered;
use crate::finding::Judgement;
use crate::object::ContainerPlace;
use crate::posture::PodPosture;
use crate::rules::{self, Around};
use crate::standards::PodStandards;

/// Every judgement and container so far.
#[derive(Default)]
pub(super) struct Shared {
    judgements: HashSet<Arc<Judgement>>,
    places: HashSet<Arc<ContainerPlace>>,
}

impl Shared {
    /// What every rule says of a pod.
    pub(super) fn answers(
        &mut self,
        pod: &PodPosture,
        around: Around,
        standards: &PodStandards,
    ) -> Vec<Answered> {
        let mut answers = Vec::new();
        for (index, rule) in rules::ALL.iter().enumerate() {
            let whole = rule.judge_standards(standards).map(|judgement| (None, judgement));
            for (place, judgement) in rule.judge_pod(pod, around).into_iter().chain(whole) {
                let place = place.map(|place| once(&mut self.places, place));
                answers.push((index, place, once(&mut self.judgements, judgement)));
            }
        }
        answers.shrink_to_fit();
        answers
    }
}

fn once<T: Eq + Hash>(known: &mut HashSet<Arc<T>>, value: T) -> Arc<T> {
    if let Some(known) = known.get(&value) {
        return known.clone();
    }
    let value = Arc::new(value);
    known.insert(value.clone());
    value
}
