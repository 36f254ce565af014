//! `--push-gateway`: what arrives, and what a run must not erase.

use std::collections::BTreeMap;

use anyhow::Context;
use serde_json::Value;

use crate::support::pods::UNDECODABLE;
use crate::support::program::{Program, Run};
use crate::support::servers::Server;
use crate::support::{Outcome, ensure};

/// Runs podaudit, which pushes at this time.
pub(super) fn push(gateway: &Server, args: &[&str], time: &str) -> anyhow::Result<Run> {
    let program = Program::new(args)?
        .arg("-o")
        .arg("json")
        .arg(format!("--push-gateway=http://{}/", gateway.address))
        .env("SOURCE_DATE_EPOCH", time);
    program.run()
}

/// What Prometheus holds in the end is what the JSON report counts.
pub(super) fn pushed_values() -> Outcome {
    let gateway = Server::pushgateway()?;
    let report = push(&gateway, &["--demo", "--metrics-workloads"], "1767225600")?.report(0)?;
    let mut expected: BTreeMap<_, f64> = BTreeMap::new();
    for finding in report.findings().iter().filter(|f| f["verdict"] == "fail") {
        let object = &finding["object"];
        let namespace = object["namespace"].as_str().or(object["name"].as_str());
        let key = [namespace, finding["rule"].as_str(), finding["severity"].as_str()];
        *expected.entry(key.map(|text| text.unwrap_or_default().to_owned())).or_default() += 1.0;
    }
    let prometheus = Server::prometheus(&gateway.address)?;
    let labels = |labels: &Value, names: [&str; 3]| {
        names.map(|name| labels[name].as_str().unwrap_or_default().to_owned())
    };
    let names = ["namespace", "rule", "severity"];
    let found = prometheus.query(r#"podaudit_findings{cluster="demo",job="podaudit"}"#)?;
    let found: BTreeMap<_, _> = found.iter().map(|(l, value)| (labels(l, names), *value)).collect();
    ensure!(found == expected, "Prometheus has {found:?}, the report {expected:?}");
    let one = |expression: &str| -> anyhow::Result<f64> {
        let found = prometheus.query(expression)?;
        ensure!(found.len() == 1, "{expression}: {found:?}");
        Ok(found[0].1)
    };
    let pods = report.0["summary"]["pods"].as_f64().context("no pods")?;
    ensure!((one("podaudit_pods_scanned")? - pods).abs() < 0.5, "pods");
    let unknown = report.0["summary"]["unknown"].as_f64().context("no unknown")?;
    ensure!((one("sum(podaudit_unknown)")? - unknown).abs() < 0.5, "unknown");
    let worst = |name: &str| {
        let mut rows = report.0["workloads"].as_array().into_iter().flatten();
        let row = rows.find(|row| row["name"] == name).context("no such workload")?;
        row["fail"]["critical"].as_f64().context("no count")
    };
    ensure!(worst("node-agent")? > worst("payments")?, "nothing to tell apart");
    for (expression, value) in [
        ("podaudit_scan_incomplete", 0.0),
        ("podaudit_last_run_timestamp_seconds", 1_767_225_600.0),
        ("podaudit_last_success_timestamp_seconds", 1_767_225_600.0),
        ("podaudit_build_info", 1.0),
        (
            r#"podaudit_workload_findings{workload="node-agent",severity="critical"}"#,
            worst("node-agent")?,
        ),
        (
            r#"podaudit_workload_findings{workload="payments",severity="critical"}"#,
            worst("payments")?,
        ),
    ] {
        let found = one(expression)?;
        ensure!((found - value).abs() < 0.5, "{expression} is {found}, not {value}");
    }
    Ok(())
}

/// The lines of a metric in the Pushgateway.
fn samples(gateway: &Server, name: &str) -> anyhow::Result<Vec<String>> {
    let page = gateway.get("/metrics")?;
    let is_of = |line: &&str| line.strip_prefix(name).is_some_and(|rest| rest.starts_with('{'));
    Ok(page.lines().filter(is_of).map(str::to_owned).collect())
}

fn value(gateway: &Server, name: &str) -> anyhow::Result<f64> {
    let found = samples(gateway, name)?;
    ensure!(found.len() == 1, "{found:?}");
    Ok(found[0].rsplit(' ').next().context("no value")?.parse()?)
}

/// A run that could not read everything replaces what it knows, and leaves the last success.
pub(super) fn incomplete_keeps_last_success() -> Outcome {
    let gateway = Server::pushgateway()?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("pods.yaml");
    let path = file.to_str().context("path")?;
    let pod = |name: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, namespace: {name}}}\n\
             spec: {{containers: [{{name: c, image: x}}]}}\n---\n"
        )
    };
    std::fs::write(&file, pod("cured"))?;
    push(&gateway, &["-f", path], "1000")?.report(0)?;
    ensure!(samples(&gateway, "podaudit_findings")?.iter().all(|line| line.contains("cured")));
    std::fs::write(&file, pod("new") + UNDECODABLE)?;
    push(&gateway, &["-f", path], "2000")?.report(3)?;
    let findings = samples(&gateway, "podaudit_findings")?;
    ensure!(
        !findings.is_empty() && findings.iter().all(|line| line.contains("new")),
        "{findings:?}"
    );
    ensure!((value(&gateway, "podaudit_last_run_timestamp_seconds")? - 2000.0).abs() < 0.5);
    ensure!((value(&gateway, "podaudit_last_success_timestamp_seconds")? - 1000.0).abs() < 0.5);
    ensure!((value(&gateway, "podaudit_scan_incomplete")? - 1.0).abs() < 0.5);
    std::fs::write(&file, pod("new"))?;
    push(&gateway, &["-f", path], "3000")?.report(0)?;
    ensure!((value(&gateway, "podaudit_last_success_timestamp_seconds")? - 3000.0).abs() < 0.5);
    Ok(())
}

/// A scan of one namespace leaves the group of the whole cluster alone, whatever its name.
pub(super) fn limited_scan_is_apart() -> Outcome {
    let gateway = Server::pushgateway()?;
    push(&gateway, &["--demo"], "1000")?.report(0)?;
    let all = samples(&gateway, "podaudit_findings")?;
    push(&gateway, &["--demo", "-n", "shop", "-l", "example.com/app=cart"], "2000")?.report(0)?;
    let after = samples(&gateway, "podaudit_findings")?;
    let (limited, whole): (Vec<_>, Vec<_>) =
        after.into_iter().partition(|line| line.contains("scope="));
    ensure!(whole == all, "the group of the whole cluster changed");
    let scope = r#"scope="-n shop -l example.com/app=cart""#;
    let pods = samples(&gateway, "podaudit_pods_scanned")?;
    ensure!(pods.len() == 2 && pods.iter().any(|line| line.contains(scope)), "{pods:?}");
    ensure!(limited.len() < all.len(), "{limited:?}");
    Ok(())
}

pub(super) fn push_fails_loudly() -> Outcome {
    let gateway = Server::pushgateway()?;
    let address = format!("--push-gateway=http://{}/wrong", gateway.address);
    let refused = Program::new(["--demo", "-o", "json=report.json", &address])?.run()?;
    refused.assert_error(&["/wrong", "404"])?;
    drop(gateway);
    let gone = Program::new(["--demo", "-o", "json=report.json", &address])?.run()?;
    gone.assert_error(&["unable to push metrics to http://127.0.0.1", "/wrong"])?;
    let secret = Program::new(["--demo", "--push-gateway=http://me:hunter2@push"])?.run()?;
    ensure!(secret.code == 2, "exit code {}: {}", secret.code, secret.stderr);
    Ok(())
}
