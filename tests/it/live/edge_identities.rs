//! The attempts to become somebody else: by headers, and by client certificates.

use std::process::Command;

use anyhow::Context;
use http::Method;
use k8s_openapi::ByteString;
use serde_json::{Value, json};

use super::edge_attempts::{CLIENT, Edge};
use super::edges::HOME;
use crate::support::api::Api;
use crate::support::{Outcome, ensure};

pub(super) fn impersonate(edge: Edge, api: &Api) -> Outcome {
    let reviews = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
    let review = json!({"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"});
    let act_as = |headers: &[(&str, &str)], who: &str| {
        let answer = api.send_with(&Method::POST, reviews, &review, headers)?;
        ensure!(answer["status"]["userInfo"]["username"] == who, "{answer}");
        Ok(())
    };
    match edge {
        Edge::ImpersonateUser => act_as(&[("Impersonate-User", "edges-jane")], "edges-jane"),
        Edge::ImpersonateAccount => {
            let victim = format!("system:serviceaccount:{HOME}:victim");
            act_as(&[("Impersonate-User", &victim)], &victim)
        }
        Edge::ImpersonateMasters => {
            let headers =
                [("Impersonate-User", "edges-jane"), ("Impersonate-Group", "system:masters")];
            let path = "/api/v1/namespaces/kube-system/secrets";
            api.send_with(&Method::GET, path, &Value::Null, &headers).map(drop)
        }
        _ => act_as(&[("Impersonate-Group", "system:masters")], ""),
    }
}

pub(super) fn certificate(edge: Edge, api: &Api, admin: &Api) -> Outcome {
    let done = match edge {
        Edge::AskForMasters => {
            let request = certificate_request("edges-new", "system:masters")?;
            api.post(&format!("{CSRS}?dryRun=All"), &request)
        }
        Edge::Approve => {
            let path = format!("{CSRS}/edges-asked");
            let mut request = admin.get(&path)?;
            request["status"]["conditions"] =
                json!([{"type": "Approved", "status": "True", "reason": "test"}]);
            api.put(&format!("{path}/approval?dryRun=All"), &request)
        }
        _ => {
            let request = certificate_request("edges-new", "kubeadm:cluster-admins")?;
            api.post(&format!("{CSRS}?dryRun=All"), &request)
        }
    };
    done.map(drop)
}

pub(super) const CSRS: &str = "/apis/certificates.k8s.io/v1/certificatesigningrequests";

/// A request for a certificate of this group, under a key that nobody keeps.
pub(super) fn certificate_request(name: &str, group: &str) -> anyhow::Result<Value> {
    let dir = tempfile::tempdir()?;
    let made = Command::new("openssl")
        .args(["req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout"])
        .arg(dir.path().join("key"))
        .args(["-subj", &format!("/O={group}/CN=edges-jane")])
        .output()
        .context("unable to run openssl")?;
    ensure!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let request = ByteString(made.stdout);
    Ok(json!({
        "metadata": {"name": name},
        "spec": {"request": request, "signerName": CLIENT, "usages": ["client auth"]},
    }))
}
