//! The chart with `policyReports.enabled` on a real API server with upstream's definitions: the role
//! that it installs is enough, and nothing in it is more than is needed.

use anyhow::Context;
use serde_json::{Value, json};

use super::installed::{Installed, install};
use super::policyreport::stored;
use crate::support::api::{Api, wait_for};
use crate::support::lab::ControlPlane;
use crate::support::{Outcome, ensure};

/// The value of the chart, and the API's version.
const APIS: [(&str, &str); 2] =
    [("policyreport", "wgpolicyk8s.io/v1alpha2"), ("openreports", "openreports.io/v1alpha1")];

pub(super) fn policy_reports_arrive() -> Outcome {
    let control_plane = ControlPlane::start("")?;
    let api = control_plane.api();
    for namespace in ["shop", "other"] {
        api.namespace(namespace)?;
        api.pod(namespace, "web", &json!({"containers": [{"name": "app", "image": "app"}]}))?;
    }
    super::policyreport::install(api)?;
    for (format, version) in APIS {
        let name = format!("podaudit-{format}");
        let set = format!("policyReports.enabled=true,policyReports.format={format}");
        install(&control_plane, &name, &["--set", &set])?;
        let installed = Installed::start(&control_plane, &name, &name)?;
        // The authorizer may see the role a moment later.
        wait_for("the rights", || Ok((installed.run(0, &[])?.code == 0).then_some(())))?;
        let (_, report) = installed.scan(0)?;
        let failures = report.findings().iter().filter(|f| f["verdict"] == "fail").count();
        let written = results(api, version)?;
        ensure!(written == failures && failures > 10, "{written} of {failures} arrived");
        rights(api, &installed, &name)?;
    }
    Ok(())
}

/// How many results podaudit's own objects hold.
fn results(api: &Api, version: &str) -> anyhow::Result<usize> {
    let ours =
        |object: &Value| object["metadata"]["labels"]["app.kubernetes.io/managed-by"] == "podaudit";
    let all = stored(api, version)?;
    let lists = all.values().filter(|object| ours(object)).map(|object| &object["results"]);
    Ok(lists.filter_map(Value::as_array).flatten().filter(|r| r["result"] == "fail").count())
}

/// Without the right to list them, or to change them, the run fails and says so; the report on
/// standard output is there all the same.
fn rights(api: &Api, installed: &Installed, name: &str) -> Outcome {
    let path = format!("/apis/rbac.authorization.k8s.io/v1/clusterroles/{name}");
    let role = api.get(&path)?;
    let rules = role["rules"].as_array().context("no rules")?;
    for verb in ["list", "patch"] {
        let mut less = rules.clone();
        let last = less.last_mut().context("no rule")?;
        let verbs = last["verbs"].as_array_mut().context("no verbs")?;
        ensure!(verbs.len() == 4, "{verbs:?}");
        verbs.retain(|one| one != verb);
        api.patch(&path, &json!({"rules": less}))?;
        let reported = format!("cannot {verb} resource");
        wait_for("the authorizer to see the role", || {
            let run = installed.run(0, &[])?;
            let reported = run.code == 4 && run.stderr.contains(&reported);
            ensure!(!reported || run.stdout.lines().count() > 10, "no report: {}", run.stdout);
            Ok(reported.then_some(()))
        })?;
        api.patch(&path, &json!({"rules": rules}))?;
        wait_for("the rights", || Ok((installed.run(0, &[])?.code == 0).then_some(())))?;
    }
    Ok(())
}
