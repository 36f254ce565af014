//! The facts about a pod as a whole.

use super::answer::Answer;
use super::facts::{Fact, list};
use crate::posture::{Os, PodPosture};
use crate::pss::{Compliance, Level};

type PodAnswer = fn(&PodPosture) -> Answer;

const ADMISSION: &str = "plugin/pkg/admission/serviceaccount/admission.go";

/// Every fact about a pod, in the order of telling.
pub(super) const POD_FACTS: &[(Fact, PodAnswer)] = &[
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
    (Fact::new("runtime-class", "RuntimeClass", "KEP-585"), runtime_class),
    (Fact::new("sysctls", "Sysctls", "pkg/kubelet/sysctl"), sysctls),
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

/// The level of the Pod Security Standards, which are about what is written, not what takes effect.
pub(super) const STANDARDS: Fact = Fact::new(
    "pod-security",
    "Pod Security Standards",
    "k8s.io/pod-security-admission policy; KEP-2579",
);

/// The highest level, and the fields that keep the pod from the next one.
pub(super) fn standards(compliance: &Compliance) -> Answer {
    let blocked = compliance.blocking.iter().map(|violation| violation.check.to_owned());
    let words = match compliance.level {
        Level::Restricted => "meets restricted, the highest level".to_owned(),
        level => format!("meets {level}, and not the next level because of {}", list(blocked)),
    };
    Answer::known(words, compliance.blocking.iter().flat_map(|v| v.evidence.clone()))
}

fn os(pod: &PodPosture) -> Answer {
    Answer::from_effective(&pod.os, |os| match os {
        Os::Linux => "Linux".to_owned(),
        Os::Windows => "Windows".to_owned(),
    })
}

fn host_users(pod: &PodPosture) -> Answer {
    Answer::from_effective(&pod.host_users, |host| match host {
        true => "the node's: root in the pod is root on the node".to_owned(),
        false => "its own: root in the pod is nobody on the node".to_owned(),
    })
}

fn host_namespaces(pod: &PodPosture) -> Answer {
    let used = pod.host_namespaces.iter().map(|n| n.field.to_owned());
    Answer::known(list(used), pod.host_namespaces.iter().map(|n| n.evidence.clone()))
}

/// A handler may put a virtual machine or another kernel between the pod and its node.
fn runtime_class(pod: &PodPosture) -> Answer {
    Answer::from_effective(&pod.runtime_class, |class| match class {
        None => "none: the node's own runtime and kernel".to_owned(),
        Some(name) => format!(
            "{name}: what is said of the kernel holds inside its handler, which may be a virtual \
             machine or a sandbox"
        ),
    })
}

fn sysctls(pod: &PodPosture) -> Answer {
    Answer::from_effective(&pod.sysctls, |names| list(names.iter().cloned()))
}

fn service_account(pod: &PodPosture) -> Answer {
    Answer::from_effective(&pod.service_account, Clone::clone)
}

fn token_declared(pod: &PodPosture) -> Answer {
    Answer::from_effective(&pod.automount, |on| match on {
        true => "to be mounted into every container that has nothing at its path".to_owned(),
        false => "not to be mounted".to_owned(),
    })
}
