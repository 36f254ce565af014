//! `--apply` where it cannot be: no such API, no right, an incomplete scan. The report is written
//! all the same, and what is in the cluster stays.

use anyhow::Context;
use serde_json::{Value, json};

use super::policyreport::{apply, assert_foreign, ours, stored};
use crate::policyreport::APIS;
use crate::support::api::{Api, wait_for};
use crate::support::lab::ControlPlane;
use crate::support::program::Program;
use crate::support::{Outcome, ensure};

/// Before the definitions are installed.
pub(super) fn no_api(plane: &ControlPlane) -> Outcome {
    for (api, version) in APIS {
        let run = apply(plane, api, &[])?;
        run.assert_stderr(&["install their CRDs", version, "envtest"])?;
        run.report(4)?.assert_complete()?;
    }
    Ok(())
}

/// Gives the user these rules and no others, in one namespace or everywhere.
fn grant(api: &Api, namespace: Option<&str>, user: &str, rules: &Value) -> Outcome {
    let group = "rbac.authorization.k8s.io";
    let version = format!("{group}/v1");
    let role = json!({"apiVersion": version, "kind": "ClusterRole", "metadata": {"name": user},
        "rules": rules});
    api.apply(&role)?;
    let kind = if namespace.is_some() { "RoleBinding" } else { "ClusterRoleBinding" };
    let binding = json!({
        "apiVersion": version, "kind": kind,
        "metadata": {"name": user, "namespace": namespace},
        "roleRef": {"apiGroup": group, "kind": "ClusterRole", "name": user},
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
    // Everything but the pods: what is known of the namespaces would take the place of more.
    let mut all = rules(&[])?;
    let rules = all.as_array_mut().context("no rules")?;
    for rule in rules.iter_mut() {
        let kinds = rule["resources"].as_array_mut().context("no resources")?;
        kinds.retain(|kind| kind != "pods");
    }
    let group = version.split('/').next();
    rules.push(json!({"apiGroups": [group], "resources": ["*"], "verbs": ["*"]}));
    let user = format!("blind-{api}");
    grant(plane.api(), None, &user, &all)?;
    // The authorizer may see the role a moment later.
    wait_for("an incomplete scan", || {
        let run = apply(plane, api, &["--as", &user])?;
        ensure!(run.code == 3 || run.code == 4, "exit code {}: {}", run.code, run.stderr);
        Ok((run.code == 3).then_some(()))
    })?;
    let mut after = stored(plane.api(), version)?;
    let gaps = after.remove(&(String::new(), "podaudit-incomplete".to_owned()));
    let gaps = gaps.context("nothing tells that the scan was incomplete")?;
    let reported = gaps["results"].to_string();
    ensure!(reported.contains("pods is forbidden") && gaps["summary"]["fail"] == 0, "{reported}");
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
        plane.api().delete(&crate::support::api::path_of(&object)?)?;
    }
    let user = "auditor";
    let scan = |verbs: &[&str], missing: Option<&str>| -> Outcome {
        grant(plane.api(), None, user, &rules(verbs)?)?;
        let run = wait_for("the rights", || {
            let run = apply(plane, api, &["--as", user])?;
            let found = match missing {
                Some(verb) => run.stderr.contains(&format!("cannot {verb} resource")),
                None => run.code == 0,
            };
            Ok(found.then_some(run))
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

/// With `-n`, rights in that namespace are enough.
pub(super) fn rights_in_a_namespace(plane: &ControlPlane) -> Outcome {
    let user = "shop-auditor";
    let mut rules = rules(&["list", "create", "patch", "delete"])?;
    let more = json!({"apiGroups": [""], "resources": ["namespaces"], "verbs": ["get"]});
    rules.as_array_mut().context("no rules")?.push(more);
    grant(plane.api(), Some("shop"), user, &rules)?;
    wait_for("the rights", || {
        let run = apply(plane, APIS[0].0, &["-n", "shop", "--as", user])?;
        ensure!(run.code != 1 && run.code != 2, "exit code {}: {}", run.code, run.stderr);
        Ok((run.code == 0).then_some(()))
    })
}

/// Each cluster gets its own reports, and one that refuses does not keep the others from theirs.
pub(super) fn contexts(plane: &ControlPlane) -> Outcome {
    let (api, version) = APIS[0];
    let all = ours(&stored(plane.api(), version)?, None);
    for object in &all {
        plane.api().delete(&crate::support::api::path_of(object)?)?;
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

/// A namespace that ends takes no new objects, and is no reason to fail.
pub(super) fn ending(plane: &ControlPlane) -> Outcome {
    let namespaces = "/api/v1/namespaces";
    plane.api().post(namespaces, &json!({"metadata": {"name": "ending"}}))?;
    // No controller is there that would end it.
    plane.api().delete(&format!("{namespaces}/ending"))?;
    for (api, version) in APIS {
        let report = apply(plane, api, &[])?.report(0)?;
        let about = report.findings().iter().any(|f| f["object"]["name"] == "ending");
        ensure!(about, "nothing to say of the namespace");
        let ours = ours(&stored(plane.api(), version)?, Some("ending"));
        ensure!(ours.is_empty(), "it did take them");
    }
    Ok(())
}
