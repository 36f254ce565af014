//! The chart night after night on a real API server: in parts, as its Indexed Job and its merge step
//! run them, and with metrics in a real Pushgateway.

use anyhow::Context;
use serde_json::{Value, json};

use super::installed::{Installed, install, read};
use super::shards::without_reads;
use crate::support::lab::ControlPlane;
use crate::support::servers::Server;
use crate::support::{Outcome, ensure};

const NIGHT: u64 = 24 * 3600;

/// A cluster that stands still, scanned in parts: one scan. A part that fails, and then all of them.
pub(super) fn in_parts(control_plane: &ControlPlane) -> Outcome {
    let name = "podaudit-in-parts";
    install(control_plane, name, &["--set", "sharding.enabled=true"])?;
    let shards = Installed::start(control_plane, name, name)?;
    let merge = Installed::start(control_plane, name, &format!("{name}-merge"))?;
    let merge = merge.with_results_of(&shards)?;
    super::shards::stands_still(control_plane)?;
    let scan = |number: usize, night: u64| -> Outcome {
        let run = shards.at(number, night * NIGHT, &[])?;
        ensure!(run.code == 0, "shard {number}: {}: {}", run.code, run.stderr);
        Ok(())
    };
    let merged = |night: u64, code: i32| -> anyhow::Result<_> {
        let run = merge.at(0, night * NIGHT + 5400, &["--show=all"])?;
        ensure!(run.code == code, "merge: exit code {}: {}", run.code, run.stderr);
        Ok((run, read(&shards.results().join("podaudit.json"))?))
    };
    let last = || std::fs::read(shards.results().join("last.json"));

    for number in 0..4 {
        scan(number, 1)?;
    }
    let (run, report) = merged(1, 0)?;
    let head: Value = serde_json::from_str(run.stdout.lines().next().context("no output")?)?;
    ensure!(head["complete"] == true && head["pods"].as_u64() > Some(500), "{head}");
    let whole = shards.whole(NIGHT)?;
    let (text, other) = (without_reads(report.0)?, without_reads(whole.0)?);
    let (text, other) = (format!("{text:#}"), format!("{other:#}"));
    let differs = text.lines().zip(other.lines()).find(|(a, b)| a != b);
    ensure!(text == other, "parts are another scan: {differs:?}");

    // The third fails: what it left on the volume is last night's.
    let before = last()?;
    for number in [0, 1, 3] {
        scan(number, 2)?;
    }
    let (run, report) = merged(2, 3)?;
    run.assert_stderr(&["shard-2.json is of an earlier scan", "shard 3/4 is missing"])?;
    ensure!(report.coverage("pods")?["state"] == "incomplete");
    ensure!(last()? == before, "an incomplete report is what the next is compared with");
    // All of them fail: last night's report is not tonight's.
    let (run, _) = merged(3, 4)?;
    run.assert_stderr(&["no shard of this scan"])?;
    for number in 0..4 {
        scan(number, 4)?;
    }
    let (_, report) = merged(4, 0)?;
    let compared = &report.0["baseline"]["report"]["scannedAt"];
    ensure!(compared == "1970-01-02T00:00:00Z", "not compared with the first night: {compared}");
    ensure!(last()? != before, "the last complete report is an old one");
    Ok(())
}

/// Pods in the cluster: 20,000 where there is time for it, as `CI=true` says.
fn size() -> usize {
    if std::env::var("CI").as_deref() == Ok("true") { 20_000 } else { 2_000 }
}

/// Pods of workloads of ten replicas, which differ in one way or another.
fn fill(control_plane: &ControlPlane, pods: usize) -> Outcome {
    let api = control_plane.api();
    for team in 0..10 {
        let namespace = format!("metrics-{team}");
        api.namespace(&namespace)?;
        let owners: Vec<_> = (0..pods / 100)
            .map(|number| json!({"metadata": {"name": format!("workload-{number}")}}))
            .collect();
        let path = format!("/api/v1/namespaces/{namespace}");
        let owners = api.post_all(&format!("{path}/configmaps"), &owners, 16)?;
        let pod = |number: usize| {
            let (owner, replica) = (&owners[number / 10], number % 10);
            let user = (number / 10) % 50;
            json!({
                "metadata": {"name": format!("p-{number}"), "ownerReferences": [{
                    "apiVersion": "v1", "kind": "ConfigMap", "controller": true,
                    "name": owner["metadata"]["name"], "uid": owner["metadata"]["uid"],
                }], "labels": {"replica": replica.to_string()}},
                "spec": {"containers": [
                    {"name": "app", "image": format!("app:{user}"),
                     "securityContext": {"runAsUser": user}},
                    {"name": "proxy", "image": "proxy", "env": [{"name": "A", "value": "b"}]},
                ]},
            })
        };
        let all: Vec<_> = (0..pods / 10).map(pod).collect();
        api.post_all(&format!("{path}/pods"), &all, 16)?;
    }
    Ok(())
}

/// Within the memory of the chart's limit, and what the report counts arrives in a Pushgateway.
pub(super) fn metrics_arrive() -> Outcome {
    let control_plane = ControlPlane::start("")?;
    let gateway = Server::pushgateway()?;
    let (pods, name) = (size(), "podaudit");
    fill(&control_plane, pods)?;
    let address = format!("pushgateway.url=http://{}", gateway.address);
    install(&control_plane, name, &["--set", &address])?;
    let installed = Installed::start(&control_plane, name, name)?;
    let (run, report) = installed.scan(0)?;
    report.assert_complete()?;
    let summary = &report.0["summary"];
    ensure!(summary["pods"].as_u64() > Some(pods as u64), "{summary}");
    let lines = run.stdout.lines().filter(|line| line.starts_with("{\"type\":\"finding\""));
    ensure!(lines.count() > pods / 10, "not on standard output");

    let page = gateway.get("/metrics")?;
    let sum = |name: &str| -> anyhow::Result<f64> {
        let samples = page.lines().filter(|line| line.starts_with(&format!("{name}{{")));
        let ours = samples.filter(|line| line.contains(r#"cluster="in-cluster""#));
        let values = ours.map(|line| line.rsplit(' ').next().unwrap_or_default().parse::<f64>());
        let values = values.collect::<Result<Vec<_>, _>>()?;
        ensure!(!values.is_empty(), "no {name} in the Pushgateway");
        Ok(values.iter().sum())
    };
    let failed = ["critical", "high", "medium", "low"].map(|severity| &summary["fail"][severity]);
    let failed = failed.into_iter().filter_map(Value::as_f64).sum::<f64>();
    for (name, want) in [
        ("podaudit_pods_scanned", summary["pods"].as_f64().context("no pods")?),
        ("podaudit_findings", failed),
        ("podaudit_unknown", summary["unknown"].as_f64().context("no unknown")?),
        ("podaudit_scan_incomplete", 0.0),
    ] {
        let found = sum(name)?;
        ensure!((found - want).abs() < 0.5, "{name} is {found}, not {want}");
    }
    ensure!(sum("podaudit_last_success_timestamp_seconds")? > 0.0);
    Ok(())
}
