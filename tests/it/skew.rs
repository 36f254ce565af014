//! The oldest and the newest API server that podaudit works with: both take the shipped manifests,
//! and the same pods get the same verdicts, but for what the older one does not know.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Context;
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::deploy;
use crate::support::api::path_of;
use crate::support::lab::ControlPlane;
use crate::support::program::Program;
use crate::support::report::{Key, Report};
use crate::support::{Outcome, ensure, requires};

pub(crate) fn trials() -> Vec<Trial> {
    vec![requires::trial(requires::on_path("go"), oldest_and_newest)]
}

/// Namespace and name, of an object's metadata or of a finding's object.
fn named(object: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    format!("{}/{}", text(&object["namespace"]), text(&object["name"]))
}

/// Pods with fields that the older server drops: `hostUsers` (KEP-127, on by default since 1.33) and
/// the observed user (KEP-3619, since 1.31).
fn with_newer_fields(objects: &[Value]) -> BTreeSet<String> {
    let pods = objects.iter().filter(|object| object["kind"] == "Pod").filter(|pod| {
        let statuses = pod["status"]["containerStatuses"].as_array();
        let observed = statuses.into_iter().flatten().any(|status| status["user"].is_object());
        observed || pod["spec"]["hostUsers"].is_boolean()
    });
    pods.map(|pod| named(&pod["metadata"])).collect()
}

/// Stores the sample cluster: what a server does not know of it, it drops.
fn populate(control_plane: &ControlPlane, objects: &[Value]) -> Outcome {
    let api = control_plane.api();
    let rbac = ["ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"];
    for kind in ["Namespace", "Node", "ServiceAccount"].into_iter().chain(rbac).chain(["Pod"]) {
        for object in objects.iter().filter(|object| object["kind"] == kind) {
            let path = path_of(object)?;
            let (collection, _) = path.rsplit_once('/').context("no path")?;
            let mut new = object.clone();
            for (part, fields) in
                [("metadata", &["uid", "ownerReferences"][..]), ("spec", &["ephemeralContainers"])]
            {
                let Some(part) = new.get_mut(part).and_then(Value::as_object_mut) else { continue };
                part.retain(|field, _| !fields.contains(&field.as_str()));
            }
            let created = api.post(collection, &new);
            // kube-system is there already.
            ensure!(created.is_ok() || api.get(&path).is_ok(), "{created:?}");
            if kind == "Pod" || kind == "Node" {
                api.patch(&format!("{path}/status"), &json!({"status": object["status"]}))?;
            }
        }
    }
    Ok(())
}

/// The verdict and the severity of each finding about what was stored.
fn verdicts(report: &Report, stored: &BTreeSet<String>) -> BTreeMap<Key, (String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let findings = report.findings().iter();
    findings
        .map(|f| {
            let container = f["container"].as_str().map(str::to_owned);
            let key = (text(&f["rule"]), named(&f["object"]), container);
            (key, (text(&f["verdict"]), text(&f["severity"])))
        })
        // Each release has roles of its own for its own components.
        .filter(|(key, _)| stored.contains(&key.1))
        .collect()
}

fn oldest_and_newest() -> Outcome {
    let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("demo/cluster.yaml");
    let objects = deploy::objects(&std::fs::read_to_string(demo)?)?;
    let shipped = deploy::objects(&deploy::kustomize("base")?)?;
    let all = objects.iter().chain(&shipped);
    let stored: BTreeSet<_> = all.map(|object| named(&object["metadata"])).collect();
    let scan = |options: &[&str], version: &str| {
        let control_plane = ControlPlane::bare(options, "")?;
        for object in &shipped {
            control_plane.api().apply(object)?;
        }
        populate(&control_plane, &objects)?;
        let run = Program::new(["-A", "-o", "json", "--show", "all"])?
            .env("KUBECONFIG", control_plane.kubeconfig())
            .run()?;
        let report = run.report(0)?;
        report.assert_complete()?;
        let reported = report.0["cluster"]["kubernetesVersion"].as_str().unwrap_or_default();
        ensure!(reported.starts_with(version), "the server is {reported}");
        anyhow::Ok(verdicts(&report, &stored))
    };
    let (old, new) = (scan(&["--oldest"], "v1.30.")?, scan(&[], "v1.37.")?);
    ensure!(old.len() > 200, "only {} findings", old.len());
    let newer = with_newer_fields(&objects);
    let differ = |key: &&Key| old.get(*key) != new.get(*key);
    let differing: BTreeSet<_> = old.keys().chain(new.keys()).filter(differ).collect();
    ensure!(!differing.is_empty(), "the observed users make no difference");
    for key in differing {
        let (then, now) = (old.get(key), new.get(key));
        ensure!(newer.contains(&key.1), "{key:?} was {then:?}, is {now:?}");
        // Less is known, and that is what it says.
        let passes = then.is_some_and(|(verdict, _)| verdict == "pass");
        ensure!(!passes, "{key:?} passes for lack of data, and is {now:?}");
    }
    Ok(())
}
