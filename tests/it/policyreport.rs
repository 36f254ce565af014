//! `-o policyreport` and `-o openreports` against the `CustomResourceDefinitions` that are installed
//! in clusters, and against the JSON report: every failure is there once, and nothing else.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, anyhow};
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::deploy;
use crate::support::program::Program;
use crate::support::{Outcome, ensure, go, hostile, requires, trial};

/// The formats with the group and version of their objects.
pub(crate) const APIS: [(&str, &str); 2] =
    [("policyreport", "wgpolicyk8s.io/v1alpha2"), ("openreports", "openreports.io/v1alpha1")];

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        requires::trial(requires::on_path("go"), schema),
        trial(failures_and_nothing_else),
        trial(accepted),
        trial(incomplete),
        trial(no_cluster_to_apply_to),
    ]
}

/// Upstream's `CustomResourceDefinitions`, from the modules that `tests/crds` pins.
pub(crate) fn definitions() -> anyhow::Result<Vec<Value>> {
    let pinned = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/crds");
    let folder = |of| go::source_in(&pinned, of).map_err(|error| anyhow!("{error:?}"));
    let kyverno = folder("github.com/kyverno/kyverno")?.join("config/crds/policyreport");
    let files = [
        kyverno.join("wgpolicyk8s.io_policyreports.yaml"),
        kyverno.join("wgpolicyk8s.io_clusterpolicyreports.yaml"),
        folder("github.com/openreports/reports-api")?.join("config/install.yaml"),
    ];
    let mut all = Vec::new();
    for file in files {
        all.extend(deploy::objects(&std::fs::read_to_string(file)?)?);
    }
    ensure!(all.len() == 4, "{} definitions", all.len());
    Ok(all)
}

fn program(format: &str, args: &[&str]) -> anyhow::Result<Program> {
    Ok(Program::new(args)?.args(["-o", format]).env("SOURCE_DATE_EPOCH", "1767225600"))
}

/// The objects that podaudit writes.
fn objects(format: &str, args: &[&str]) -> anyhow::Result<Vec<Value>> {
    let run = program(format, args)?.run()?;
    let list: Value = serde_json::from_str(&run.stdout)?;
    ensure!(list["kind"] == "List" && list["apiVersion"] == "v1", "{:.200}", run.stdout);
    Ok(list["items"].as_array().context("no items")?.clone())
}

/// All results of the objects, after a look at the summary of each.
pub(crate) fn results(objects: &[Value]) -> anyhow::Result<Vec<Value>> {
    let mut all = Vec::new();
    for object in objects {
        let results = object["results"].as_array().context("no results")?;
        for (kind, count) in object["summary"].as_object().context("no summary")? {
            let counted = results.iter().filter(|result| result["result"] == *kind).count();
            ensure!(*count == json!(counted), "{counted} {kind}: {}", object["summary"]);
        }
        ensure!(!results.is_empty(), "an empty report: {}", object["metadata"]);
        all.extend(results.iter().cloned());
    }
    Ok(all)
}

/// The fingerprints of failures.
pub(crate) fn failing(results: &[Value]) -> BTreeSet<String> {
    let fails = results.iter().filter(|result| result["result"] == "fail");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    fails.map(|result| text(&result["properties"]["resultID"])).collect()
}

/// The schema, with every field that it does not name refused.
fn strict(schema: &mut Value) {
    let Some(object) = schema.as_object_mut() else { return };
    if object.contains_key("properties") && !object.contains_key("additionalProperties") {
        object.insert("additionalProperties".to_owned(), false.into());
    }
    for part in ["properties", "items"] {
        match object.get_mut(part) {
            Some(Value::Object(parts)) if part == "properties" => {
                parts.values_mut().for_each(strict);
            }
            Some(items) => strict(items),
            None => {}
        }
    }
}

/// A cluster with a finding that is in no namespace, and a pod that cannot be read.
const OF_THE_CLUSTER: &str = "
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: everyone}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects: [{apiGroup: rbac.authorization.k8s.io, kind: Group, name: 'system:authenticated'}]
---
apiVersion: v1
kind: Pod
metadata: {name: a, namespace: shop}
spec: {containers: 7}
";

fn schema() -> Outcome {
    let definitions = definitions()?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("cluster.yaml");
    std::fs::write(&file, OF_THE_CLUSTER)?;
    let file = file.to_str().context("path")?;
    for (format, version) in APIS {
        let mut objects = objects(format, &["--demo"])?;
        objects.extend(self::objects(format, &["-f", &hostile::path()])?);
        objects.extend(self::objects(format, &["-f", file])?);
        let kinds: BTreeSet<_> = objects.iter().filter_map(|o| o["kind"].as_str()).collect();
        ensure!(kinds.len() == 2, "only {kinds:?}");
        for object in objects {
            let definition =
                definitions.iter().find(|d| d["spec"]["names"]["kind"] == object["kind"]);
            let spec = &definition.with_context(|| format!("no {}", object["kind"]))?["spec"];
            let group = spec["group"].as_str().context("no group")?;
            let served = spec["versions"].as_array().into_iter().flatten();
            let mut served = served.filter(|v| {
                version == format!("{group}/{}", v["name"].as_str().unwrap_or_default())
            });
            let mut schema =
                served.next().context("no version")?["schema"]["openAPIV3Schema"].clone();
            strict(&mut schema);
            schema["properties"]["metadata"] = json!({"type": "object"});
            let validator = jsonschema::validator_for(&schema)?;
            let errors: Vec<_> = validator.iter_errors(&object).map(|e| e.to_string()).collect();
            ensure!(errors.is_empty(), "{errors:?}");
            for broken in ["severity", "result", "unheardOf"] {
                let mut object = object.clone();
                object["results"][0][broken] = "awful".into();
                ensure!(!validator.is_valid(&object), "the schema accepts another {broken}");
            }
        }
    }
    Ok(())
}

fn failures_and_nothing_else() -> Outcome {
    for args in [["--demo", "-A"], ["-f", &hostile::path()]] {
        let json: Value = serde_json::from_str(&program("json", &args)?.run()?.stdout)?;
        let findings = json["findings"].as_array().context("no findings")?;
        let of = |verdict| findings.iter().filter(move |f| f["verdict"] == verdict);
        let expected: BTreeSet<_> =
            of("fail").filter_map(|f| f["fingerprint"].as_str()).map(str::to_owned).collect();
        for (format, version) in APIS {
            let objects = objects(format, &args)?;
            let results = results(&objects)?;
            let found = failing(&results);
            ensure!(found == expected, "{} failures, not {}", found.len(), expected.len());
            let fails = results.iter().filter(|result| result["result"] == "fail").count();
            ensure!(fails == of("fail").count(), "{fails} results");
            let errors = results.iter().filter(|result| result["result"] == "error");
            let unknown: usize = errors
                .filter_map(|result| {
                    result["properties"]["findings"].as_str()?.parse::<usize>().ok()
                })
                .sum();
            ensure!(unknown == of("unknown").count(), "{unknown} unknown");
            let mut names = BTreeSet::new();
            for object in &objects {
                ensure!(object["apiVersion"] == version, "{}", object["apiVersion"]);
                let meta = &object["metadata"];
                let label = &meta["labels"]["app.kubernetes.io/managed-by"];
                ensure!(label == "podaudit", "not labelled: {meta}");
                ensure!(
                    names.insert((meta["namespace"].to_string(), meta["name"].to_string())),
                    "{meta} twice"
                );
                let in_namespace = object["kind"] == "PolicyReport" || object["kind"] == "Report";
                ensure!(in_namespace == meta["namespace"].is_string(), "{meta}");
            }
            let one = results.iter().find(|r| r["resources"][0]["name"] == "ci-runner");
            if let Some(one) = one {
                ensure!(one["resources"][0]["apiVersion"] == "apps/v1", "{one}");
                let time = json!({"seconds": 1_767_225_600, "nanos": 0});
                ensure!(one["timestamp"] == time && one["source"] == "podaudit", "{one}");
            }
        }
        let low = self::results(&self::objects(
            "policyreport",
            &[&args[..], &["--min-severity", "high"]].concat(),
        )?)?;
        ensure!(
            low.iter().all(|r| r["severity"] == "high" || r["severity"] == "critical"),
            "less severe ones"
        );
    }
    Ok(())
}

/// What is accepted is not reported, whatever is shown.
fn accepted() -> Outcome {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("accepted.yaml");
    std::fs::write(&file, "exceptions:\n- rule: runs-as-root\n  reason: known\n")?;
    let file = file.to_str().context("path")?;
    let all = objects("policyreport", &["--demo", "--show", "all"])?;
    let without = objects("policyreport", &["--demo", "--show", "all", "--exceptions", file])?;
    let of_rule = |objects: &[Value]| -> anyhow::Result<usize> {
        Ok(results(objects)?.iter().filter(|result| result["policy"] == "runs-as-root").count())
    };
    ensure!(of_rule(&all)? > 2 && of_rule(&without)? == 0, "accepted findings are reported");
    ensure!(results(&without)?.len() > 50, "more than that is gone");
    Ok(())
}

/// What could not be read is told by an object of its own.
fn incomplete() -> Outcome {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("cluster.yaml");
    std::fs::write(&file, OF_THE_CLUSTER)?;
    let file = file.to_str().context("path")?;
    for (scope, kind) in [(&["-A"][..], "ClusterPolicyReport"), (&["-n", "shop"], "PolicyReport")] {
        let objects = objects("policyreport", &[&["-f", file], scope].concat())?;
        let gaps: Vec<_> =
            objects.iter().filter(|o| o["metadata"]["name"] == "podaudit-incomplete").collect();
        ensure!(gaps.len() == 1 && gaps[0]["kind"] == kind, "{objects:?}");
        let result = &gaps[0]["results"][0];
        ensure!(result["result"] == "error" && result["policy"] == "complete-scan", "{result}");
        let message = result["message"].as_str().unwrap_or_default();
        ensure!(message.contains("Pod shop/a"), "{message}");
        ensure!(gaps[0]["summary"]["error"] == 1, "{}", gaps[0]["summary"]);
    }
    Ok(())
}

/// Where nothing can be applied, that is a usage error, and not found out after the scan.
fn no_cluster_to_apply_to() -> Outcome {
    for (args, reported) in [
        (&["--demo", "--apply"][..], "not with -f or --demo"),
        (&["-f", "/dev/null", "--apply=openreports"], "not with -f or --demo"),
        (&["-l", "app=web", "--apply"], "not with -l"),
        (&["--shard", "1/2", "-o", "json", "--apply"], "cannot be used with"),
        (&["merge", "--apply", "1.json"], "merge reads files"),
        (&["--apply=sarif", "--demo"], "openreports"),
    ] {
        let run = Program::new(args)?.run()?;
        ensure!(run.code == 2, "{args:?}: exit code {}: {}", run.code, run.stderr);
        run.assert_stderr(&[reported])?;
    }
    Ok(())
}
