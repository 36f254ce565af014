//! Two nights on a real control plane, and everything is deployed again in between: nothing is new.

use anyhow::Context;
use serde_json::{Value, json};

use super::Live;
use super::workloads::pods;
use crate::support::api::wait_for;
use crate::support::lab::ControlPlane;
use crate::support::program::Program;
use crate::support::{Outcome, ensure};

pub(super) fn tests() -> Vec<Live> {
    vec![Live::new(redeployed)]
}

const NAMESPACE: &str = "nights";

fn deployment(name: &str, replicas: u32, version: &str, context: &Value) -> Value {
    let labels = json!({"app": name});
    json!({
        "metadata": {"name": name},
        "spec": {
            "replicas": replicas,
            "strategy": {"type": "Recreate"},
            "selector": {"matchLabels": labels},
            "template": {
                "metadata": {"labels": labels, "annotations": {"version": version}},
                "spec": {"containers": [
                    {"name": "app", "image": format!("app:{version}"), "securityContext": context},
                ]},
            },
        },
    })
}

fn redeployed(control_plane: &ControlPlane) -> Outcome {
    let api = control_plane.api();
    api.namespace(NAMESPACE)?;
    let deployments = format!("/apis/apps/v1/namespaces/{NAMESPACE}/deployments");
    let root = json!({"runAsUser": 0});
    api.post(&deployments, &deployment("rolled", 2, "1", &root))?;
    api.post(&deployments, &deployment("replaced", 1, "1", &json!({})))?;
    let before = pods(api, NAMESPACE, 3)?;
    let folder = tempfile::tempdir()?;
    let (old, new) = (folder.path().join("old.json"), folder.path().join("new.json"));
    let scan = |file: &std::path::Path| -> Outcome {
        let run = Program::new(["-n", NAMESPACE, "-o"])?.arg(format!("json={}", file.display()));
        let run = run.env("KUBECONFIG", control_plane.kubeconfig()).run()?;
        ensure!(run.code == 0, "exit code {}: {}", run.code, run.stderr);
        Ok(())
    };
    scan(&old)?;

    // A rollout with more replicas, and a deployment that is deleted and made again.
    let patch = |name: &str, body: &Value| api.patch(&format!("{deployments}/{name}"), body);
    patch("rolled", &deployment("rolled", 4, "2", &root))?;
    api.delete(&format!("{deployments}/replaced"))?;
    wait_for("the old pods to go", || {
        let names = pods(api, NAMESPACE, 4).ok();
        Ok(names.filter(|names| names.iter().all(|name| !before.contains(name))))
    })?;
    api.post(&deployments, &deployment("replaced", 1, "2", &json!({})))?;
    pods(api, NAMESPACE, 5)?;
    scan(&new)?;
    let diff = || -> anyhow::Result<(i32, Value)> {
        let run = Program::new(["diff", "-o", "json", "--fail-on", "new:low"])?;
        let run = run.arg(&old).arg(&new).run()?;
        Ok((run.code, serde_json::from_str(&run.stdout).with_context(|| run.stderr.clone())?))
    };
    let (code, reported) = diff()?;
    ensure!(
        code == 0 && reported["changes"] == json!([]),
        "after the same was deployed: {reported}"
    );
    ensure!(reported["summary"]["unchanged"].as_u64() > Some(10), "{reported}");

    // A real difference is still seen.
    patch("replaced", &deployment("replaced", 1, "3", &json!({"privileged": true})))?;
    wait_for("the privileged pod", || {
        let list = api.get(&format!("/api/v1/namespaces/{NAMESPACE}/pods"))?;
        Ok(list.to_string().contains("\"privileged\":true").then_some(()))
    })?;
    scan(&new)?;
    let (code, reported) = diff()?;
    let changes = reported["changes"].as_array().context("changes")?;
    let is_new = |c: &Value| c["rule"] == "privileged" && c["state"] == "new";
    ensure!(code == 1 && changes.iter().any(is_new), "{reported}");
    Ok(())
}
