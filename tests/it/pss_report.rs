//! `podaudit pss` on files: what the table and the JSON say of labels that are wrong, of namespaces
//! that are not in the input, and of names made to deceive.

use libtest_mimic::Trial;
use serde_json::json;

use crate::support::program::{Program, Run};
use crate::support::{Outcome, ensure, trial};

pub(crate) fn trials() -> Vec<Trial> {
    vec![trial(table), trial(json), trial(incomplete), trial(usage)]
}

const INPUT: &str = r#"
apiVersion: v1
kind: Namespace
metadata:
  name: wrong
  labels:
    pod-security.kubernetes.io/enforce: "Base\e[31mline"
    pod-security.kubernetes.io/warn-version: "1.30"
---
apiVersion: v1
kind: Namespace
metadata:
  name: pinned
  labels:
    pod-security.kubernetes.io/enforce: baseline
    pod-security.kubernetes.io/enforce-version: v1.18
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: "a\e[2Jb", namespace: wrong}
spec: {template: {spec: {containers: [{name: app}]}}}
---
apiVersion: v1
kind: Pod
metadata: {name: plain, namespace: pinned}
spec:
  securityContext: {runAsNonRoot: true}
  containers: [{name: app, securityContext: {allowPrivilegeEscalation: false}}]
---
apiVersion: v1
kind: Pod
metadata: {name: host, namespace: elsewhere}
spec: {hostPID: true, containers: [{name: app}]}
"#;

fn pss(input: &str, args: &[&str]) -> anyhow::Result<Run> {
    let file = tempfile::NamedTempFile::new()?;
    std::fs::write(file.path(), input)?;
    let program = Program::new(["pss", "-f"])?.arg(file.path());
    args.iter().fold(program, Program::arg).env("COLUMNS", "120").run()
}

fn table() -> Outcome {
    let run = pss(INPUT, &["--color", "never"])?;
    ensure!(run.code == 0, "exit code {}: {}", run.code, run.stderr);
    ensure!(!run.stdout.contains('\x1b'), "a control character: {:?}", run.stdout);
    // The columns are as wide as they are.
    let words: Vec<_> = run.stdout.split_whitespace().collect();
    let reported = words.join(" ");
    for want in [
        "wrong restricted! - -:latest! 1 baseline -",
        "Deployment/a\\u{1b}[2Jb",
        "invalid value \"Base\\u{1b}[31mline\"",
        "pinned baseline:v1.18 - - 1 restricted* restricted",
        "could enforce restricted today (v1.18): all pods meet it",
        "elsewhere ? ? ? 1 privileged -",
        "? the Namespace was not read",
    ] {
        ensure!(reported.contains(want), "no {want:?} in\n{}", run.stdout);
    }
    Ok(())
}

fn json() -> Outcome {
    let report = pss(INPUT, &["-o", "json"])?.report(0)?.0;
    let [elsewhere, pinned, wrong] = [0, 1, 2].map(|index| &report["namespaces"][index]);
    ensure!(elsewhere["labels"].is_null() && elsewhere["couldEnforce"].is_null(), "{elsewhere}");
    ensure!(elsewhere["highestLevel"] == "privileged", "{elsewhere}");
    ensure!(pinned["couldEnforce"] == "restricted" && pinned["version"] == "v1.18", "{pinned}");
    ensure!(wrong["labels"]["enforce"]["level"] == "restricted", "{wrong}");
    ensure!(wrong["labels"]["errors"].as_array().map(Vec::len) == Some(2), "{wrong}");
    let workloads = &wrong["blocking"][0]["workloads"];
    let template = json!([{"kind": "Deployment", "name": "a\u{1b}[2Jb", "pods": 1}]);
    ensure!(*workloads == template, "a template counts: {wrong}");
    Ok(())
}

/// One pod that cannot be read, and its namespace could enforce anything or nothing.
fn incomplete() -> Outcome {
    let bad = "---\napiVersion: v1\nkind: Pod\nmetadata: {name: bad, namespace: pinned}\n\
               spec: {hostPID: 7}\n";
    let run = pss(&format!("{INPUT}{bad}"), &["-o", "json"])?;
    let report = run.report(3)?.0;
    let pinned = &report["namespaces"][1];
    ensure!(report["complete"] == false && pinned["partial"].is_string(), "{report}");
    ensure!(pinned["highestLevel"].is_null() && pinned["couldEnforce"].is_null(), "{pinned}");
    run.assert_stderr(&["pinned/bad"])?;
    let table = pss(&format!("{INPUT}{bad}"), &[])?;
    ensure!(table.code == 3 && table.stdout.contains("<=restricted*"), "{}", table.stdout);
    ensure!(table.stdout.contains("INCOMPLETE"), "{}", table.stdout);
    Ok(())
}

fn usage() -> Outcome {
    for (args, names) in [
        (&["pss", "--demo", "-o", "sarif"][..], "one of table, json"),
        (&["-o", "json", "pss", "--demo"], "behind the command pss"),
        (&["pss", "--demo", "-o", "json", "-o", "table"], "only one -o"),
        (&["-o", "xml"], "one of table, json, sarif"),
    ] {
        let run = Program::new(args)?.run()?;
        ensure!(run.code == 2, "{args:?}: exit code {}: {}", run.code, run.stderr);
        run.assert_stderr(&[names])?;
    }
    Ok(())
}
