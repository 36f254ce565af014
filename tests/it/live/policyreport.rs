//! `--apply` on a real API server with upstream's definitions: what arrives, what is replaced, what
//! is deleted, and what is left alone.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::Context;
use serde_json::{Value, json};

use super::{Live, policyreport_refused};
use crate::policyreport::{APIS, definitions, failing, results};
use crate::support::api::{Api, path_of, wait_for};
use crate::support::command::isolated;
use crate::support::lab::ControlPlane;
use crate::support::program::{Program, Run};
use crate::support::{Outcome, ensure, requires, tools};

pub(super) fn tests() -> Vec<Live> {
    vec![Live::new(policyreport)]
}

fn policyreport(_: &ControlPlane) -> Outcome {
    // Pods need no ServiceAccount here, which nobody would make.
    let plane = ControlPlane::bare(&[], "--disable-admission-plugins=ServiceAccount")?;
    populate(plane.api())?;
    policyreport_refused::no_api(&plane)?;
    install(plane.api())?;
    for (api, version) in APIS {
        what_is_found(&plane, api, version)?;
        scope(&plane, api, version)?;
        policyreport_refused::incomplete(&plane, api, version)?;
    }
    many(&plane, APIS[0])?;
    policyreport_refused::rights(&plane)?;
    policyreport_refused::rights_in_a_namespace(&plane)?;
    policyreport_refused::contexts(&plane)?;
    written(&plane)?;
    policyreport_refused::ending(&plane)
}

/// Failures that the first containers of a pod lead to: enough for many objects.
const MANY: usize = 20_000;

fn pod(name: &str, containers: usize) -> Value {
    let container = |n: usize| json!({"name": format!("c{n}"), "image": "app", "securityContext": {"privileged": true}});
    let containers: Vec<_> = (0..containers).map(container).collect();
    json!({"metadata": {"name": name}, "spec": {"containers": containers}})
}

fn populate(api: &Api) -> Outcome {
    for namespace in ["shop", "other", "big"] {
        api.post("/api/v1/namespaces", &json!({"metadata": {"name": namespace}}))?;
    }
    for namespace in ["shop", "other"] {
        api.post(&format!("/api/v1/namespaces/{namespace}/pods"), &pod("web", 1))?;
    }
    let binding = json!({
        "metadata": {"name": "everyone"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view"},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "Group",
            "name": "system:authenticated"}],
    });
    api.post("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", &binding).map(drop)
}

pub(super) fn install(api: &Api) -> Outcome {
    for definition in definitions()? {
        api.apply(&definition)?;
        let spec = &definition["spec"];
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let (group, plural) = (text(&spec["group"]), text(&spec["names"]["plural"]));
        let path = format!("/apis/{group}/{}/{plural}", text(&spec["versions"][0]["name"]));
        wait_for("the definition", || Ok(api.get(&path).ok()))?;
    }
    // What others have written, in the same places.
    for (_, version) in APIS {
        for (namespace, labels) in [
            (Some("shop"), json!({"app.kubernetes.io/managed-by": "kyverno"})),
            (Some("other"), json!({})),
            (None, json!({"app.kubernetes.io/managed-by": "kyverno"})),
        ] {
            let kind = kinds(version)[usize::from(namespace.is_none())].0;
            let object = json!({
                "apiVersion": version, "kind": kind,
                "metadata": {"name": "foreign", "namespace": namespace, "labels": labels},
                "results": [{"policy": "theirs", "result": "pass"}],
            });
            api.apply(&object)?;
        }
    }
    Ok(())
}

/// Kind and plural: in a namespace, and of the cluster.
fn kinds(version: &str) -> [(&'static str, &'static str); 2] {
    if version.starts_with("openreports") {
        [("Report", "reports"), ("ClusterReport", "clusterreports")]
    } else {
        [("PolicyReport", "policyreports"), ("ClusterPolicyReport", "clusterpolicyreports")]
    }
}

/// All reports in the cluster, by namespace (empty for the cluster's) and name.
pub(super) fn stored(
    api: &Api,
    version: &str,
) -> anyhow::Result<BTreeMap<(String, String), Value>> {
    let mut all = BTreeMap::new();
    for (kind, plural) in kinds(version) {
        let list = api.get(&format!("/apis/{version}/{plural}"))?;
        for item in list["items"].as_array().context("no items")? {
            ensure!(item["kind"] == kind, "{}", item["kind"]);
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let meta = &item["metadata"];
            all.insert((text(&meta["namespace"]), text(&meta["name"])), item.clone());
        }
    }
    Ok(all)
}

/// What others have written is as it was.
pub(super) fn assert_foreign(all: &BTreeMap<(String, String), Value>) -> Outcome {
    let foreign: Vec<_> = all.iter().filter(|((_, name), _)| name == "foreign").collect();
    ensure!(foreign.len() == 3, "reports of others: {}", foreign.len());
    for (place, object) in foreign {
        let results = &object["results"];
        ensure!(results[0]["policy"] == "theirs", "{place:?} is changed: {results}");
        ensure!(object["metadata"]["generation"] == 1, "{place:?} was written");
    }
    Ok(())
}

/// Those that podaudit has written, of one namespace or all.
pub(super) fn ours(all: &BTreeMap<(String, String), Value>, namespace: Option<&str>) -> Vec<Value> {
    let is_ours = |place: &(String, String)| {
        place.1.starts_with("podaudit") && namespace.is_none_or(|namespace| place.0 == namespace)
    };
    all.iter().filter(|(place, _)| is_ours(place)).map(|(_, object)| object.clone()).collect()
}

/// A scan that applies, with a JSON report on standard output.
pub(super) fn apply(plane: &ControlPlane, api: &str, args: &[&str]) -> anyhow::Result<Run> {
    let flag = if api == "policyreport" { "--apply".to_owned() } else { format!("--apply={api}") };
    let program = Program::new(["-o", "json", &flag])?.args(args);
    program.env("KUBECONFIG", plane.kubeconfig()).run()
}

fn what_is_found(plane: &ControlPlane, api: &str, version: &str) -> Outcome {
    let report = apply(plane, api, &[])?.report(0)?;
    report.assert_complete()?;
    let all = stored(plane.api(), version)?;
    assert_foreign(&all)?;
    let fails: Vec<_> = report.findings().iter().filter(|f| f["verdict"] == "fail").collect();
    let fingerprints = fails.iter().filter_map(|f| f["fingerprint"].as_str()).map(str::to_owned);
    ensure!(failing(&results(&ours(&all, None))?) == fingerprints.collect(), "other failures");
    for (namespace, name) in [("", "podaudit"), ("shop", "podaudit"), ("other", "podaudit")] {
        let key = (namespace.to_owned(), name.to_owned());
        let object = all.get(&key).with_context(|| format!("no {key:?}"))?;
        let label = &object["metadata"]["labels"]["app.kubernetes.io/managed-by"];
        ensure!(label == "podaudit", "{}", object["metadata"]);
        let managers = object["metadata"]["managedFields"].as_array().context("no managers")?;
        ensure!(managers.len() == 1 && managers[0]["manager"] == "podaudit", "{managers:?}");
        ensure!(managers[0]["operation"] == "Apply", "{managers:?}");
    }
    Ok(())
}

/// So many failures that one object cannot hold them, and then none of them.
fn many(plane: &ControlPlane, (api, version): (&str, &str)) -> Outcome {
    let pods = "/api/v1/namespaces/big/pods";
    let mut names = Vec::new();
    let mut count = 0;
    while count < MANY {
        let name = format!("many-{}", names.len());
        plane.api().post(pods, &pod(&name, 250))?;
        names.push(name);
        // Each container fails at least these many rules.
        count += 250 * 7;
    }
    let report = apply(plane, api, &["-n", "big"])?.report(0)?;
    let fails = report.findings().iter().filter(|f| f["verdict"] == "fail").count();
    ensure!(fails >= MANY, "only {fails} failures");
    let first = stored(plane.api(), version)?;
    let objects = ours(&first, Some("big"));
    let found = failing(&results(&objects)?).len();
    ensure!(found == fails, "{found} of {fails} failures");
    for object in &objects {
        let mut bare = object.clone();
        for server in ["managedFields", "creationTimestamp", "generation", "resourceVersion", "uid"]
        {
            bare["metadata"].as_object_mut().context("metadata")?.remove(server);
        }
        let bytes = bare.to_string().len();
        ensure!(bytes < 192 << 10, "an object of {bytes} bytes");
    }
    let chunks = objects.len();
    ensure!(chunks > 20 && chunks < 100, "{chunks} objects");
    let again = apply(plane, api, &[])?;
    ensure!(again.code == 0, "{}", again.stderr);
    let second = stored(plane.api(), version)?;
    ensure!(first.keys().eq(second.keys()), "the same findings under other names");

    for name in names {
        plane.api().delete(&format!("{pods}/{name}?gracePeriodSeconds=0"))?;
    }
    let again = apply(plane, api, &[])?;
    ensure!(again.code == 0, "{}", again.stderr);
    let left = stored(plane.api(), version)?;
    let names: Vec<_> = left.keys().filter(|(namespace, _)| namespace == "big").collect();
    ensure!(names.len() == 1 && names[0].1 == "podaudit", "{chunks} became {names:?}");
    assert_foreign(&left)
}

/// A scan of one namespace writes and deletes there and nowhere else.
fn scope(plane: &ControlPlane, api: &str, version: &str) -> Outcome {
    let before = stored(plane.api(), version)?;
    let stale = json!({
        "apiVersion": version, "kind": kinds(version)[0].0, "results": [],
        "metadata": {"name": "podaudit-9", "namespace": "shop",
            "labels": {"app.kubernetes.io/managed-by": "podaudit"}},
    });
    let mut elsewhere = stale.clone();
    elsewhere["metadata"]["namespace"] = "other".into();
    for object in [&stale, &elsewhere] {
        plane.api().apply(object)?;
    }
    let run = apply(plane, api, &["-n", "shop"])?;
    ensure!(run.code == 0, "{}", run.stderr);
    let mut after = stored(plane.api(), version)?;
    let key = |namespace: &str| (namespace.to_owned(), "podaudit-9".to_owned());
    ensure!(!after.contains_key(&key("shop")), "not deleted");
    ensure!(after.remove(&key("other")).is_some(), "deleted where nothing was scanned");
    ensure!(before.keys().eq(after.keys()), "{:?}", after.keys());
    for (key, object) in &before {
        let same =
            after[key]["metadata"]["resourceVersion"] == object["metadata"]["resourceVersion"];
        let is_ours = key.0 == "shop" && key.1 == "podaudit";
        ensure!(same != is_ours, "{key:?} is {}", if same { "as before" } else { "changed" });
    }
    plane.api().delete(&path_of(&elsewhere)?).map(drop)
}

/// The file is one that the server takes to the letter, and so does kubectl where there is one.
fn written(plane: &ControlPlane) -> Outcome {
    let folder = tempfile::tempdir()?;
    for (format, version) in APIS {
        let file: PathBuf = folder.path().join(format);
        let path = file.to_str().context("path")?;
        let run = Program::new(["-o", &format!("{format}={path}")])?;
        let run = run.env("KUBECONFIG", plane.kubeconfig()).run()?;
        ensure!(run.code == 0, "{}", run.stderr);
        let list: Value = serde_json::from_str(&std::fs::read_to_string(&file)?)?;
        let items = list["items"].as_array().context("no items")?;
        ensure!(items.len() >= 4, "{} objects", items.len());
        for item in items {
            // Strictly, as the API of the tests does it.
            plane.api().apply(item)?;
        }
        if requires::on_path("kubectl").is_none() {
            for more in [&["--validate=strict"][..], &["--server-side", "--force-conflicts"]] {
                let mut kubectl = isolated("kubectl", folder.path());
                kubectl.arg("--kubeconfig").arg(plane.kubeconfig()).args(["apply", "-f", path]);
                let said = tools::succeeds(kubectl.args(more))?;
                ensure!(said.lines().count() == items.len(), "{said}");
            }
        }
        // Nobody else's manager keeps podaudit from its own objects.
        let run = apply(plane, format, &[])?;
        ensure!(run.code == 0, "{}", run.stderr);
        assert_foreign(&stored(plane.api(), version)?)?;
    }
    Ok(())
}
