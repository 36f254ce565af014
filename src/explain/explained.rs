//! From facts to answers: everything about one pod.

use super::answer::Answer;
use super::container_facts::{CONTAINER_FACTS, in_short};
use super::facts::Fact;
use super::pod_facts::{POD_FACTS, STANDARDS, standards};
use crate::object::ObjectRef;
use crate::posture::{ContainerPosture, PodPosture};
use crate::pss::Compliance;

/// A fact and its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explained {
    /// Which fact.
    pub fact: Fact,
    /// What is true.
    pub answer: Answer,
}

/// Everything about one pod, without its name, so that replicas can be compared.
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
    /// What it is in its pod; empty for a main container.
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
