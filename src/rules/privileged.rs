//! Privileged mode: the container is the node, near enough.

use super::{Judge, Rule};
use crate::finding::{Judgement, Severity};
use crate::inventory::Resource;
use crate::posture::{ContainerPosture, Os, PodPosture};

pub(super) const RULE: Rule = Rule {
    id: "privileged",
    summary: "The container is privileged",
    severity: Severity::Critical,
    judge: Judge::Container(judge),
    reads: &[Resource::Pods],
    page: include_str!("../../docs/rules/privileged.md"),
};

fn judge(pod: &PodPosture, container: &ContainerPosture) -> Judgement {
    if pod.os.is(|os| *os == Os::Windows) {
        let evidence = container.host_process.decided_by.clone();
        return if container.host_process.is(|on_host| *on_host) {
            Judgement::fail("a HostProcess container: runs on the node itself", evidence)
        } else {
            Judgement::pass("not a HostProcess container", evidence)
        };
    }
    let mut evidence = container.privileged.decided_by.clone();
    if !container.privileged.is(|p| *p) {
        return Judgement::pass("not privileged", evidence);
    }
    if pod.host_users.is(|host| !host) {
        evidence.extend(pod.host_users.decided_by.iter().cloned());
        let message = "privileged inside its own user namespace: all devices, no seccomp";
        return Judgement::fail(message, evidence).severity(Severity::High);
    }
    Judgement::fail("privileged: all capabilities, all devices, no seccomp", evidence)
}
