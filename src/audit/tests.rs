//! Classes of pods against the same pods one by one.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::audit;
use crate::inventory::{Inventory, Pod, Resource};

/// A value that is mostly the first, so that pods are often replicas of each other.
fn mostly<T: Clone + std::fmt::Debug + 'static>(values: Vec<T>) -> BoxedStrategy<T> {
    let first = Just(values[0].clone());
    prop_oneof![3 => first, 1 => select(values)].boxed()
}

fn owners() -> BoxedStrategy<Value> {
    let owner = |kind: &str, name: &str, controller: bool| {
        json!([{"kind": kind, "name": name,
        "uid": name, "controller": controller}])
    };
    mostly(vec![
        owner("ReplicaSet", "web-1", true),
        owner("ReplicaSet", "web-2", true),
        owner("StatefulSet", "db", true),
        owner("Node", "n0", true),
        owner("Node", "n1", true),
        owner("ConfigMap", "c", false),
        json!(null),
    ])
}

/// What the kubelet says of container `app`.
fn status() -> BoxedStrategy<Value> {
    let id = mostly(vec!["containerd://#", "cri-o://#", "other://#", "#", ""]);
    let image = mostly(vec!["r/a@sha256:1", "r/a@sha256:2", "sha256:3", ""]);
    let refused = "container has runAsNonRoot and image will run as root";
    let state = mostly(vec![
        json!({"running": {"startedAt": "#"}}),
        json!({"waiting": {"reason": "CrashLoopBackOff", "message": "back-off #"}}),
        json!({"waiting": {"reason": "ImagePullBackOff"}}),
        json!({"waiting": {"reason": "CreateContainerConfigError", "message": refused}}),
        json!({"waiting": {"reason": "CreateContainerConfigError", "message": "no secret"}}),
        json!({"terminated": {"reason": "Error"}}),
        json!({"terminated": {"reason": "Completed"}}),
    ]);
    let user =
        mostly(vec![json!(null), json!({"linux": {"uid": 0}}), json!({"linux": {"uid": 7}})]);
    (id, image, state, user)
        .prop_map(|(id, image, state, user)| {
            json!({"name": "app", "containerID": id, "imageID": image, "state": state, "user": user})
        })
        .boxed()
}

/// Volume and mount of a token, named as the number of the pod says.
fn volume() -> BoxedStrategy<(Value, Value)> {
    let token = json!({"sources": [{"serviceAccountToken": {"path": "token"}}]});
    let mount = |name: &str| json!({"name": name, "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount"});
    let injected = "kube-api-access-#";
    mostly(vec![
        (json!([{"name": injected, "projected": token}]), json!([mount(injected)])),
        (
            json!([{"name": "kube-api-access-x", "projected": token}]),
            json!([mount("kube-api-access-x")]),
        ),
        (json!([{"name": injected, "hostPath": {"path": "/"}}]), json!([mount(injected)])),
        (json!([{"name": "own#", "projected": token}]), json!([mount("own#")])),
        (json!([{"name": injected, "projected": token}]), json!([mount("kube-api-access-*")])),
        (
            json!([{"name": injected, "projected": token}, {"name": "kube-api-access-z", "emptyDir": {}}]),
            json!([mount("kube-api-access-z")]),
        ),
        (json!([]), json!([])),
    ])
}

/// A pod in which every `#` is to be its number.
fn pod() -> BoxedStrategy<Value> {
    let node = mostly(vec![json!("n0"), json!("n1"), json!("n2"), json!("unread"), json!(null)]);
    let annotations = mostly(vec![
        json!(null),
        json!({"kubernetes.io/config.mirror": "hash-#"}),
        json!({"container.apparmor.security.beta.kubernetes.io/app": "unconfined"}),
    ]);
    let env = mostly(vec![
        json!([{"name": "POD#", "value": "x"}]),
        json!([{"name": "T", "valueFrom": {"secretKeyRef": {"name": "s", "key": "token"}}}]),
        json!([{"name": "T", "valueFrom": {"fieldRef": {"fieldPath": "x"}}}]),
    ]);
    let names = mostly(vec!["web-#", "web-#-n0", "etcd-n1"]);
    let uids = mostly(vec![json!("00000000-0000-4000-8000-#"), json!("other-#"), json!(null)]);
    let phases = mostly(vec![json!("Running"), json!(null)]);
    let users = mostly(vec![
        json!({"runAsNonRoot": true}),
        json!({"runAsUser": 0}),
        json!({"runAsUser": 1000}),
        json!({}),
    ]);
    let meta = (names, uids, owners(), annotations);
    (meta, (node, env, users), phases, status(), volume())
        .prop_map(|(meta, (node, env, user), phase, status, (volumes, mounts))| {
            let (name, uid, owners, annotations) = meta;
            json!({
                "metadata": {"name": name, "namespace": "ns", "uid": uid, "generateName": "web-",
                    "ownerReferences": owners, "annotations": annotations},
                "spec": {"nodeName": node, "securityContext": user, "volumes": volumes,
                    "containers": [{"name": "app", "image": "r/a:1", "env": env, "volumeMounts": mounts}]},
                "status": {"phase": phase, "containerStatuses": [status]},
            })
        })
        .boxed()
}

/// Of two runtimes; of the third node nothing is known but its name.
fn inventory(pods: &[Value], add: fn(&mut Inventory, Pod)) -> Inventory {
    let mut inventory = Inventory::default();
    for (number, pod) in pods.iter().enumerate() {
        let text = pod.to_string().replace('#', &format!("{number:012}"));
        inventory.coverage_mut(Resource::Pods).list_one();
        add(&mut inventory, serde_json::from_str(&text).unwrap());
    }
    for (kind, object) in [
        (
            Resource::Nodes,
            json!({"metadata": {"name": "n0"}, "status": {"nodeInfo":
            {"containerRuntimeVersion": "containerd://2.1", "architecture": "amd64"}}}),
        ),
        (
            Resource::Nodes,
            json!({"metadata": {"name": "n1"}, "status": {"nodeInfo":
            {"containerRuntimeVersion": "cri-o://1.33", "architecture": "arm64"}}}),
        ),
        (Resource::Nodes, json!({"metadata": {"name": "n2"}})),
        (
            Resource::Namespaces,
            json!({"metadata": {"name": "ns", "labels":
            {"pod-security.kubernetes.io/enforce": "restricted"}}}),
        ),
        (
            Resource::ReplicaSets,
            json!({"metadata": {"name": "web-1", "namespace": "ns",
            "uid": "web-1", "ownerReferences": [
                {"kind": "Deployment", "name": "web", "uid": "w", "controller": true}]}}),
        ),
        (
            Resource::ReplicaSets,
            json!({"metadata": {"name": "web-2", "namespace": "ns",
            "uid": "web-2", "ownerReferences": [
                {"kind": "Deployment", "name": "web", "uid": "w", "controller": true}]}}),
        ),
    ] {
        let raw = serde_json::value::to_raw_value(&object).unwrap();
        inventory.insert(kind, &raw, "default");
    }
    inventory.finish();
    inventory
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn pods_that_are_alike_are_judged_as_one_by_one(pods in prop::collection::vec(pod(), 1..24)) {
        let together = inventory(&pods, Inventory::add_pod);
        let apart = inventory(&pods, Inventory::add_pod_apart);
        // Field by field what the reports are made of.
        let text = |inventory| format!("{:#?}", audit(inventory, false));
        let (together, apart) = (text(together), text(apart));
        let differs = together.lines().zip(apart.lines()).find(|(a, b)| a != b);
        prop_assert!(together == apart, "{:?}", differs);
    }
}

#[test]
fn replicas_are_one_class_and_pods_that_differ_are_not() {
    let replica = |change: fn(&mut Value)| {
        let mut pod = json!({
            "metadata": {"name": "web-#", "namespace": "ns", "uid": "00000000-0000-4000-8000-#",
                "ownerReferences": [{"kind": "ReplicaSet", "name": "web-1", "uid": "r", "controller": true}]},
            "spec": {"nodeName": "n#", "volumes": [{"name": "kube-api-access-#", "projected": {}}],
                "containers": [{"name": "app", "volumeMounts": [{"name": "kube-api-access-#"}]}]},
            "status": {"containerStatuses": [{"name": "app", "containerID": "containerd://#"}]},
        });
        change(&mut pod);
        pod
    };
    let count = |pods: &[Value]| inventory(pods, Inventory::add_pod).pod_groups().count();
    let same = replica(|_| {});
    assert_eq!(count(&[same.clone(), same.clone(), same.clone()]), 1);
    let changes: [fn(&mut Value); 4] = [
        |pod| pod["spec"]["containers"][0]["image"] = "other".into(),
        |pod| pod["metadata"]["namespace"] = "other".into(),
        |pod| pod["metadata"]["uid"] = Value::Null,
        |pod| pod["spec"]["nodeName"] = "n1".into(),
    ];
    for change in changes {
        assert_eq!(count(&[same.clone(), replica(change)]), 2);
    }
}
