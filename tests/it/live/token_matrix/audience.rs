//! Which tokens the API server accepts, asked of the API server: a token of each audience is
//! minted for a real pod and reviewed, and what podaudit says of the same projection must not
//! contradict the answer.

use anyhow::Context;
use serde_json::{Value, json};

use super::super::{Live, scan};
use crate::support::api::Api;
use crate::support::lab::ControlPlane;
use crate::support::{Outcome, ensure};

pub(super) fn tests() -> Vec<Live> {
    vec![Live::new(audiences)]
}

const NAMESPACE: &str = "token-audiences";
/// The issuer of this API server, and with it the audience that it accepts.
const ISSUER: &str = "https://kubernetes.default.svc";

/// A pod whose only token is one for this audience.
fn pod(api: &Api, name: &str, audience: &str) -> anyhow::Result<Value> {
    let mut token = json!({"path": "token"});
    if !audience.is_empty() {
        token["audience"] = audience.into();
    }
    let spec = json!({
        "automountServiceAccountToken": false,
        "containers": [{
            "name": "app", "image": "app",
            "volumeMounts": [{"name": "hand", "mountPath": "/identity"}],
        }],
        "volumes": [{
            "name": "hand", "projected": {"sources": [{"serviceAccountToken": token}]},
        }],
    });
    api.pod(NAMESPACE, name, &spec)
}

/// The token that a kubelet would fetch for that pod.
fn mint(api: &Api, pod: &Value, audience: &str) -> anyhow::Result<String> {
    let audiences: Vec<_> = Some(audience).filter(|a| !a.is_empty()).into_iter().collect();
    let request = json!({"spec": {
        "audiences": audiences,
        "boundObjectRef": {
            "kind": "Pod", "apiVersion": "v1",
            "name": pod["metadata"]["name"], "uid": pod["metadata"]["uid"],
        },
    }});
    let path = format!("/api/v1/namespaces/{NAMESPACE}/serviceaccounts/default/token");
    let answer = api.post(&path, &request)?;
    answer["status"]["token"].as_str().map(str::to_owned).context("no token was minted")
}

fn audiences(control_plane: &ControlPlane) -> Outcome {
    let api = control_plane.api();
    api.namespace(NAMESPACE)?;
    let cases = [("own", "", true), ("issuer", ISSUER, true), ("vault", "vault", false)];
    for (name, audience, accepted) in cases {
        let pod = pod(api, name, audience)?;
        let token = mint(api, &pod, audience)?;
        let review = json!({"spec": {"token": token}});
        let review = api.post("/apis/authentication.k8s.io/v1/tokenreviews", &review)?;
        let status = &review["status"];
        ensure!(status["authenticated"].as_bool().unwrap_or(false) == accepted, "{name}: {status}");
        let user = "system:serviceaccount:token-audiences:default";
        ensure!(!accepted || status["user"]["username"] == user, "{name}: {status}");
    }

    let report = scan(control_plane, &["-n", NAMESPACE])?.report(0)?;
    for (name, audience, accepted) in cases {
        let found = report.finding("token-mounted", name, Some("app"))?;
        // That an audience is refused is not in the API: a pass there would be a guess.
        let expected = if accepted { "fail" } else { "unknown" };
        ensure!(found["verdict"] == expected, "{name}: {found}");
        // The issuer is the default of --api-audiences, and only that.
        let confidence = if audience == ISSUER { "likely" } else { "certain" };
        ensure!(found["confidence"] == confidence, "{name}: {found}");
    }
    // Who knows the flag can say so.
    for (audiences, expected) in [("vault", "fail"), ("other", "pass")] {
        let args = ["-n", NAMESPACE, "--api-audiences", audiences];
        let report = scan(control_plane, &args)?.report(0)?;
        let found = report.finding("token-mounted", "vault", Some("app"))?;
        ensure!(found["verdict"] == expected, "{audiences}: {found}");
    }
    Ok(())
}
