//! A scan of a dump is the scan of the cluster: the same objects from `kubectl get -o json` give
//! the same findings, field by field.

use anyhow::Context;
use podaudit::inventory::Resource;
use serde_json::{Value, json};

use super::{Live, scan};
use crate::support::api::{Api, wait_for};
use crate::support::lab::ControlPlane;
use crate::support::program::Program;
use crate::support::report::Report;
use crate::support::{Outcome, ensure};

pub(super) fn tests() -> Vec<Live> {
    vec![Live::new(dump_equals_live)]
}

const NAMESPACE: &str = "dumped";

fn populate(api: &Api) -> Outcome {
    api.namespace(NAMESPACE)?;
    api.service_account(NAMESPACE, "silent", Some(false))?;
    api.service_account(NAMESPACE, "app", None)?;
    let pods = [
        ("plain", json!({"containers": [{"name": "app", "image": "app"}]})),
        (
            "silent",
            json!({
                "serviceAccountName": "silent",
                "nodeName": "node-crio",
                "containers": [{
                    "name": "app", "image": "app:1",
                    "securityContext": {"capabilities": {"add": ["CAP_SYS_ADMIN"]}},
                }],
            }),
        ),
        (
            "host",
            json!({
                "hostPID": true,
                "containers": [{
                    "name": "app", "image": "app:1",
                    "securityContext": {"privileged": true},
                    "volumeMounts": [{"name": "etc", "mountPath": "/host"}],
                }],
                "volumes": [{"name": "etc", "hostPath": {"path": "/etc"}}],
            }),
        ),
    ];
    for (name, spec) in &pods {
        api.pod(NAMESPACE, name, spec)?;
    }
    let labels = json!({"app": "web"});
    let template = json!({
        "metadata": {"labels": labels},
        "spec": {"serviceAccountName": "app", "containers": [{"name": "app", "image": "web:1"}]},
    });
    let web = json!({
        "metadata": {"name": "web"},
        "spec": {"replicas": 3, "selector": {"matchLabels": labels}, "template": template},
    });
    api.post(&format!("/apis/apps/v1/namespaces/{NAMESPACE}/deployments"), &web)?;
    let job = json!({"metadata": {"name": "once"}, "spec": {"template": {"spec": {
        "restartPolicy": "Never", "containers": [{"name": "app", "image": "job:1"}],
    }}}});
    api.post(&format!("/apis/batch/v1/namespaces/{NAMESPACE}/jobs"), &job)?;
    let list = format!("/api/v1/namespaces/{NAMESPACE}/pods");
    wait_for("the controllers to create pods", || {
        Ok((api.get(&list)?["items"].as_array().map(Vec::len) == Some(7)).then_some(()))
    })
}

/// What `kubectl get pods,serviceaccounts,… -o json` prints: one list, each item with its kind.
fn dump(api: &Api) -> anyhow::Result<Value> {
    let mut items = Vec::new();
    for resource in Resource::AUDIT {
        let group = match resource.api_version() {
            "v1" => "/api/v1".to_owned(),
            grouped => format!("/apis/{grouped}"),
        };
        // What an identity may do is decided in all namespaces.
        let scope = if resource.is_namespaced() && !group.ends_with("rbac.authorization.k8s.io/v1")
        {
            format!("/namespaces/{NAMESPACE}")
        } else {
            String::new()
        };
        let list = api.get(&format!("{group}{scope}/{}", resource.plural()))?;
        for item in list["items"].as_array().context("no items")? {
            let mut item = item.clone();
            item["apiVersion"] = resource.api_version().into();
            item["kind"] = resource.kind().into();
            items.push(item);
        }
    }
    Ok(
        json!({"apiVersion": "v1", "kind": "List", "metadata": {"resourceVersion": ""}, "items": items}),
    )
}

/// What is granted to whom.
fn rights(dump: &Value) -> Vec<&Value> {
    let items = dump["items"].as_array().into_iter().flatten();
    items.filter(|item| item["apiVersion"] == "rbac.authorization.k8s.io/v1").collect()
}

fn dump_equals_live(control_plane: &ControlPlane) -> Outcome {
    populate(control_plane.api())?;
    // The whole cluster, because nodes are outside the scope of a namespace.
    let (live, dump) = wait_for("other tests to leave roles and bindings alone", || {
        let before = dump(control_plane.api())?;
        let live = scan(control_plane, &["-A"])?.report(0)?.within(NAMESPACE);
        let dump = dump(control_plane.api())?;
        Ok((rights(&before) == rights(&dump)).then_some((live, dump)))
    })?;
    let file = tempfile::Builder::new().suffix(".json").tempfile()?;
    serde_json::to_writer(&file, &dump)?;
    let args = ["-o", "json", "--show", "all", "-f"];
    let dumped = Program::new(args)?.arg(file.path()).run()?.report(0)?.within(NAMESPACE);
    let mut piped =
        Program::new(args)?.arg("-").stdin(file.path())?.run()?.report(0)?.within(NAMESPACE);
    ensure!(dumped.0["findings"] == piped.0["findings"].take(), "standard input differs");
    let dumped = dumped.within(NAMESPACE);

    ensure!(live.findings().len() > 70, "{} findings only", live.findings().len());
    for (ours, theirs) in live.findings().iter().zip(dumped.findings()) {
        ensure!(ours == theirs, "live: {ours}\ndump: {theirs}");
    }
    ensure!(live.findings().len() == dumped.findings().len(), "more findings on one side");
    let here = |report: &Report| {
        let rows = report.0["workloads"].as_array().cloned().unwrap_or_default();
        rows.into_iter().filter(|row| row["namespace"] == NAMESPACE).collect::<Vec<_>>()
    };
    ensure!(!here(&live).is_empty() && here(&live) == here(&dumped), "other workloads");
    Ok(())
}
