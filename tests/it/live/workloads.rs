//! Pods belong to what a person edits: the chain of owners that real controllers build.

use anyhow::Context;
use serde_json::{Value, json};

use super::{Live, scan};
use crate::support::api::{Api, wait_for};
use crate::support::lab::ControlPlane;
use crate::support::report::Report;
use crate::support::{Outcome, ensure};

pub(super) fn tests() -> Vec<Live> {
    vec![
        Live::new(deployment_is_one_workload),
        Live::new(image_drift),
        Live::new(jobs_belong_to_their_cron_job),
        Live::new(static_pods_have_no_service_account),
    ]
}

/// The pods of this namespace, sorted by name, once there are so many.
pub(super) fn pods(api: &Api, namespace: &str, count: usize) -> anyhow::Result<Vec<String>> {
    wait_for("the controllers to create pods", || {
        let list = api.get(&format!("/api/v1/namespaces/{namespace}/pods"))?;
        let items = list["items"].as_array().context("no items")?;
        let name = |pod: &Value| pod["metadata"]["name"].as_str().unwrap_or_default().to_owned();
        let mut names: Vec<_> = items.iter().map(name).collect();
        names.sort();
        Ok((names.len() == count).then_some(names))
    })
}

/// The report's rows of workloads in this namespace: kind, name, pods.
fn rows(report: &Report, namespace: &str) -> Vec<(String, String, u64)> {
    let rows = report.0["workloads"].as_array().into_iter().flatten();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut rows: Vec<_> = rows
        .filter(|row| row["namespace"] == namespace && row["kind"] != "ServiceAccount")
        .map(|row| (text(&row["kind"]), text(&row["name"]), row["pods"].as_u64().unwrap_or(0)))
        .collect();
    rows.sort();
    rows
}

fn deployment_is_one_workload(control_plane: &ControlPlane) -> Outcome {
    let api = control_plane.api();
    api.namespace("workload-deployment")?;
    let labels = json!({"app": "web"});
    let spec = json!({"containers": [{"name": "app", "image": "app"}]});
    let web = json!({
        "metadata": {"name": "web"},
        "spec": {
            "replicas": 3,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": spec},
        },
    });
    api.post("/apis/apps/v1/namespaces/workload-deployment/deployments", &web)?;
    let names = pods(api, "workload-deployment", 3)?;

    let report = scan(control_plane, &["-n", "workload-deployment"])?.report(0)?;
    let row = ("Deployment".to_owned(), "web".to_owned(), 3);
    ensure!(rows(&report, "workload-deployment") == [row], "{}", report.0["workloads"]);
    let token = report.finding("token-mounted", &names[0], Some("app"))?;
    ensure!(token["pods"] == 3, "{token}");
    ensure!(token["workload"] == json!({"kind": "Deployment", "name": "web"}), "{token}");

    // One replica that is seen to run as root is a finding of its own.
    let root = json!({"status": {"phase": "Running", "containerStatuses": [{
        "name": "app", "image": "app", "imageID": "", "ready": true, "restartCount": 0,
        "state": {"running": {}}, "user": {"linux": {"uid": 0, "gid": 0}},
    }]}});
    let path = format!("/api/v1/namespaces/workload-deployment/pods/{}/status", names[1]);
    api.patch(&path, &root)?;
    let report = scan(control_plane, &["-n", "workload-deployment"])?.report(0)?;
    let found = report.finding("runs-as-root", &names[1], Some("app"))?;
    ensure!(found["verdict"] == "fail" && found["pods"] == 1, "{found}");
    let others = report.finding("runs-as-root", &names[0], Some("app"))?;
    ensure!(others["verdict"] == "unknown" && others["pods"] == 2, "{others}");
    let token = report.finding("token-mounted", &names[0], Some("app"))?;
    ensure!(token["pods"] == 3, "{token}");
    Ok(())
}

/// One tag that was moved between two pulls.
fn image_drift(control_plane: &ControlPlane) -> Outcome {
    let api = control_plane.api();
    api.namespace("workload-drift")?;
    let labels = json!({"app": "web"});
    let web = json!({
        "metadata": {"name": "web"},
        "spec": {
            "replicas": 2,
            "selector": {"matchLabels": labels},
            "template": {
                "metadata": {"labels": labels},
                "spec": {"containers": [{"name": "app", "image": "app:1"}]},
            },
        },
    });
    api.post("/apis/apps/v1/namespaces/workload-drift/deployments", &web)?;
    let names = pods(api, "workload-drift", 2)?;
    let run = |name: &str, digit: &str| {
        let digest = format!("docker.io/library/app@sha256:{}", digit.repeat(64));
        let status = json!({"status": {"phase": "Running", "containerStatuses": [{
            "name": "app", "image": "app:1", "imageID": digest, "containerID": "containerd://1",
            "ready": true, "restartCount": 0, "state": {"running": {}},
        }]}});
        api.patch(&format!("/api/v1/namespaces/workload-drift/pods/{name}/status"), &status)
    };
    let verdict = || -> anyhow::Result<Value> {
        let report = scan(control_plane, &["-n", "workload-drift"])?.report(0)?;
        Ok(report.finding("image-drift", &names[0], Some("app"))?["verdict"].clone())
    };
    ensure!(verdict()? == "notApplicable", "nothing runs");
    run(&names[0], "1")?;
    run(&names[1], "1")?;
    ensure!(verdict()? == "pass", "the same image");
    run(&names[1], "2")?;
    ensure!(verdict()? == "fail", "two images");
    Ok(())
}

fn jobs_belong_to_their_cron_job(control_plane: &ControlPlane) -> Outcome {
    let api = control_plane.api();
    api.namespace("workload-jobs")?;
    let template = json!({"spec": {
        "restartPolicy": "Never",
        "containers": [{"name": "app", "image": "app"}],
    }});
    let job = json!({"parallelism": 2, "completions": 2, "template": template});
    let batch = "/apis/batch/v1/namespaces/workload-jobs";
    let nightly = json!({
        "metadata": {"name": "nightly"},
        "spec": {"schedule": "0 0 * * *", "suspend": true, "jobTemplate": {"spec": job}},
    });
    let nightly = api.post(&format!("{batch}/cronjobs"), &nightly)?;
    // As `kubectl create job --from` does; the schedule would be a minute's wait.
    let owner = json!({
        "apiVersion": "batch/v1", "kind": "CronJob", "name": "nightly",
        "uid": nightly["metadata"]["uid"], "controller": true,
    });
    let from = json!({"metadata": {"name": "nightly-1", "ownerReferences": [owner]}, "spec": job});
    api.post(&format!("{batch}/jobs"), &from)?;
    api.post(&format!("{batch}/jobs"), &json!({"metadata": {"name": "once"}, "spec": job}))?;
    pods(api, "workload-jobs", 4)?;

    let report = scan(control_plane, &["-n", "workload-jobs"])?.report(0)?;
    let row = |kind: &str, name: &str| (kind.to_owned(), name.to_owned(), 2);
    let want = [row("CronJob", "nightly"), row("Job", "once")];
    ensure!(rows(&report, "workload-jobs") == want, "{}", report.0["workloads"]);
    Ok(())
}

/// The API's image of a pod that a kubelet runs from a file.
fn static_pods_have_no_service_account(control_plane: &ControlPlane) -> Outcome {
    let api = control_plane.api();
    api.namespace("workload-static")?;
    let node = api.get("/api/v1/nodes/node-containerd")?;
    let owner = json!({
        "apiVersion": "v1", "kind": "Node", "name": "node-containerd",
        "uid": node["metadata"]["uid"], "controller": true,
    });
    let name = "etcd-node-containerd";
    let pod = json!({
        "metadata": {
            "name": name,
            "annotations": {"kubernetes.io/config.mirror": "0"},
            "ownerReferences": [owner],
        },
        "spec": {"nodeName": "node-containerd", "containers": [{"name": "etcd", "image": "etcd"}]},
    });
    api.post("/api/v1/namespaces/workload-static/pods", &pod)?;

    let report = scan(control_plane, &["-n", "workload-static"])?.report(0)?;
    let row = ("Pod".to_owned(), "etcd".to_owned(), 1);
    ensure!(rows(&report, "workload-static") == [row], "{}", report.0["workloads"]);
    let account = report.finding("default-service-account", name, None)?;
    ensure!(account["verdict"] == "notApplicable", "{account}");
    let token = report.finding("token-mounted", name, Some("etcd"))?;
    ensure!(token["verdict"] == "pass", "{token}");
    Ok(())
}
