//! Random pods whose containers mount token volumes and others in any order, and what surrounds
//! them: the ServiceAccount, the node and the namespace.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

const TOKEN_PATH: &str = "/var/run/secrets/kubernetes.io/serviceaccount";
/// Places that are neither equal nor one below another.
const PLACES: [&str; 5] = [TOKEN_PATH, "/identity", "/run/vault/", "/etc//x", "/a/../b"];
const VOLUMES: [&str; 6] = ["empty", "token", "vault", "secret", "host", "kube-api-access-x"];

/// The volumes that mounts name.
pub(crate) fn volumes() -> Value {
    let token = |token: Value| json!({"sources": [{"serviceAccountToken": token}]});
    json!([
        {"name": "empty", "emptyDir": {}},
        {"name": "token", "projected": token(json!({"path": "token"}))},
        {"name": "vault", "projected": token(json!({"path": "token", "audience": "vault"}))},
        {"name": "secret", "secret": {"secretName": "some"}},
        {"name": "host", "hostPath": {"path": "/etc"}},
        {"name": "kube-api-access-x", "projected": token(json!({"path": "token"}))},
    ])
}

/// Mounts of any of the volumes, one at a place.
fn mounts() -> BoxedStrategy<Vec<Value>> {
    let mount = (select(&VOLUMES[..]), select(&["", "", "token", "other"][..]));
    (Just(PLACES.to_vec()).prop_shuffle(), prop::collection::vec(mount, 0..=PLACES.len()))
        .prop_map(|(places, mounts)| {
            let mount = |(place, (volume, sub_path)): (&str, (&str, &str))| {
                json!({"name": volume, "mountPath": place, "subPath": sub_path})
            };
            places.into_iter().zip(mounts).map(mount).collect()
        })
        .boxed()
}

/// A pod of that name whose first container is `app`; stored or not.
pub(crate) fn pod(name: &'static str) -> BoxedStrategy<Value> {
    let automount = select(&[None, Some(true), Some(false)][..]);
    let user = select(&[None, Some(0), Some(1000)][..]);
    let neighbour = prop::option::of(mounts());
    (mounts(), neighbour, automount, user, any::<[bool; 4]>())
        .prop_map(move |(mounts, neighbour, automount, user, [stored, shared, extra, owned])| {
            let mut pod = json!({
                "apiVersion": "v1", "kind": "Pod",
                "metadata": {"name": name, "namespace": "ns"},
                "spec": {
                    "nodeName": "node",
                    "shareProcessNamespace": shared,
                    "automountServiceAccountToken": automount,
                    "securityContext": {"runAsUser": user},
                    "containers": [{"name": "app", "image": "a", "volumeMounts": mounts}],
                    "volumes": volumes(),
                },
            });
            if let Some(mounts) = neighbour {
                let list = if extra { "initContainers" } else { "ephemeralContainers" };
                pod["spec"][list] = json!([{"name": "other", "volumeMounts": mounts}]);
            }
            if stored {
                pod["metadata"]["uid"] = name.into();
                pod["status"] = json!({"phase": "Running"});
            }
            if owned {
                // Replicas of one workload, which the report folds into one row.
                pod["metadata"]["ownerReferences"] = json!([{
                    "apiVersion": "apps/v1", "kind": "StatefulSet", "name": "db", "uid": "db",
                    "controller": true,
                }]);
            }
            pod
        })
        .boxed()
}

/// The ServiceAccount that all of them run as.
pub(crate) fn account() -> BoxedStrategy<Value> {
    select(&[None, Some(true), Some(false)][..])
        .prop_map(|automount| {
            json!({
                "apiVersion": "v1", "kind": "ServiceAccount",
                "metadata": {"name": "default", "namespace": "ns"},
                "automountServiceAccountToken": automount,
            })
        })
        .boxed()
}

/// The node and the namespace of all of them.
pub(crate) fn node() -> [Value; 2] {
    let node = json!({"nodeInfo": {"containerRuntimeVersion": "cri-o://1.33.0"}});
    [
        json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "node"}, "status": node}),
        json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "ns"}}),
    ]
}
