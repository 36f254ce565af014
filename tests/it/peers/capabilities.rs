//! Capabilities as each runtime grants them, not as the manifest spells them.

use super::Case;
use crate::support::pods::{node, pod, stored};

/// On a node of this runtime, with these capabilities.
fn on(runtime: &str, capabilities: &str) -> [String; 2] {
    let spec = format!(
        "{{nodeName: node, containers: [{{name: app, image: a, securityContext: {{runAsUser: 0, \
         capabilities: {capabilities}}}}}]}}"
    );
    [node(runtime), stored(&spec, "{phase: Running}")]
}

const CONTAINERD: &str = "containerd://2.1.4";
const CRI_O: &str = "cri-o://1.33.0";
const DOCKER: &str = "docker://28.0.0";

pub(super) fn cases() -> Vec<Case> {
    vec![
        // Kubescape passes it.
        Case::new(
            "capabilities::no_security_context_drops_nothing",
            [pod("{containers: [{name: app, image: a}]}")],
            "capabilities-not-dropped app fail: NET_BIND_SERVICE
             no-security-context app fail
             privilege-escalation app fail",
        ),
        // trivy#4604: every runtime folds the case of ALL.
        Case::new(
            "capabilities::drop_all_in_lower_case_on_containerd",
            on(CONTAINERD, "{drop: [all]}"),
            "capabilities-not-dropped app pass",
        ),
        Case::new(
            "capabilities::drop_all_in_lower_case_on_cri_o",
            on(CRI_O, "{drop: [all]}"),
            "capabilities-not-dropped app pass",
        ),
        Case::new(
            "capabilities::drop_all_in_lower_case_on_docker",
            on(DOCKER, "{drop: [all]}"),
            "capabilities-not-dropped app pass",
        ),
        Case::new(
            "capabilities::drop_all_in_lower_case_on_some_runtime",
            [pod("{containers: [{name: app, image: a, securityContext:
                {capabilities: {drop: [all]}}}]}")],
            "capabilities-not-dropped app pass",
        ),
        // A prefix is one too many for containerd: dropped is dropped only elsewhere.
        Case::new(
            "capabilities::prefixed_drop_does_nothing_on_containerd",
            on(CONTAINERD, "{drop: [CAP_NET_RAW]}"),
            "capabilities-not-dropped app fail: NET_RAW",
        ),
        Case::new(
            "capabilities::prefixed_add_does_nothing_on_containerd",
            on(CONTAINERD, "{add: [CAP_SYS_ADMIN], drop: [ALL]}"),
            "dangerous-capabilities app pass
             capabilities-not-dropped app pass",
        ),
        Case::new(
            "capabilities::prefixed_add_works_on_cri_o",
            on(CRI_O, "{add: [CAP_SYS_ADMIN], drop: [ALL]}"),
            "dangerous-capabilities app fail critical: SYS_ADMIN",
        ),
        Case::new(
            "capabilities::prefixed_add_works_on_docker",
            on(DOCKER, "{add: [CAP_SYS_ADMIN], drop: [ALL]}"),
            "dangerous-capabilities app fail critical: SYS_ADMIN",
        ),
        Case::new(
            "capabilities::prefixed_add_on_some_runtime",
            [pod("{containers: [{name: app, image: a, securityContext:
                {capabilities: {add: [CAP_SYS_ADMIN], drop: [ALL]}}}]}")],
            "dangerous-capabilities app unknown: depends on the runtime",
        ),
        // Adds come after drop ALL; they are not lost in it.
        Case::new(
            "capabilities::added_after_drop_all",
            on(CONTAINERD, "{add: [SYS_ADMIN], drop: [all]}"),
            "dangerous-capabilities app fail critical: SYS_ADMIN
             capabilities-not-dropped app pass",
        ),
        // Polaris accepts it on the pod, where no such field exists.
        Case::new(
            "capabilities::allow_privilege_escalation_on_the_pod",
            [pod("{securityContext: {allowPrivilegeEscalation: false}, containers: [
                {name: app, image: a}]}")],
            "privilege-escalation app fail",
        ),
        Case::new(
            "capabilities::capabilities_on_the_pod",
            [pod("{securityContext: {capabilities: {drop: [ALL]}}, containers: [
                {name: app, image: a}]}")],
            "capabilities-not-dropped app fail",
        ),
    ]
}
