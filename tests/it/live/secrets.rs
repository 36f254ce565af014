//! Legacy tokens in Secrets: unknown without the right to list Secrets, and known with the list of
//! their names. The token itself is checked against the API server, and never read by podaudit.

use anyhow::Context;
use serde_json::{Value, json};

use super::{Live, scan};
use crate::support::api::wait_for;
use crate::support::kubeconfig;
use crate::support::lab::ControlPlane;
use crate::support::program::Program;
use crate::support::report::Report;
use crate::support::{Outcome, ensure};

pub(super) fn tests() -> Vec<Live> {
    vec![Live::new(by_their_type), Live::new(no_right)]
}

fn pod(secret: &str) -> Value {
    json!({
        "automountServiceAccountToken": false,
        "containers": [
            {"name": "volume", "image": "app",
             "volumeMounts": [{"name": "secret", "mountPath": "/secret"}]},
            {"name": "variable", "image": "app", "env": [{
                "name": "TOKEN",
                "valueFrom": {"secretKeyRef": {"name": secret, "key": "token"}},
            }]},
            {"name": "all", "image": "app", "envFrom": [{"secretRef": {"name": secret}}]},
        ],
        "volumes": [{"name": "secret", "secret": {"secretName": secret}}],
    })
}

/// The verdicts of the pod's three containers.
fn verdicts(report: &Report, pod: &str) -> anyhow::Result<Vec<String>> {
    let verdict = |container| -> anyhow::Result<String> {
        let finding = report.finding("token-mounted", pod, Some(container))?;
        Ok(finding["verdict"].as_str().unwrap_or_default().to_owned())
    };
    ["volume", "variable", "all"].into_iter().map(verdict).collect()
}

fn by_their_type(control_plane: &ControlPlane) -> Outcome {
    let api = control_plane.api();
    api.namespace("secrets")?;
    let secrets = "/api/v1/namespaces/secrets/secrets";
    let legacy = json!({
        "metadata": {
            "name": "legacy",
            "annotations": {"kubernetes.io/service-account.name": "default"},
        },
        "type": "kubernetes.io/service-account-token",
    });
    api.post(secrets, &legacy)?;
    // A name and a key that look like a token prove nothing.
    let plain = json!({"metadata": {"name": "token"}, "stringData": {"token": "no token"}});
    api.post(secrets, &plain)?;
    let token = wait_for("the controller to fill the Secret", || {
        let secret = api.get(&format!("{secrets}/legacy"))?;
        Ok(secret["data"]["token"].as_str().map(str::to_owned))
    })?;
    ensure!(!token.is_empty(), "an empty token");
    api.pod("secrets", "legacy", &pod("legacy"))?;
    api.pod("secrets", "plain", &pod("token"))?;

    let report = scan(control_plane, &["-n", "secrets"])?.report(0)?;
    for name in ["legacy", "plain"] {
        let said = verdicts(&report, name)?;
        ensure!(said.iter().all(|verdict| verdict == "unknown"), "{name}: {said:?}");
    }
    let report = scan(control_plane, &["-n", "secrets", "--with-secret-metadata"])?.report(0)?;
    let said = verdicts(&report, "legacy")?;
    ensure!(said.iter().all(|verdict| verdict == "fail"), "legacy: {said:?}");
    let said = verdicts(&report, "plain")?;
    ensure!(said.iter().all(|verdict| verdict == "pass"), "plain: {said:?}");
    let record = report.coverage("secrets")?;
    ensure!(record["state"] == "complete" && record["listed"] == 1, "{record}");
    let finding = report.finding("token-mounted", "legacy", Some("volume"))?;
    let message = finding["message"].as_str().context("no message")?;
    ensure!(message.contains("ServiceAccount default at /secret/token"), "{message}");
    Ok(())
}

/// Asked for and not allowed: told, and unknown as before.
fn no_right(control_plane: &ControlPlane) -> Outcome {
    let api = control_plane.api();
    api.namespace("secrets-denied")?;
    api.pod("secrets-denied", "legacy", &pod("legacy"))?;
    let account = json!({"metadata": {"name": "auditor"}});
    api.post("/api/v1/namespaces/secrets-denied/serviceaccounts", &account)?;
    let binding = json!({
        "metadata": {"name": "auditor"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view"},
        "subjects": [{"kind": "ServiceAccount", "name": "auditor", "namespace": "secrets-denied"}],
    });
    let bindings = "/apis/rbac.authorization.k8s.io/v1/namespaces/secrets-denied/rolebindings";
    api.post(bindings, &binding)?;
    let token = api.token("secrets-denied", "auditor")?;
    let config = kubeconfig::with_token(&control_plane.kubeconfig(), &token)?;
    let args = ["-n", "secrets-denied", "--with-secret-metadata", "-o", "json", "--show", "all"];
    let run = Program::new(args)?.env("KUBECONFIG", config.path()).run()?;
    let report = run.report(3)?;
    let record = report.coverage("secrets")?;
    let error = record["error"].as_str().unwrap_or_default();
    ensure!(record["state"] == "incomplete" && error.contains("secrets is forbidden"), "{record}");
    run.assert_stderr(&["secrets is forbidden"])?;
    let said = verdicts(&report, "legacy")?;
    ensure!(said.iter().all(|verdict| verdict == "unknown"), "{said:?}");
    Ok(())
}
