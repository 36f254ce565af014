//! Pod Security admission itself is the oracle: what it refuses, and in which words.

use anyhow::Context;
use podaudit::inventory::Pod;
use podaudit::pss::{Level, Version, evaluate, highest_level};
use serde_json::{Value, json};

use super::pss_pods::PODS;
use super::{Live, scan};
use crate::support::api::{Api, wait_for};
use crate::support::lab::ControlPlane;
use crate::support::program::{Program, Run};
use crate::support::{Outcome, ensure};

pub(super) fn tests() -> Vec<Live> {
    vec![
        Live::new(levels_are_the_api_servers),
        Live::new(invalid_labels_are_refused),
        Live::new(report),
        Live::new(part_of_the_pods),
        Live::new(no_rights),
    ]
}

/// Sets `pod-security.kubernetes.io/` labels.
fn label(api: &Api, namespace: &str, labels: &[(&str, &str)]) -> anyhow::Result<Value> {
    let labels = labels
        .iter()
        .map(|(mode, value)| (format!("pod-security.kubernetes.io/{mode}"), Value::from(*value)));
    let labels: serde_json::Map<_, _> = labels.collect();
    api.patch(&format!("/api/v1/namespaces/{namespace}"), &json!({"metadata": {"labels": labels}}))
}

/// What the API server says of creating the pod in this namespace: nothing, or why it is refused.
fn refusal(api: &Api, namespace: &str, pod: &Value) -> anyhow::Result<Option<String>> {
    let path = format!("/api/v1/namespaces/{namespace}/pods?dryRun=All");
    let Err(error) = api.post(&path, pod) else { return Ok(None) };
    let text = format!("{error:#}");
    ensure!(text.contains("violates PodSecurity"), "refused, but not by the standards: {text}");
    Ok(Some(text))
}

/// The pod as podaudit reads it.
fn pod(json: Value) -> anyhow::Result<Pod> {
    Ok(serde_json::from_value(json)?)
}

fn levels_are_the_api_servers(control_plane: &ControlPlane) -> Outcome {
    let api = control_plane.api();
    let enforcing =
        [(Level::Baseline, "pss-api-baseline"), (Level::Restricted, "pss-api-restricted")];
    for (level, namespace) in enforcing {
        api.namespace(namespace)?;
        label(api, namespace, &[("enforce", level.as_str())])?;
    }
    api.namespace("pss-api-privileged")?;
    // Admission reads Namespaces from a cache.
    for (_, namespace) in enforcing {
        let worst = json!({"metadata": {"name": "worst"}, "spec": {
            "hostPID": true, "containers": [{"name": "a", "image": "a"}]}});
        let refused = || Ok(refusal(api, namespace, &worst)?.map(drop));
        wait_for("admission to see the label", refused)?;
    }
    let mut differences = Vec::new();
    let mut found = [0; 3];
    for (name, spec) in PODS {
        let (annotations, spec): (Value, Value) = {
            let mut spec: Value = serde_saphyr::from_str(spec).context(*name)?;
            (spec["annotations"].take(), spec)
        };
        let mut spec = spec;
        spec.as_object_mut().context("no object")?.remove("annotations");
        let manifest =
            json!({"metadata": {"name": name, "annotations": annotations}, "spec": spec});
        let stored = api.post("/api/v1/namespaces/pss-api-privileged/pods", &manifest);
        let stored = pod(stored.context(*name)?)?;
        let ours = highest_level(&stored, Version::Latest).level;
        let as_written = highest_level(&pod(manifest.clone())?, Version::Latest).level;
        let mut theirs = Level::Privileged;
        for (level, namespace) in enforcing {
            let messages = evaluate(&stored, level, Version::Latest).into_iter().map(|v| v.message);
            let sentence = messages.collect::<Vec<_>>().join(", ");
            match refusal(api, namespace, &manifest)? {
                None => theirs = level,
                Some(text) if text.contains(&format!("\"{level}:latest\": {sentence}")) => {}
                Some(text) => differences.push(format!("{name}: not {sentence:?} but {text}")),
            }
        }
        if ours != theirs || as_written != theirs {
            differences.push(format!("{name}: {ours}, as written {as_written}, not {theirs}"));
        }
        found[theirs as usize] += 1;
    }
    ensure!(differences.is_empty(), "{}", differences.join("\n"));
    ensure!(found.iter().all(|count| *count >= 5), "too few pods of a level: {found:?}");
    Ok(())
}

/// So a value that is none can only be older than the admission plugin.
fn invalid_labels_are_refused(control_plane: &ControlPlane) -> Outcome {
    let api = control_plane.api();
    api.namespace("pss-invalid")?;
    for (mode, value) in [("enforce", "Baseline"), ("enforce-version", "1.30"), ("warn", "none")] {
        let refused = label(api, "pss-invalid", &[(mode, value)]);
        ensure!(refused.is_err(), "{mode}={value} was stored");
    }
    Ok(())
}

fn pss(control_plane: &ControlPlane, args: &[&str]) -> anyhow::Result<Run> {
    let fixed = ["pss", "-o", "json"];
    Program::new(fixed.iter().chain(args))?.env("KUBECONFIG", control_plane.kubeconfig()).run()
}

/// The one namespace of that name.
fn namespace<'r>(report: &'r Value, name: &str) -> anyhow::Result<&'r Value> {
    let mut all = report["namespaces"].as_array().context("no namespaces")?.iter();
    all.find(|n| n["name"] == name).with_context(|| format!("no namespace {name} in the report"))
}

const PLAIN: &str = r#"{"containers": [{"name": "app", "image": "app"}]}"#;

fn report(control_plane: &ControlPlane) -> Outcome {
    let api = control_plane.api();
    let name = "pss-report";
    api.namespace(name)?;
    let labels = json!({"app": "web"});
    let spec = json!({"containers": [{"name": "app", "image": "app"}], "hostIPC": true});
    let template = json!({"metadata": {"labels": labels}, "spec": spec});
    let web = json!({"metadata": {"name": "web"}, "spec": {
        "replicas": 2, "selector": {"matchLabels": labels}, "template": template}});
    api.post(&format!("/apis/apps/v1/namespaces/{name}/deployments"), &web)?;
    wait_for("the controllers to create pods", || {
        let pods = api.get(&format!("/api/v1/namespaces/{name}/pods"))?;
        Ok((pods["items"].as_array().map(Vec::len) == Some(2)).then_some(()))
    })?;
    api.pod(name, "plain", &serde_json::from_str(PLAIN)?)?;

    let read = || anyhow::Ok(pss(control_plane, &["-n", name])?.report(0)?.0);
    let before = read()?;
    let found = namespace(&before, name)?;
    let blocking = json!([{"check": "hostNamespaces", "workloads": [
        {"kind": "Deployment", "name": "web", "pods": 2}]}]);
    ensure!(found["pods"] == 3 && found["highestLevel"] == "privileged", "{found}");
    ensure!(found["nextLevel"] == "baseline" && found["blocking"] == blocking, "{found}");
    ensure!(found["labels"]["enforce"]["level"].is_null(), "{found}");
    ensure!(found["couldEnforce"].is_null() && found["version"] == "latest", "{found}");

    // Stored pods stay, whatever is enforced from now on.
    label(
        api,
        name,
        &[
            ("enforce", "baseline"),
            ("enforce-version", "v1.30"),
            ("audit", "restricted"),
            ("warn", "restricted"),
            ("warn-version", "latest"),
        ],
    )?;
    let after = read()?;
    let found = namespace(&after, name)?;
    let labels = json!({
        "enforce": {"level": "baseline", "version": "v1.30"},
        "audit": {"level": "restricted", "version": null},
        "warn": {"level": "restricted", "version": "latest"},
        "errors": [],
    });
    ensure!(found["labels"] == labels, "{found}");
    ensure!(found["version"] == "v1.30" && found["pinned"] == true, "{found}");
    ensure!(found["highestLevel"] == "privileged" && found["blocking"] == blocking, "{found}");
    let audit = scan(control_plane, &["-n", name])?.report(0)?;
    let web = |f: &&Value| f["rule"] == "pod-violates-enforced-level" && f["verdict"] == "fail";
    let web: Vec<_> = audit.findings().iter().filter(web).collect();
    ensure!(web.len() == 1 && web[0]["workload"]["name"] == "web", "{web:?}");
    ensure!(web[0]["pods"] == 2 && web[0]["severity"] == "high", "{web:?}");

    // Without the Deployment all that is left meets baseline.
    api.delete(&format!("/apis/apps/v1/namespaces/{name}/deployments/web"))?;
    label(api, name, &[("enforce", "privileged")])?;
    wait_for("the pods to go", || {
        let report = read()?;
        let found = namespace(&report, name)?;
        Ok((found["pods"] == 1 && found["couldEnforce"] == "baseline").then_some(()))
    })
}

/// With a selector nobody knows what the other pods would allow.
fn part_of_the_pods(control_plane: &ControlPlane) -> Outcome {
    let api = control_plane.api();
    let name = "pss-part";
    api.namespace(name)?;
    let labelled = json!({"metadata": {"name": "app", "labels": {"app": "part"}},
        "spec": serde_json::from_str::<Value>(PLAIN)?});
    api.post(&format!("/api/v1/namespaces/{name}/pods"), &labelled)?;
    let report = pss(control_plane, &["-A", "-l", "app=part"])?.report(0)?.0;
    ensure!(report["namespaces"].as_array().map(Vec::len) == Some(1), "{report}");
    let found = namespace(&report, name)?;
    ensure!(found["highestLevel"].is_null() && found["atMost"] == "baseline", "{found}");
    ensure!(found["couldEnforce"].is_null() && found["partial"].is_string(), "{found}");
    let audit = scan(control_plane, &["-A", "-l", "app=part"])?.report(0)?;
    let found = audit.finding("namespace-not-enforced", name, None)?;
    let message = found["message"].as_str().context("no message")?;
    ensure!(found["verdict"] == "fail" && !message.contains("could enforce baseline"), "{found}");
    Ok(())
}

/// Nothing could be read: that is no clean bill.
fn no_rights(control_plane: &ControlPlane) -> Outcome {
    let run = pss(control_plane, &["--context", "nobody"])?;
    let report = run.report(3)?.0;
    ensure!(report["complete"] == false, "{report}");
    ensure!(report["namespaces"] == json!([]), "{report}");
    run.assert_stderr(&["pods", "namespaces"])
}
