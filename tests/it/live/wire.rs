//! The same cluster read as protobuf and as JSON: equal inventories.

use std::time::Duration;

use anyhow::Context;
use podaudit::cluster::{ConnectOptions, ScanScope, collect, connect};
use podaudit::inventory::{CoverageState, Inventory, Resource};
use serde_json::{Value, json};

use super::Live;
use crate::support::lab::ControlPlane;
use crate::support::{Outcome, ensure};

pub(super) fn tests() -> Vec<Live> {
    vec![Live::new(protobuf_and_json_are_one)]
}

/// A pod with every field that is read, and with zero values where they mean something.
fn full() -> Value {
    let container = |name: &str| {
        json!({
            "name": name, "image": "registry.example/app:1",
            "ports": [{"containerPort": 80, "hostPort": 80, "protocol": "UDP"}],
            "env": [{"name": "A", "value": "never read"},
                {"name": "B", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}],
            "envFrom": [{"secretRef": {"name": "s"}}, {"prefix": "P", "secretRef": {"name": "t"}}],
            "securityContext": {
                "privileged": false, "allowPrivilegeEscalation": false, "runAsUser": 0,
                "runAsGroup": 0, "runAsNonRoot": false, "readOnlyRootFilesystem": true,
                "procMount": "Default", "capabilities": {"add": ["NET_ADMIN"], "drop": ["ALL"]},
                "seccompProfile": {"type": "Localhost", "localhostProfile": "p.json"},
                "appArmorProfile": {"type": "RuntimeDefault"},
                "seLinuxOptions": {"user": "u", "role": "r", "type": "t"},
                "windowsOptions": {"runAsUserName": "u"},
            },
            "volumeMounts": [{"name": "host", "mountPath": "/h", "readOnly": true, "subPath": "x"},
                {"name": "empty", "mountPath": "/e", "subPathExpr": "$(A)"}],
        })
    };
    let mut main = container("main");
    let handler = json!({"httpGet": {"port": 1, "host": "h"}});
    main["livenessProbe"] = handler.clone();
    main["readinessProbe"] = json!({"tcpSocket": {"port": "name", "host": "t"}});
    main["startupProbe"] = json!({"exec": {"command": ["x"]}});
    main["lifecycle"] = json!({"postStart": handler, "preStop": {"tcpSocket": {"port": 1}}});
    let mut sidecar = container("sidecar");
    sidecar["restartPolicy"] = json!("Always");
    sidecar["securityContext"] = json!({});
    json!({
        "hostPID": true, "hostIPC": false, "hostNetwork": true, "hostUsers": true,
        "shareProcessNamespace": false, "automountServiceAccountToken": false,
        "nodeSelector": {"a": "b", "c": ""}, "serviceAccountName": "default",
        "securityContext": {
            "runAsUser": 0, "runAsGroup": 0, "runAsNonRoot": false, "fsGroup": 0,
            "supplementalGroups": [0, 5], "supplementalGroupsPolicy": "Strict",
            "sysctls": [{"name": "kernel.shm_rmid_forced", "value": "1"}],
            "seLinuxOptions": {"level": "s0"},
        },
        "initContainers": [sidecar], "containers": [main],
        "volumes": [
            {"name": "host", "hostPath": {"path": "/"}}, {"name": "empty", "emptyDir": {}},
            {"name": "secret", "secret": {"secretName": "s", "defaultMode": 0,
                "items": [{"key": "k", "path": "p"}]}},
            {"name": "projected", "projected": {"sources": [
                {"serviceAccountToken": {"path": "t", "audience": "a", "expirationSeconds": 600}},
                {"secret": {"name": "s", "items": [{"key": "k", "path": "q"}]}},
                {"configMap": {"name": "c"}}]}},
            {"name": "csi", "csi": {"driver": "d.example"}},
            {"name": "image", "image": {"reference": "i.example/x:1"}},
            {"name": "nfs", "nfs": {"server": "s", "path": "/"}},
            {"name": "claim", "persistentVolumeClaim": {"claimName": "c"}},
            {"name": "own", "ephemeral": {"volumeClaimTemplate": {"spec": {
                "accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}}}},
        ],
    })
}

fn status() -> Value {
    let mut waiting = json!({"name": "main", "image": "i", "imageID": "", "ready": false,
        "restartCount": 0, "state": {"waiting": {"reason": "CreateContainerConfigError",
            "message": "container has runAsNonRoot and image will run as root"}}});
    let running = json!({"name": "sidecar", "image": "i", "imageID": "i@sha256:0", "ready": true,
        "restartCount": 0, "containerID": "containerd://1", "lastState": {},
        "state": {"running": {"startedAt": "2026-01-01T00:00:00Z"}},
        "user": {"linux": {"uid": 0, "gid": 0, "supplementalGroups": [0, 7]}}});
    let ended = json!({"name": "debug", "image": "i", "imageID": "", "ready": false,
        "restartCount": 0, "state": {"terminated": {"exitCode": 1, "reason": "Error"}}});
    waiting["user"] = json!({});
    json!({"phase": "Pending", "containerStatuses": [waiting],
        "initContainerStatuses": [running], "ephemeralContainerStatuses": [ended]})
}

fn create(control_plane: &ControlPlane) -> Outcome {
    let api = control_plane.api();
    api.namespace("wire")?;
    let pods = "/api/v1/namespaces/wire/pods";
    let mut pod = json!({"metadata": {"name": "full", "annotations": {
        "kubernetes.io/config.mirror-not": "never read", "container.apparmor.security.beta.kubernetes.io/main": "runtime/default"}},
        "spec": full()});
    api.post(pods, &pod)?;
    // Strategic: an ephemeral container has a subresource of its own.
    let debug = json!({"spec": {"ephemeralContainers": [{"name": "debug", "image": "d",
        "targetContainerName": "main", "securityContext": {"privileged": true}}]}});
    api.patch(&format!("{pods}/full/ephemeralcontainers"), &debug)?;
    api.patch(&format!("{pods}/full/status"), &json!({"status": status()}))?;
    pod = json!({"metadata": {"name": "owned", "ownerReferences": [
        {"apiVersion": "v1", "kind": "Node", "name": "n", "uid": "u", "controller": true},
        {"apiVersion": "v1", "kind": "Pod", "name": "full", "uid": "v"}]},
        "spec": {"os": {"name": "windows"}, "containers": [{"name": "c", "image": "i",
            "securityContext": {"windowsOptions": {"hostProcess": false}}}]}});
    api.post(pods, &pod)?;
    api.service_account("wire", "no-token", Some(false))
}

fn read(control_plane: &ControlPlane, json_only: bool) -> anyhow::Result<Inventory> {
    let options = ConnectOptions {
        kubeconfig: Some(control_plane.kubeconfig()),
        request_timeout: Some(Duration::from_mins(1)),
        json_only,
        ..ConnectOptions::default()
    };
    let scope = ScanScope {
        resources: Resource::AUDIT.to_vec(),
        with_secret_metadata: true,
        ..ScanScope::default()
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (inventory, _) = runtime.block_on(async {
        let connection = connect(&options).await?;
        collect(&connection, &scope, |_, _| {}, std::future::pending()).await
    })?;
    for resource in Resource::AUDIT {
        let record = inventory.coverage(resource);
        ensure!(record.state == CoverageState::Complete && record.error.is_none(), "{record:?}");
    }
    Ok(inventory)
}

fn protobuf_and_json_are_one(control_plane: &ControlPlane) -> Outcome {
    create(control_plane)?;
    // Other tests change the cluster meanwhile: what was the same before and after counts.
    for _ in 0..100 {
        let before = format!("{:#?}", read(control_plane, true)?);
        let protobuf = read(control_plane, false)?;
        let after = format!("{:#?}", read(control_plane, true)?);
        if before != after {
            continue;
        }
        let full = protobuf.pods().find(|pod| pod.metadata.name == "full");
        let full = full.context("no such pod")?;
        ensure!(full.spec.volumes.len() == 9 && full.spec.ephemeral_containers.len() == 1);
        let protobuf = format!("{protobuf:#?}");
        let differs = before.lines().zip(protobuf.lines()).find(|(json, other)| json != other);
        ensure!(before == protobuf, "JSON and protobuf differ: {differs:?}");
        return Ok(());
    }
    anyhow::bail!("the cluster never stood still")
}
