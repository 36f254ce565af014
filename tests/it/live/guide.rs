//! The pod of a hardening guide, done as well as such guides do it: what podaudit says of it is
//! what a first user will compare with.

use std::collections::BTreeSet;

use serde_json::json;

use super::{Live, scan};
use crate::support::lab::ControlPlane;
use crate::support::{Outcome, ensure};

pub(super) fn tests() -> Vec<Live> {
    vec![Live::new(guide)]
}

const NAMESPACE: &str = "demo-app-ns";

fn guide(control_plane: &ControlPlane) -> Outcome {
    let api = control_plane.api();
    api.namespace(NAMESPACE)?;
    api.service_account(NAMESPACE, "demo-app-sa", Some(false))?;
    let spec = json!({
        "serviceAccountName": "demo-app-sa",
        "containers": [{
            "name": "demo-app",
            "image": format!("demo-app@sha256:{}", "0123456789abcdef".repeat(4)),
            "securityContext": {
                "runAsUser": 65532,
                "privileged": false,
                "allowPrivilegeEscalation": false,
                "capabilities": {"drop": ["ALL"]},
            },
        }],
    });
    api.pod(NAMESPACE, "demo-app", &spec)?;

    let report = scan(control_plane, &["-n", NAMESPACE])?.report(0)?;
    let about_pod: Vec<_> =
        report.findings().iter().filter(|f| f["object"]["kind"] == "Pod").collect();
    let open: BTreeSet<_> = about_pod
        .iter()
        .filter(|f| f["verdict"] == "fail" || f["verdict"] == "unknown")
        .map(|f| (f["rule"].as_str(), f["severity"].as_str(), f["verdict"].as_str()))
        .collect();
    let low = |rule| (Some(rule), Some("low"), Some("fail"));
    let want = BTreeSet::from([low("seccomp-not-set"), low("writable-root-filesystem")]);
    ensure!(open == want, "{open:?}");

    let token = report.finding("token-mounted", "demo-app", Some("demo-app"))?;
    ensure!(token["verdict"] == "pass", "{token}");
    let account = report.finding("service-account-automount", "demo-app-sa", None)?;
    ensure!(account["verdict"] == "pass", "{account}");
    Ok(())
}
