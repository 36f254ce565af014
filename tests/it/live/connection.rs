//! A server that is there, and does not want us: wrong CA, tokens that it does not accept.

use std::process::Command;

use anyhow::Context;
use serde_json::json;

use super::Live;
use crate::support::lab::ControlPlane;
use crate::support::program::Program;
use crate::support::{Outcome, ensure, kubeconfig};

pub(super) fn tests() -> Vec<Live> {
    vec![
        Live::new(wrong_ca),
        Live::new(invented_token),
        Live::new(token_of_a_deleted_account),
        Live::new(impersonation),
        Live::new(impersonation_refused),
    ]
}

fn wrong_ca(control_plane: &ControlPlane) -> Outcome {
    let dir = tempfile::tempdir()?;
    let certificate = dir.path().join("ca.crt");
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=another"])
        .arg("-keyout")
        .arg(dir.path().join("ca.key"))
        .arg("-out")
        .arg(&certificate)
        .output()?;
    ensure!(made.status.success(), "openssl failed");

    let server = kubeconfig::cluster(&control_plane.kubeconfig())?["server"].clone();
    let cluster = json!({"server": server, "certificate-authority": certificate});
    let file = kubeconfig::new(&cluster, "a-secret-token")?;
    let run = Program::new(["-o", "json"])?.env("KUBECONFIG", file.path()).run()?;
    run.assert_error(&[server.as_str().context("no server")?, "certificate"])?;
    run.assert_silent_about("a-secret-token")
}

/// 401 on everything: nothing was read, so there is nothing to report.
fn refused(control_plane: &ControlPlane, token: &str) -> Outcome {
    let file = kubeconfig::with_token(&control_plane.kubeconfig(), token)?;
    let run = Program::new(["-o", "json"])?.env("KUBECONFIG", file.path()).run()?;
    run.assert_error(&["https://127.0.0.1:", "401"])?;
    run.assert_silent_about(token)
}

fn invented_token(control_plane: &ControlPlane) -> Outcome {
    refused(control_plane, "a-token-that-nobody-has-given-out")
}

/// A real token that has died, as one does that has expired: ten minutes, the shortest life that
/// a `TokenRequest` grants, are too long for a test.
fn token_of_a_deleted_account(control_plane: &ControlPlane) -> Outcome {
    let api = control_plane.api();
    api.namespace("dead-token")?;
    api.service_account("dead-token", "gone", None)?;
    let token = api.token("dead-token", "gone")?;
    api.delete("/api/v1/namespaces/dead-token/serviceaccounts/gone")?;
    refused(control_plane, &token)
}

fn impersonation(control_plane: &ControlPlane) -> Outcome {
    let run = Program::new(["--as", "nobody", "--as-group", "system:masters", "-o", "json"])?
        .env("KUBECONFIG", control_plane.kubeconfig())
        .run()?;
    run.report(0)?.assert_complete()?;
    let run = Program::new(["--as", "nobody", "-o", "json"])?
        .env("KUBECONFIG", control_plane.kubeconfig())
        .run()?;
    let report = run.report(3)?;
    let error = report.coverage("pods")?["error"].as_str().unwrap_or_default();
    ensure!(error.contains("nobody"), "the error does not say who: {error}");
    Ok(())
}

fn impersonation_refused(control_plane: &ControlPlane) -> Outcome {
    let args =
        ["--context", "nobody", "--as", "admin", "--as-group", "system:masters", "-o", "json"];
    let run = Program::new(args)?.env("KUBECONFIG", control_plane.kubeconfig()).run()?;
    let report = run.report(3)?;
    ensure!(report.findings().is_empty(), "read without the right to");
    Ok(())
}
