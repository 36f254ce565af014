//! Several clusters in one report: a good one, one that denies everything, and one that is gone.

use std::path::PathBuf;

use anyhow::Context;
use serde_json::{Value, json};

use super::Live;
use crate::examples;
use crate::support::lab::ControlPlane;
use crate::support::program::{Program, Run};
use crate::support::{Outcome, ensure};

pub(super) fn tests() -> Vec<Live> {
    vec![Live::new(one_broken_does_not_spoil_the_others)]
}

/// The control plane's kubeconfig with one more context, whose server nobody serves.
fn kubeconfig(control_plane: &ControlPlane) -> anyhow::Result<(tempfile::TempDir, PathBuf)> {
    let text = std::fs::read_to_string(control_plane.kubeconfig())?;
    let mut config: Value = serde_saphyr::from_str(&text)?;
    let push = |list: &mut Value, item: Value| list.as_array_mut().map(|list| list.push(item));
    let cluster = json!({"name": "gone", "cluster": {"server": "https://127.0.0.1:1"}});
    push(&mut config["clusters"], cluster).context("clusters")?;
    let user = config["users"][0]["name"].clone();
    let context = json!({"name": "gone", "context": {"cluster": "gone", "user": user}});
    push(&mut config["contexts"], context).context("contexts")?;
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("config");
    std::fs::write(&path, config.to_string())?;
    Ok((folder, path))
}

fn one_broken_does_not_spoil_the_others(control_plane: &ControlPlane) -> Outcome {
    let (_folder, config) = kubeconfig(control_plane)?;
    let run = |args: &[&str]| -> anyhow::Result<Run> {
        let fixed = ["--request-timeout", "10s"];
        let args = fixed.iter().chain(args);
        Program::new(args)?.env("KUBECONFIG", &config).run()
    };
    let report = run(&["--all-contexts", "-o", "json"])?.report(3)?.0;
    let clusters = report["clusters"].as_array().context("clusters")?;
    let names: Vec<_> = clusters.iter().map(|cluster| cluster["name"].as_str()).collect();
    ensure!(names == [Some("admin"), Some("gone"), Some("nobody")], "{names:?}");
    let [admin, gone, nobody] = &clusters[..] else { anyhow::bail!("clusters") };
    ensure!(admin["error"].is_null() && admin["report"]["summary"]["complete"] == true, "{admin}");
    ensure!(admin["report"]["cluster"]["name"] == "admin", "{}", admin["report"]["cluster"]);
    let error = gone["error"].as_str().context("no error")?;
    ensure!(gone["report"].is_null() && error.contains("127.0.0.1:1"), "{gone}");
    ensure!(nobody["report"]["summary"]["complete"] == false, "{nobody}");
    let break_it = |report: &mut Value| report["clusters"][0]["report"]["workloads"] = 1.into();
    examples::valid(report.clone(), "clusters.schema.json", break_it)?;

    let twice = run(&["--contexts", "nobody,admin,nobody", "-o", "json"])?.report(3)?.0;
    let once: Vec<_> = twice["clusters"].as_array().into_iter().flatten().collect();
    ensure!(once.len() == 2 && once[0]["name"] == "nobody", "each once, as named");
    ensure!(run(&["--contexts", "admin,gone", "--fail-on", "low"])?.code == 1, "findings first");
    ensure!(run(&["--contexts", "admin"])?.code == 0, "all is well");
    let nothing = run(&["--contexts", "gone"])?;
    ensure!(
        nothing.code == 4 && nothing.stderr.contains("gone was not scanned"),
        "{}",
        nothing.stderr
    );
    let typo = run(&["--contexts", "admin,adnim", "-o", "json"])?.report(3)?.0;
    let error = typo["clusters"][1]["error"].as_str().unwrap_or_default();
    ensure!(error.contains("adnim"), "{error}");

    let table = run(&["--all-contexts"])?.stdout;
    for part in ["=== admin ===", "=== gone ===", "Not scanned", "INCOMPLETE", "2 of 3 clusters"] {
        ensure!(table.contains(part), "no {part}: {table}");
    }
    let log: Value = serde_json::from_str(&run(&["--all-contexts", "-o", "sarif"])?.stdout)?;
    let runs = log["runs"].as_array().context("runs")?;
    let id = |run: &Value| run["automationDetails"]["id"].clone();
    let ids: Vec<_> = runs.iter().map(id).collect();
    ensure!(ids == ["podaudit/admin/", "podaudit/nobody/"], "{ids:?}");
    let note = &runs[0]["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"];
    ensure!(note.as_str().is_some_and(|text| text.starts_with("gone: Not scanned")), "{note}");

    for (format, failed) in [
        ("csv", "gone,,,,,,,notRead,"),
        ("ndjson", "\"cluster\":\"gone\""),
        ("markdown", "## podaudit: `gone`\n\n`Not scanned"),
        ("junit", "classname=\"gone: coverage\""),
        ("openmetrics", "podaudit_scan_incomplete{cluster=\"gone\"} 1"),
    ] {
        let run = run(&["--all-contexts", "-o", format])?;
        ensure!(run.code == 3 && run.stdout.contains(failed), "{format}: {}", run.stdout);
        let metric = run.stdout.matches("# TYPE podaudit_findings gauge").count();
        ensure!(metric == usize::from(format == "openmetrics"), "{format}: {metric}");
        for name in ["admin", "nobody"] {
            ensure!(run.stdout.contains(name), "{format} without {name}: {}", run.stdout);
        }
    }
    let usage = run(&["--contexts", "admin", "-o", "html"])?;
    ensure!(usage.code == 2 && usage.stderr.contains("html holds one"), "{}", usage.stderr);
    let usage = run(&["--contexts", "admin", "pss"])?;
    ensure!(usage.code == 2, "lost without a word: {}", usage.stderr);
    Ok(())
}
