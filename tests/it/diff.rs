//! `podaudit diff` and `--baseline`: what is claimed, what is not, and that old reports stay
//! readable.

use std::path::{Path, PathBuf};

use anyhow::Context;
use libtest_mimic::Trial;
use proptest::collection::vec;
use proptest::prelude::Strategy;
use proptest::sample::select;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::program::{Program, Run};
use crate::support::strategies::holds;
use crate::support::{Outcome, ensure, trial};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial(old_reports_are_readable),
        trial(claims),
        trial(what_was_not_judged_is_uncertain),
        trial(replicas_that_differ),
        trial(baseline_of_a_scan),
        trial(other_formats_of_a_scan),
        trial(bad_reports),
        trial(redeployed),
    ]
}

/// The report that the first version wrote. It must be readable for ever; never rewrite it.
fn stored() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/report-0.1.0.json")
}

/// A pod of a Deployment, with its ReplicaSet, whose container has this security context.
pub(crate) fn pod(name: &str, set: &str, context: &Value) -> [Value; 2] {
    let owner = |kind: &str, name: &str| {
        json!([{
            "apiVersion": "apps/v1", "kind": kind, "name": name, "uid": name, "controller": true,
        }])
    };
    [
        json!({"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": {
            "name": set, "namespace": "shop", "uid": set, "ownerReferences": owner("Deployment", "web"),
        }}),
        json!({"apiVersion": "v1", "kind": "Pod", "metadata": {
            "name": name, "namespace": "shop", "uid": name,
            "ownerReferences": owner("ReplicaSet", set),
        }, "spec": {"automountServiceAccountToken": false, "containers": [
            {"name": "app", "image": "app:1", "securityContext": context},
        ]}}),
    ]
}

/// A folder of reports.
struct Night(TempDir);

impl Night {
    fn new() -> anyhow::Result<Self> {
        Ok(Self(tempfile::tempdir()?))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Scans these objects and keeps the report under the name.
    fn scan(&self, name: &str, items: &[Value], args: &[&str]) -> anyhow::Result<Run> {
        let input = self.path("input.json");
        let list = json!({"apiVersion": "v1", "kind": "List", "items": items});
        std::fs::write(&input, serde_json::to_string(&list)?)?;
        let run = Program::new(["-o", "json", "-f"])?.arg(&input);
        let run = args.iter().fold(run, Program::arg).run()?;
        std::fs::write(self.path(name), &run.stdout)?;
        Ok(run)
    }

    /// Changes a report by hand.
    fn edit(&self, name: &str, edit: impl FnOnce(&mut Value)) -> Outcome {
        let mut report: Value = serde_json::from_slice(&std::fs::read(self.path(name))?)?;
        edit(&mut report);
        Ok(std::fs::write(self.path(name), report.to_string())?)
    }

    fn diff(&self, args: &[&str]) -> anyhow::Result<(i32, Value)> {
        let run = Program::new(["diff", "-o", "json"])?;
        let run = run.arg(self.path("old")).arg(self.path("new"));
        let run = args.iter().fold(run, Program::arg).run()?;
        let diff = serde_json::from_str(&run.stdout).with_context(|| run.stderr.clone())?;
        Ok((run.code, diff))
    }
}

/// The one change of this rule.
fn change<'a>(diff: &'a Value, rule: &str) -> anyhow::Result<&'a Value> {
    let mut changes = diff["changes"].as_array().into_iter().flatten();
    changes.find(|change| change["rule"] == rule).with_context(|| format!("no {rule}: {diff}"))
}

/// The summary of a night names what is new, and the spreadsheet has a column for it.
fn other_formats_of_a_scan() -> Outcome {
    let night = Night::new()?;
    night.scan("old", &pod("web-1-a", "web-1", &json!({"runAsUser": 1})), &[])?;
    let bad = pod("web-1-b", "web-1", &json!({"runAsUser": 1, "privileged": true}));
    night.scan("new", &bad, &[])?;
    let of = |format: &str| -> anyhow::Result<String> {
        let run = Program::new(["-o", format, "-f"])?.arg(night.path("input.json"));
        Ok(run.arg("--baseline").arg(night.path("old")).run()?.stdout)
    };
    let text = of("markdown")?;
    for words in ["\n### Since `", " new, ", "- **new, critical:** `shop/Deployment/web[app]`\n"] {
        ensure!(text.contains(words), "no {words:?}: {text}");
    }
    let text = of("html")?;
    ensure!(text.contains(": 1 new, ") || text.contains(": 2 new, "), "no counts: {text}");
    let text = of("csv")?;
    let with = |words: &str, end: &str| {
        text.lines().any(|line| line.contains(words) && line.ends_with(end))
    };
    ensure!(with("cluster,", ",baseline") && with(",privileged,", ",new"), "{text}");
    ensure!(with(",app,", ",unchanged"), "{text}");
    Ok(())
}

fn old_reports_are_readable() -> Outcome {
    let night = Night::new()?;
    std::fs::copy(stored(), night.path("old"))?;
    let run = Program::new(["--demo", "-o", "json"])?.run()?;
    std::fs::write(night.path("new"), run.stdout)?;
    let (code, diff) = night.diff(&[])?;
    ensure!(code == 0 && diff["old"]["version"] == "0.1.0", "{diff}");
    let unchanged = diff["summary"]["unchanged"].as_u64().unwrap_or_default();
    ensure!(unchanged >= 100, "{} of the old findings are found again", diff["summary"]);
    let note = diff["notes"].as_array().context("notes")?.iter();
    ensure!(note.clone().any(|n| n.as_str().unwrap_or("").contains("scope")), "{}", diff["notes"]);
    // A rule that the old report does not mention was perhaps not there.
    night.edit("old", |report| {
        let findings = report["findings"].as_array_mut().into_iter();
        findings.for_each(|all| all.retain(|f| f["rule"] != "runs-as-root"));
    })?;
    let (_, diff) = night.diff(&[])?;
    let root = change(&diff, "runs-as-root")?;
    ensure!(root["state"] == "uncertain", "{root}");
    Ok(())
}

fn claims() -> Outcome {
    let night = Night::new()?;
    night.scan("old", &pod("web-1-a", "web-1", &json!({"runAsUser": 0})), &[])?;
    let context = json!({"runAsUser": 1000, "privileged": true});
    night.scan("new", &pod("web-2-b", "web-2", &context), &[])?;
    let (code, diff) = night.diff(&["--fail-on", "new:critical"])?;
    ensure!(code == 1, "exit code {code}");
    let privileged = change(&diff, "privileged")?;
    ensure!(privileged["state"] == "new" && privileged["before"].is_null(), "{privileged}");
    ensure!(privileged["name"] == "web" && privileged["kind"] == "Deployment", "{privileged}");
    let root = change(&diff, "runs-as-root")?;
    ensure!(root["state"] == "fixed" && root["now"].is_null(), "{root}");
    let (code, _) = night.diff(&["--fail-on", "critical"])?;
    ensure!(code == 1, "a gate on all findings: {code}");

    // The same the other way round; nothing critical is new then.
    std::fs::rename(night.path("new"), night.path("x"))?;
    std::fs::rename(night.path("old"), night.path("new"))?;
    std::fs::rename(night.path("x"), night.path("old"))?;
    let (code, diff) = night.diff(&["--fail-on", "new:critical"])?;
    ensure!(code == 0 && change(&diff, "privileged")?["state"] == "fixed", "{code} {diff}");

    // As bad as before is not new; worse than before is.
    night.scan("old", &pod("web-1-a", "web-1", &json!({})), &[])?;
    night.scan("new", &pod("web-1-a", "web-1", &json!({"runAsUser": 0})), &[])?;
    let (code, diff) = night.diff(&["--fail-on", "new:medium"])?;
    let root = change(&diff, "runs-as-root")?;
    ensure!(root["state"] == "changed" && root["before"]["verdict"] == "unknown", "{root}");
    ensure!(code == 1, "from unknown to fail is new for a gate: {code}");
    Ok(())
}

/// A change of a report by hand.
type Edit = &'static dyn Fn(&mut Value);

/// Each way in which one report can be blind to what the other one shows.
fn what_was_not_judged_is_uncertain() -> Outcome {
    let night = Night::new()?;
    let (before, after) =
        (json!({"runAsUser": 1000}), json!({"runAsUser": 1000, "privileged": true}));
    let blind: [(&str, Edit); 6] = [
        ("privileged was not evaluated", &|report| {
            report["rules"] = json!([{"id": "privileged", "evaluated": false}]);
        }),
        ("pods were not read to the end", &|report| {
            for record in report["coverage"].as_array_mut().into_iter().flatten() {
                if record["resource"] == "pods" {
                    record["state"] = "incomplete".into();
                }
            }
        }),
        ("outside the scope", &|report| report["scope"]["namespaces"] = json!(["other"])),
        ("outside the scope", &|report| report["scope"]["selector"] = "app=web".into()),
        ("part of its findings", &|report| report["summary"]["fail"]["critical"] = 1.into()),
        ("replicasets were not read", &|report| {
            for record in report["coverage"].as_array_mut().into_iter().flatten() {
                if record["resource"] == "replicasets" {
                    record["state"] = "incomplete".into();
                }
            }
            for finding in report["findings"].as_array_mut().into_iter().flatten() {
                finding["workload"] = json!({"kind": "ReplicaSet", "name": "web-1"});
            }
        }),
    ];
    night.scan("new", &pod("web-1-a", "web-1", &after), &[])?;
    for (reason, edit) in blind {
        night.scan("old", &pod("web-1-a", "web-1", &before), &[])?;
        let (_, diff) = night.diff(&[])?;
        ensure!(change(&diff, "privileged")?["state"] == "new", "{diff}");
        night.edit("old", edit)?;
        let (code, diff) = night.diff(&["--fail-on", "new:critical"])?;
        let change = change(&diff, "privileged")?;
        ensure!(change["state"] == "uncertain", "{reason}: {change}");
        let reported = change["reason"].as_str().unwrap_or_default();
        ensure!(
            reported.starts_with("before, ") && reported.contains(reason),
            "{reason}: {reported}"
        );
        ensure!(code == 3, "{reason}: no pass on what nobody knows, but {code}");
    }
    Ok(())
}

/// Findings of one place that differ share a fingerprint: the worst counts, in any order.
fn replicas_that_differ() -> Outcome {
    let night = Night::new()?;
    let (root, open) = (json!({"runAsUser": 0}), json!({}));
    let one = |name: &str, context: &Value| pod(name, "web-1", context);
    night.scan("old", &one("web-1-a", &open), &[])?;
    let both = [one("web-1-a", &open), one("web-1-b", &root)].concat();
    let report = night
        .scan("new", &both, &["--baseline", night.path("old").to_str().unwrap_or("")])?
        .report(0)?;
    let states: Vec<_> = report.findings().iter().filter(|f| f["rule"] == "runs-as-root").collect();
    ensure!(states.len() == 2, "{} findings", states.len());
    ensure!(states.iter().all(|f| f["baselineState"] == "changed"), "{states:?}");
    let (_, first) = night.diff(&[])?;
    let reversed = [one("web-1-b", &open), one("web-1-a", &root)].concat();
    night.scan("new", &reversed, &[])?;
    let (_, second) = night.diff(&[])?;
    let said = |diff: &Value| change(diff, "runs-as-root").cloned();
    ensure!(said(&first)?["now"]["verdict"] == "fail", "{first}");
    ensure!(said(&first)? == said(&second)?, "{second}");
    Ok(())
}

fn baseline_of_a_scan() -> Outcome {
    let night = Night::new()?;
    night.scan("old", &pod("web-1-a", "web-1", &json!({"runAsUser": 0})), &[])?;
    let old = night.path("old");
    let old = old.to_str().context("path")?;
    let items = pod("web-2-a", "web-2", &json!({"runAsUser": 1000, "privileged": true}));
    let run = night.scan("new", &items, &["--baseline", old, "--fail-on", "new:critical"])?;
    let report = run.report(1)?;
    let privileged = report.finding("privileged", "web-2-a", Some("app"))?;
    ensure!(privileged["baselineState"] == "new", "{privileged}");
    let tag = report.finding("image-not-pinned", "web-2-a", Some("app"))?;
    ensure!(tag["baselineState"] == "unchanged", "{tag}");
    ensure!(change(&report.0["baseline"], "runs-as-root")?["state"] == "fixed", "{}", report.0);
    let passes = ["--baseline", old, "--show", "all"];
    let report = night.scan("x", &items, &passes)?.report(0)?;
    let root = report.finding("runs-as-root", "web-2-a", Some("app"))?;
    ensure!(root["verdict"] == "pass" && root["baselineState"].is_null(), "{root}");

    let states = |show: &str| -> anyhow::Result<Vec<Value>> {
        let args = ["--baseline", old, "--show", show, "-o", "sarif", "-f"];
        let run = Program::new(args)?.arg(night.path("input.json")).run()?;
        let log: Value = serde_json::from_str(&run.stdout)?;
        let results = log["runs"][0]["results"].as_array().cloned().unwrap_or_default();
        Ok(results.into_iter().map(|result| result["baselineState"].clone()).collect())
    };
    let usual = states("fail")?;
    ensure!(usual.contains(&json!("new")) && usual.contains(&json!("unchanged")), "{usual:?}");
    ensure!(!usual.contains(&json!("absent")), "what is fixed would be an alert: {usual:?}");
    ensure!(states("fail,fixed")?.contains(&json!("absent")), "asked for and not there");

    let run = Program::new(["--demo", "--fail-on", "new:high"])?.run()?;
    ensure!(run.code == 2 && run.stderr.contains("--baseline"), "{}", run.stderr);
    Ok(())
}

fn bad_reports() -> Outcome {
    let night = Night::new()?;
    let fails = |text: &str, names: &[&str]| -> Outcome {
        std::fs::write(night.path("bad"), text)?;
        let run = Program::new(["--demo", "--baseline"])?.arg(night.path("bad")).run()?;
        run.assert_error(names)
    };
    fails("{", &["bad is not a JSON report of podaudit"])?;
    fails("{}", &["schemaVersion"])?;
    let stored = std::fs::read_to_string(stored())?;
    let newer = stored.replacen("\"schemaVersion\": 1", "\"schemaVersion\": 2", 1);
    fails(&newer, &["schema version 2"])?;
    fails(&stored.replacen("\"critical\",", "\"fatal\",", 1), &["severity", "fatal"])?;
    let run = Program::new(["--demo", "--baseline", "/nowhere"])?.run()?;
    run.assert_error(&["/nowhere", "No such file"])
}

/// Pods, ReplicaSets and their number are another each time; what is deployed is the same.
fn redeployed() -> Outcome {
    let context = select(vec![
        json!({}),
        json!({"runAsUser": 0}),
        json!({"privileged": true}),
        json!({"capabilities": {"add": ["SYS_ADMIN"]}}),
    ]);
    let names = || vec("[a-z0-9]{5}", 1..4);
    holds(&(context, names(), names()).boxed(), |(context, before, after)| {
        let night = Night::new()?;
        let deploy = |names: &[String]| {
            let set = format!("web-{}", names[0]);
            let pods = names.iter().flat_map(|n| pod(&format!("{set}-{n}"), &set, &context));
            pods.collect::<Vec<_>>()
        };
        night.scan("old", &deploy(&before), &[])?;
        night.scan("new", &deploy(&after), &[])?;
        let (code, diff) = night.diff(&["--fail-on", "new:low"])?;
        ensure!(code == 0 && diff["changes"] == json!([]), "{diff}");
        ensure!(diff["summary"]["unchanged"].as_u64() > Some(3), "{diff}");
        Ok(())
    })
}
