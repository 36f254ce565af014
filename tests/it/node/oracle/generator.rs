//! Random pods: every field that decides a fact about a running container, and nothing that only
//! keeps a pod from running.
//!
//! Left out, because what podaudit says of them is known to be wrong or silent today:
//! claims and generic ephemeral volumes (the node's path behind a `PersistentVolume`), the tokens of
//! neighbours that `hostPID` or an ephemeral container's target opens, and pods that have ended. A
//! `subPath` that is a folder of a projected volume: one pod of 400 found no token there, and why is
//! not known yet.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::images::IMAGES;
use super::volumes;
use crate::support::strategies::pss::{list, object, one_of, sometimes};

/// Pods that the node runs; `spec.ephemeralContainers` are what `kubectl debug` adds.
pub(super) fn pods() -> BoxedStrategy<Value> {
    object([
        ("securityContext", sometimes(0.7, pod_context())),
        ("hostUsers", sometimes(0.25, one_of(json!([false, false, true])))),
        ("hostNetwork", sometimes(0.08, Just(json!(true)))),
        ("hostPID", sometimes(0.08, Just(json!(true)))),
        ("hostIPC", sometimes(0.08, Just(json!(true)))),
        ("shareProcessNamespace", sometimes(0.2, one_of(json!([true, true, false])))),
        ("automountServiceAccountToken", sometimes(0.4, one_of(json!([true, false])))),
        ("serviceAccountName", sometimes(0.4, one_of(json!(["quiet", "loud"])))),
        ("containers", list(container(), 1..4).prop_map(Some).boxed()),
        ("initContainers", sometimes(0.35, list(init_container(), 1..3))),
        ("ephemeralContainers", sometimes(0.2, list(container(), 1..3))),
        ("volumes", volumes::volumes().prop_map(Some).boxed()),
    ])
    .prop_map(named)
    .boxed()
}

/// With what every container needs to run here, and without the volumes that nobody mounts.
fn named(mut spec: Value) -> Value {
    for (kind, prefix) in
        [("initContainers", 'i'), ("containers", 'c'), ("ephemeralContainers", 'e')]
    {
        let containers = spec[kind].as_array_mut().map(Vec::as_mut_slice).unwrap_or_default();
        for (index, container) in containers.iter_mut().enumerate() {
            let ends = prefix == 'i' && container["restartPolicy"].is_null();
            let probe = if ends { "/probe once" } else { "exec /probe" };
            // The first line is what a program becomes that root has made setuid.
            let script = format!("/setuid-probe once; {probe}");
            container["name"] = format!("{prefix}{index}").into();
            container["command"] = json!(["/bin/sh", "-c", script]);
        }
    }
    // containerd starts no sandbox for a group without a user, and the pod waits for ever.
    if let Some(context) = spec["securityContext"].as_object_mut()
        && context.get("runAsUser").is_none_or(Value::is_null)
    {
        context.remove("runAsGroup");
    }
    volumes::keep_mounted(&mut spec);
    spec["nodeName"] = "node-1".into();
    spec["restartPolicy"] = "Never".into();
    spec["terminationGracePeriodSeconds"] = 1.into();
    spec
}

fn container() -> BoxedStrategy<Value> {
    object([
        ("image", select(&IMAGES[..]).prop_map(|image| Some(image.name.into())).boxed()),
        ("securityContext", sometimes(0.75, context())),
        ("volumeMounts", sometimes(0.6, volumes::mounts())),
    ])
}

/// One that ends, or a sidecar.
fn init_container() -> BoxedStrategy<Value> {
    (container(), any::<bool>())
        .prop_map(|(mut container, is_sidecar)| {
            if is_sidecar {
                container["restartPolicy"] = "Always".into();
            }
            container
        })
        .boxed()
}

fn users() -> BoxedStrategy<Value> {
    one_of(json!([0, 1000, 1000, 65532, 12345]))
}

fn groups() -> BoxedStrategy<Value> {
    one_of(json!([0, 1000, 2000, 65532]))
}

fn seccomp() -> BoxedStrategy<Value> {
    one_of(json!([
        {"type": "RuntimeDefault"},
        {"type": "Unconfined"},
        {"type": "Localhost", "localhostProfile": "all.json"},
    ]))
}

fn pod_context() -> BoxedStrategy<Value> {
    let sysctls = one_of(json!([
        [{"name": "kernel.shm_rmid_forced", "value": "1"}],
        [{"name": "net.ipv4.ip_unprivileged_port_start", "value": "0"}],
    ]));
    object([
        ("runAsUser", sometimes(0.35, users())),
        ("runAsGroup", sometimes(0.3, groups())),
        ("runAsNonRoot", sometimes(0.2, one_of(json!([true, false])))),
        ("fsGroup", sometimes(0.25, groups())),
        ("fsGroupChangePolicy", sometimes(0.1, one_of(json!(["OnRootMismatch", "Always"])))),
        ("supplementalGroups", sometimes(0.25, list(groups(), 0..3))),
        ("supplementalGroupsPolicy", sometimes(0.2, one_of(json!(["Merge", "Strict"])))),
        ("seccompProfile", sometimes(0.3, seccomp())),
        ("appArmorProfile", sometimes(0.1, Just(json!({"type": "Unconfined"})))),
        ("sysctls", sometimes(0.1, sysctls)),
    ])
}

fn context() -> BoxedStrategy<Value> {
    object([
        ("runAsUser", sometimes(0.4, users())),
        ("runAsGroup", sometimes(0.25, groups())),
        ("runAsNonRoot", sometimes(0.2, one_of(json!([true, false])))),
        ("privileged", sometimes(0.15, one_of(json!([true, false])))),
        ("allowPrivilegeEscalation", sometimes(0.4, one_of(json!([true, false, false])))),
        ("readOnlyRootFilesystem", sometimes(0.3, one_of(json!([true, false])))),
        ("capabilities", sometimes(0.5, capabilities())),
        ("seccompProfile", sometimes(0.3, seccomp())),
        ("appArmorProfile", sometimes(0.1, Just(json!({"type": "Unconfined"})))),
        ("procMount", sometimes(0.15, one_of(json!(["Default", "Unmasked"])))),
    ])
}

/// Names as people write them: most without effect on some runtime.
fn capabilities() -> BoxedStrategy<Value> {
    let name = || {
        one_of(json!([
            "ALL",
            "ALL",
            "all",
            "All",
            "NET_RAW",
            "net_raw",
            "CAP_NET_RAW",
            "cap_net_raw",
            "CHOWN",
            "Kill",
            "SYS_PTRACE",
            "SYS_ADMIN",
            "CAP_SYS_ADMIN",
            "\u{17f}ys_admin",
            "SYS_RESOURCE",
            "DAC_OVERRIDE",
            "DAC_READ_SEARCH",
            "SETUID",
            "CAP_ALL",
            "BOGUS",
            "NET_BIND_SERVICE",
            "BPF",
        ]))
    };
    object([
        ("add", sometimes(0.6, list(name(), 0..4))),
        ("drop", sometimes(0.6, list(name(), 0..4))),
    ])
}
