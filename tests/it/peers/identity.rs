//! Root or not: precedence of container over pod, and what nobody has said.

use super::Case;
use crate::support::pods::{pod, stored};

pub(super) fn cases() -> Vec<Case> {
    vec![
        // Trivy passes it: trivy#9329, defsec#1131.
        Case::new(
            "identity::container_takes_run_as_non_root_back",
            [pod("{securityContext: {runAsNonRoot: true}, containers: [
                {name: app, image: a, securityContext: {runAsNonRoot: false}}]}")],
            "runs-as-root app unknown",
        ),
        // Measured: popeye passes it, trivy half.
        Case::new(
            "measured::container_false_with_uid_0",
            [pod("{securityContext: {runAsNonRoot: true}, containers: [
                {name: app, image: a, securityContext: {runAsNonRoot: false, runAsUser: 0}}]}")],
            "runs-as-root app fail: uid 0",
        ),
        // Popeye lets the pod's user hide the container's.
        Case::new(
            "identity::pod_does_not_hide_the_containers_root",
            [pod(
                "{securityContext: {runAsUser: 1000}, containers: [
                {name: app, image: a, securityContext: {runAsUser: 0}}, {name: other, image: b}]}",
            )],
            "runs-as-root app fail: uid 0
             runs-as-root other pass: uid 1000",
        ),
        // Not root, because it never starts: the kubelet refuses.
        Case::new(
            "identity::refused_by_the_kubelet",
            [pod("{securityContext: {runAsNonRoot: true}, containers: [
                {name: app, image: a, securityContext: {runAsUser: 0}}]}")],
            "runs-as-root app pass: refuses",
        ),
        // kubescape#2296.
        Case::new(
            "identity::container_context_counts",
            [pod("{containers: [{name: app, image: a, securityContext:
                {runAsUser: 1000, allowPrivilegeEscalation: false, readOnlyRootFilesystem: true,
                 capabilities: {drop: [ALL]}, seccompProfile: {type: RuntimeDefault}}}]}")],
            "runs-as-root app pass
             privilege-escalation app pass
             writable-root-filesystem app pass
             capabilities-not-dropped app pass
             seccomp-not-set app pass",
        ),
        // Kubescape reads what is unset as 0.
        Case::new(
            "identity::unset_is_not_zero",
            [pod("{containers: [{name: app, image: a}]}")],
            "runs-as-root app unknown: the image's USER decides",
        ),
        Case::new(
            "identity::group_zero_is_not_root",
            [pod("{containers: [{name: app, image: a, securityContext:
                {runAsUser: 1000, runAsGroup: 0}}]}")],
            "runs-as-root app pass",
        ),
        // kubescape#19: the image's own user, seen by the kubelet.
        Case::new(
            "identity::user_of_the_image",
            [stored(
                "{containers: [{name: app, image: a}, {name: root, image: b}]}",
                "{phase: Running, containerStatuses: [
                    {name: app, state: {running: {}}, user: {linux: {uid: 65532, gid: 0}}},
                    {name: root, state: {running: {}}, user: {linux: {uid: 0, gid: 0}}}]}",
            )],
            "runs-as-root app pass: uid 65532
             runs-as-root root fail",
        ),
        // checkov#7527, kubescape#3744; measured: all five flag it as root of the node.
        Case::new(
            "measured::host_users_false",
            [pod("{hostUsers: false, containers: [
                {name: app, image: a, securityContext: {runAsUser: 0}}]}")],
            "runs-as-root app fail low: own user namespace only
             capabilities-not-dropped app fail low: own user namespace only",
        ),
        Case::new(
            "identity::host_users_true_is_root_of_the_node",
            [pod("{hostUsers: true, containers: [
                {name: app, image: a, securityContext: {runAsUser: 0}}]}")],
            "runs-as-root app fail medium: runs as root (uid 0)
             capabilities-not-dropped app fail medium",
        ),
        // Mounts are mapped, not taken away.
        Case::new(
            "identity::host_users_false_clears_no_host_path",
            [pod("{hostUsers: false, volumes: [{name: h, hostPath: {path: /etc}}], containers: [
                {name: app, image: a, volumeMounts: [{name: h, mountPath: /h}]}]}")],
            "host-path app fail",
        ),
        Case::new(
            "identity::host_users_false_softens_privileged",
            [pod("{hostUsers: false, containers: [
                {name: app, image: a, securityContext: {privileged: true}}]}")],
            "privileged app fail high: inside its own user namespace",
        ),
    ]
}
