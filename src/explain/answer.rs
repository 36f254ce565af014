//! From facts to answers.

use super::container_facts::{CONTAINER_FACTS, in_short};
use super::facts::Fact;
use super::pod_facts::{POD_FACTS, STANDARDS, standards};
use crate::evidence::{Confidence, Evidence, confidence};
use crate::object::ObjectRef;
use crate::posture::{ContainerPosture, Effective, Gap, PodPosture};
use crate::pss::Compliance;

/// What is true, or why it is unknown; and what that rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// In words that read well after the fact's title and a colon.
    pub value: Result<String, Gap>,
    /// What decided.
    pub decided_by: Vec<Evidence>,
    /// What was set, and lost.
    pub overruled: Vec<Evidence>,
}

impl Answer {
    /// The answer that an effective value gives.
    pub(super) fn of<T>(fact: &Effective<T>, words: impl FnOnce(&T) -> String) -> Self {
        Self {
            value: fact.value.as_ref().map(words).map_err(Clone::clone),
            decided_by: fact.decided_by.clone(),
            overruled: fact.overruled.clone(),
        }
    }

    /// An answer that fields alone give.
    pub(super) fn known(
        words: impl Into<String>,
        decided_by: impl IntoIterator<Item = Evidence>,
    ) -> Self {
        let decided_by = decided_by.into_iter().collect();
        Self { value: Ok(words.into()), decided_by, overruled: Vec::new() }
    }

    /// As sure as the least sure thing that it rests on.
    #[must_use]
    pub fn confidence(&self) -> Confidence {
        confidence(&self.decided_by)
    }
}

/// A fact and its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explained {
    /// Which fact.
    pub fact: Fact,
    /// What is true.
    pub answer: Answer,
}

/// Everything about one pod, without its name: replicas that are alike have the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PodExplained {
    /// Whether an API server has stored the pod; if not, admission is predicted.
    pub admitted: bool,
    /// About the pod as a whole.
    pub pod: Vec<Explained>,
    /// About each container.
    pub containers: Vec<ContainerExplained>,
}

/// Everything about one container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContainerExplained {
    /// Its name.
    pub name: String,
    /// What part it plays; empty for a main container.
    pub role: &'static str,
    /// In one sentence.
    pub in_short: String,
    /// The facts.
    pub facts: Vec<Explained>,
}

/// Explains one pod, or one container of it; `compliance` is with the newest standards.
#[must_use]
pub fn explain(
    pod: &PodPosture,
    compliance: &Compliance,
    container: Option<&str>,
) -> (ObjectRef, PodExplained) {
    let wanted = pod.containers.iter().filter(|c| container.is_none_or(|name| name == c.name));
    let of = |c: &ContainerPosture| {
        let facts = CONTAINER_FACTS.iter().map(|(fact, answer)| explained(*fact, answer(pod, c)));
        ContainerExplained {
            name: c.name.clone(),
            role: c.role.as_str(),
            in_short: in_short(pod, c),
            facts: facts.collect(),
        }
    };
    let explained = PodExplained {
        admitted: pod.admitted,
        pod: POD_FACTS
            .iter()
            .map(|(fact, answer)| explained(*fact, answer(pod)))
            .chain([explained(STANDARDS, standards(compliance))])
            .collect(),
        containers: wanted.map(of).collect(),
    };
    (pod.object.clone(), explained)
}

fn explained(fact: Fact, answer: Answer) -> Explained {
    Explained { fact, answer }
}
