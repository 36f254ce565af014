//! Metrics against their real consumers, as Debian has them: promtool, Prometheus, the Pushgateway
//! and the node exporter's textfile collector; and every query of the Grafana dashboard.

mod grafana;
mod push;
mod scrape;

use std::io::Write;
use std::path::Path;
use std::process::Stdio;

use anyhow::Context;
use libtest_mimic::Trial;

use crate::support::command::isolated;
use crate::support::program::Program;
use crate::support::{Outcome, ensure, hostile, requires, tools};

pub(crate) fn trials() -> Vec<Trial> {
    let missing = ["promtool", "prometheus", "prometheus-pushgateway", "prometheus-node-exporter"]
        .into_iter()
        .find_map(requires::on_path);
    vec![
        requires::trial(missing, promtool_accepts),
        requires::trial(missing, alerts),
        requires::trial(missing, scrape::openmetrics_is_scraped),
        requires::trial(missing, scrape::textfile_is_collected),
        requires::trial(missing, push::pushed_values),
        requires::trial(missing, push::incomplete_keeps_last_success),
        requires::trial(missing, push::limited_scan_is_apart),
        requires::trial(missing, push::push_fails_loudly),
        requires::trial(missing, grafana::dashboard),
    ]
}

/// The metrics of a run.
fn metrics(args: &[&str]) -> anyhow::Result<String> {
    let run = Program::new(args)?.arg("-o").arg("openmetrics").run()?;
    ensure!(run.code == 0, "exit code {}: {}", run.code, run.stderr);
    Ok(run.stdout)
}

fn check(text: &str) -> anyhow::Result<(bool, String)> {
    let folder = tempfile::tempdir()?;
    let mut promtool = isolated("promtool", folder.path())
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    promtool.stdin.take().context("no stdin")?.write_all(text.as_bytes())?;
    let output = promtool.wait_with_output()?;
    let said = [output.stdout, output.stderr].concat();
    Ok((output.status.success(), String::from_utf8_lossy(&said).into_owned()))
}

fn promtool_accepts() -> Outcome {
    let hostile = hostile::path();
    for args in [&["--demo"][..], &["--demo", "--metrics-workloads"], &["-f", &hostile]] {
        let (accepted, said) = check(&metrics(args)?)?;
        ensure!(accepted && said.is_empty(), "{args:?}: {said}");
    }
    let broken = metrics(&["--demo"])?.replace("podaudit_findings", "podaudit_findings_total");
    ensure!(!check(&broken)?.0, "promtool accepts a gauge named like a counter");
    Ok(())
}

fn alerts() -> Outcome {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile::tempdir()?;
    let promtool = |command: &str, file: &str| {
        let mut promtool = isolated("promtool", folder.path());
        tools::succeeds(promtool.args([command, "rules"]).arg(root.join(file)))
    };
    promtool("check", "reports/prometheus/alerts.yaml")?;
    promtool("test", "tests/prometheus/alerts.test.yaml")?;
    Ok(())
}
