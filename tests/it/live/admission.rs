//! What the tests rest on: this API server does what clusters do.

use anyhow::Context;
use serde_json::json;

use super::Live;
use crate::support::lab::ControlPlane;
use crate::support::{Outcome, ensure};

pub(super) fn tests() -> Vec<Live> {
    vec![Live::new(admission_mounts_a_token), Live::new(rbac_refuses)]
}

fn admission_mounts_a_token(control_plane: &ControlPlane) -> Outcome {
    let api = control_plane.api();
    api.namespace("admission")?;
    let spec = json!({"containers": [{"name": "app", "image": "app"}]});
    let pod = api.pod("admission", "app", &spec)?;
    ensure!(pod["spec"]["serviceAccountName"] == "default");
    let volume = &pod["spec"]["volumes"][0];
    let name = volume["name"].as_str().context("no volume was added")?;
    ensure!(name.starts_with("kube-api-access-"), "{name}");
    let token = &volume["projected"]["sources"][0]["serviceAccountToken"];
    ensure!(*token == json!({"expirationSeconds": 3607, "path": "token"}), "{token}");
    let mount = &pod["spec"]["containers"][0]["volumeMounts"][0];
    ensure!(mount["mountPath"] == "/var/run/secrets/kubernetes.io/serviceaccount", "{mount}");
    Ok(())
}

fn rbac_refuses(control_plane: &ControlPlane) -> Outcome {
    let attributes = json!({"verb": "list", "resource": "pods"});
    let review = json!({"spec": {"user": "nobody", "resourceAttributes": attributes}});
    let path = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
    let answer = control_plane.api().post(path, &review)?;
    ensure!(answer["status"]["allowed"] == false, "{answer}");
    Ok(())
}
