//! `--apply` where it cannot be: no such API, no right, an incomplete scan. The report is written
//! all the same, and what is in the cluster stays.

use anyhow::{Context, ensure};
use serde_json::{Value, json};

use super::policyreport::{apply, assert_foreign, ours, stored};
use crate::Outcome;
use crate::api::{Api, wait_for};
use crate::lab::ControlPlane;
use crate::policyreport::APIS;
use crate::program::Program;

/// Before the definitions are installed.
pub(super) fn no_api(plane: &ControlPlane) -> Outcome {
    for (api, version) in APIS {
        let run = apply(plane, api, &[])?;
        run.assert_stderr(&["install their CRDs", version, "envtest"])?;
        run.report(4)?.assert_complete()?;
    }
    Ok(())
}

/// Gives the user these rules and no others.
fn grant(api: &Api, user: &str, rules: &Value) -> Outcome {
    let name = format!("{user}-role");
    let role = json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole",
        "metadata": {"name": name}, "rules": rules});
    api.apply(&role)?;
    let group = "rbac.authorization.k8s.io";
    let binding = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding",
        "metadata": {"name": user},
        "roleRef": {"apiGroup": group, "kind": "ClusterRole", "name": name},
        "subjects": [{"apiGroup": group, "kind": "User", "name": user}],
    });
    api.apply(&binding).map(drop)
}

/// The rules of the documented ClusterRole of a scan, and those with these verbs on reports.
fn rules(verbs: &[&str]) -> anyhow::Result<Value> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let role = std::fs::read_to_string(path.join("deploy/base/clusterrole.yaml"))?;
    let role: Value = serde_saphyr::from_str(&role)?;
    let mut rules = role["rules"].as_array().context("no rules")?.clone();
    if !verbs.is_empty() {
        rules.push(json!({
            "apiGroups": ["wgpolicyk8s.io"],
            "resources": ["policyreports", "clusterpolicyreports"], "verbs": verbs,
        }));
    }
    Ok(rules.into())
}

/// An incomplete scan changes nothing but what tells of it, and the next complete one takes that
/// away.
pub(super) fn incomplete(plane: &ControlPlane, api: &str, version: &str) -> Outcome {
    let before = stored(plane.api(), version)?;
    let reports = json!([{"apiGroups": [version.split('/').next()], "resources": ["*"],
        "verbs": ["*"]}]);
    let user = format!("blind-{api}");
    grant(plane.api(), &user, &reports)?;
    // The authorizer may see the role a moment later.
    wait_for("an incomplete scan", || {
        let run = apply(plane, api, &["--as", &user])?;
        ensure!(run.code == 3 || run.code == 4, "exit code {}: {}", run.code, run.stderr);
        Ok((run.code == 3).then_some(()))
    })?;
    let mut after = stored(plane.api(), version)?;
    let gaps = after.remove(&(String::new(), "podaudit-incomplete".to_owned()));
    let gaps = gaps.context("nothing tells that the scan was incomplete")?;
    let told = gaps["results"].to_string();
    ensure!(told.contains("pods is forbidden") && gaps["summary"]["fail"] == 0, "{told}");
    ensure!(before == after, "an incomplete scan changed reports");
    let run = apply(plane, api, &[])?;
    ensure!(run.code == 0, "{}", run.stderr);
    let healed = stored(plane.api(), version)?;
    ensure!(before.keys().eq(healed.keys()), "{:?}", healed.keys());
    assert_foreign(&healed)
}

/// Four verbs are needed, each of them; the report on standard output is there without.
pub(super) fn rights(plane: &ControlPlane) -> Outcome {
    let (api, version) = APIS[0];
    for object in ours(&stored(plane.api(), version)?, None) {
        plane.api().delete(&crate::api::path_of(&object)?)?;
    }
    let user = "auditor";
    let scan = |verbs: &[&str], missing: Option<&str>| -> Outcome {
        grant(plane.api(), user, &rules(verbs)?)?;
        let run = wait_for("the rights", || {
            let run = apply(plane, api, &["--as", user])?;
            let seen = match missing {
                Some(verb) => run.stderr.contains(&format!("cannot {verb} resource")),
                None => run.code == 0,
            };
            Ok(seen.then_some(run))
        })?;
        if missing.is_some() {
            run.assert_stderr(&["in API group \"wgpolicyk8s.io\"", "envtest"])?;
        }
        run.report(if missing.is_some() { 4 } else { 0 })?.assert_complete()
    };
    scan(&[], Some("list"))?;
    scan(&["list"], Some("patch"))?;
    scan(&["list", "patch"], Some("create"))?;
    scan(&["list", "patch", "create"], None)?;
    let stale = json!({
        "apiVersion": version, "kind": "PolicyReport", "results": [],
        "metadata": {"name": "podaudit-9", "namespace": "shop",
            "labels": {"app.kubernetes.io/managed-by": "podaudit"}},
    });
    plane.api().apply(&stale)?;
    scan(&["list", "patch", "create"], Some("delete"))?;
    scan(&["list", "patch", "create", "delete"], None)?;
    let left = stored(plane.api(), version)?;
    ensure!(!left.contains_key(&("shop".to_owned(), "podaudit-9".to_owned())), "not deleted");
    Ok(())
}

/// Each cluster gets its own reports, and one that refuses does not keep the others from theirs.
pub(super) fn contexts(plane: &ControlPlane) -> Outcome {
    let (api, version) = APIS[0];
    let all = ours(&stored(plane.api(), version)?, None);
    for object in &all {
        plane.api().delete(&crate::api::path_of(object)?)?;
    }
    let run = Program::new(["--contexts", "nobody,admin", "-o", "ndjson"])?
        .arg(format!("--apply={api}"))
        .env("KUBECONFIG", plane.kubeconfig())
        .run()?;
    ensure!(run.code == 4 && run.stdout.contains("\"cluster\":\"admin\""), "{}", run.stderr);
    run.assert_stderr(&["unable to list the reports in nobody"])?;
    let again = ours(&stored(plane.api(), version)?, None);
    ensure!(again.len() == all.len(), "{} objects, not {}", again.len(), all.len());
    Ok(())
}
