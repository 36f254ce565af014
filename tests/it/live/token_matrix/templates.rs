//! The prediction for a template, and what its controller's pods get: the precedence of pod over
//! ServiceAccount over default is the same a level higher.

use anyhow::Context;
use serde_json::{Value, json};

use super::super::{Live, scan};
use super::{offline, oracle};
use crate::support::api::{Api, wait_for};
use crate::support::lab::ControlPlane;
use crate::support::{Outcome, ensure};

pub(super) fn tests() -> Vec<Live> {
    vec![Live::new(templates)]
}

const NAMESPACE: &str = "token-templates";
/// Name, the template's word, the ServiceAccount's word, whether there is a token.
const CASES: [(&str, Option<bool>, Option<bool>, bool); 4] = [
    ("default", None, None, true),
    ("account-off", None, Some(false), false),
    ("pod-on", Some(true), Some(false), true),
    ("pod-off", Some(false), Some(true), false),
];

fn deployment(name: &str, automount: Option<bool>) -> Value {
    let labels = json!({"app": name});
    let mut spec = json!({
        "serviceAccountName": format!("of-{name}"),
        "containers": [{"name": "app", "image": "app"}],
    });
    if let Some(value) = automount {
        spec["automountServiceAccountToken"] = value.into();
    }
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": name, "namespace": NAMESPACE},
        "spec": {
            "replicas": 2,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": spec},
        },
    })
}

/// The two pods of a Deployment, once its controllers have made them.
fn pods(api: &Api, app: &str) -> anyhow::Result<Vec<Value>> {
    let path = format!("/api/v1/namespaces/{NAMESPACE}/pods?labelSelector=app%3D{app}");
    wait_for("the controllers to create pods", || {
        let items = api.get(&path)?["items"].as_array().context("no items")?.clone();
        Ok((items.len() == 2).then_some(items))
    })
}

fn templates(control_plane: &ControlPlane) -> Outcome {
    let api = control_plane.api();
    api.namespace(NAMESPACE)?;
    let mut manifests = Vec::new();
    for (name, pod, account, _) in CASES {
        let account_name = format!("of-{name}");
        api.service_account(NAMESPACE, &account_name, account)?;
        let deployment = deployment(name, pod);
        api.post(&format!("/apis/apps/v1/namespaces/{NAMESPACE}/deployments"), &deployment)?;
        manifests.push(deployment);
        manifests.push(json!({
            "apiVersion": "v1", "kind": "ServiceAccount",
            "metadata": {"name": account_name, "namespace": NAMESPACE},
            "automountServiceAccountToken": account,
        }));
    }
    let mut stored = Vec::new();
    for (name, ..) in CASES {
        stored.push(pods(api, name)?);
    }
    let live = scan(control_plane, &["-n", NAMESPACE])?.report(0)?;
    let predicted = offline(&manifests)?;
    for ((name, _, _, has_token), pods) in CASES.iter().zip(&stored) {
        let want = if *has_token { "fail" } else { "pass" };
        for pod in pods {
            let tokens = oracle::tokens(pod)?;
            ensure!(tokens.iter().all(|(_, t)| t.mounted() == want), "{name}: {tokens:?}");
        }
        let names = pods.iter().filter_map(|pod| pod["metadata"]["name"].as_str());
        let first = names.min().context("no pod")?;
        let found = live.finding("token-mounted", first, Some("app"))?;
        ensure!(found["verdict"] == want && found["pods"] == 2, "{name}: {found}");
        let found = predicted.finding("token-mounted", name, Some("app"))?;
        ensure!(found["verdict"] == want, "offline, {name}: {found}");
        for report in [
            live.finding("token-declared-not-actual", first, Some("app"))?,
            predicted.finding("token-declared-not-actual", name, Some("app"))?,
        ] {
            ensure!(report["verdict"] == "pass", "{name}: {report}");
        }
    }
    Ok(())
}
