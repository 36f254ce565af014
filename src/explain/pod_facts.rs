//! The facts about a pod as a whole.

use super::answer::Answer;
use super::facts::{Fact, list};
use crate::posture::{Os, PodPosture};

type Of = fn(&PodPosture) -> Answer;

const ADMISSION: &str = "plugin/pkg/admission/serviceaccount/admission.go";

/// Every fact about a pod, in the order of telling.
pub(super) const POD_FACTS: &[(Fact, Of)] = &[
    (Fact::new("os", "Operating system", "KEP-2802"), os),
    (Fact::new("host-users", "User namespace", "KEP-127"), host_users),
    (
        Fact::new(
            "host-namespaces",
            "Namespaces of the node",
            "pkg/kubelet/kuberuntime/util, NamespacesForPod",
        ),
        host_namespaces,
    ),
    (Fact::new("service-account", "ServiceAccount", ADMISSION), service_account),
    (
        Fact::new(
            "token-declared",
            "Token, as declared",
            "plugin/pkg/admission/serviceaccount/admission.go, shouldAutomount",
        ),
        token_declared,
    ),
];

fn os(pod: &PodPosture) -> Answer {
    Answer::of(&pod.os, |os| match os {
        Os::Linux => "Linux".to_owned(),
        Os::Windows => "Windows".to_owned(),
    })
}

fn host_users(pod: &PodPosture) -> Answer {
    Answer::of(&pod.host_users, |host| match host {
        true => "the node's: root in the pod is root on the node".to_owned(),
        false => "its own: root in the pod is nobody on the node".to_owned(),
    })
}

fn host_namespaces(pod: &PodPosture) -> Answer {
    let used = pod.host_namespaces.iter().map(|n| n.field.to_owned());
    Answer::known(list(used), pod.host_namespaces.iter().map(|n| n.evidence.clone()))
}

fn service_account(pod: &PodPosture) -> Answer {
    Answer::of(&pod.service_account, Clone::clone)
}

fn token_declared(pod: &PodPosture) -> Answer {
    Answer::of(&pod.automount, |on| match on {
        true => "to be mounted into every container that has nothing at its path".to_owned(),
        false => "not to be mounted".to_owned(),
    })
}
