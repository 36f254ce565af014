//! The dashboard: what Grafana needs to import it, and every query against a Prometheus that holds
//! what podaudit pushed.

use std::path::Path;

use anyhow::Context;
use serde_json::Value;

use super::push::push;
use crate::support::servers::Server;
use crate::support::{Outcome, ensure};

pub(super) fn dashboard() -> Outcome {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("reports/grafana/podaudit.json");
    let dashboard: Value = serde_json::from_str(&std::fs::read_to_string(path)?)?;
    ensure!(dashboard["uid"] == "podaudit", "the uid is {}", dashboard["uid"]);
    ensure!(dashboard.get("id").is_none(), "a numeric id is of one Grafana only");
    ensure!(dashboard.get("__inputs").is_none(), "__inputs only work by hand");
    let variables = dashboard["templating"]["list"].as_array().context("no variables")?;
    let names: Vec<_> = variables.iter().map(|v| v["name"].as_str().unwrap_or_default()).collect();
    ensure!(names == ["datasource", "cluster", "namespace"], "{names:?}");

    let gateway = Server::pushgateway()?;
    let now = jiff::Timestamp::now().as_second().to_string();
    let report = push(&gateway, &["--demo"], &now)?.report(0)?;
    let critical = report.0["summary"]["fail"]["critical"].as_f64().context("no count")?;
    let prometheus = Server::prometheus(&gateway.address)?;
    for variable in &variables[1..] {
        let query = variable["query"]["query"].as_str().context("no query")?;
        let inner = query.strip_prefix("label_values(").and_then(|q| q.strip_suffix(')'));
        let (series, label) =
            inner.and_then(|q| q.rsplit_once(", ")).context("not label_values")?;
        ensure!(variable["name"] == *label, "{query}");
        prometheus.query(&format!("count by ({label}) ({})", filled(series)))?;
    }
    let panels = dashboard["panels"].as_array().context("no panels")?;
    for panel in panels {
        let targets = panel["targets"].as_array().context("no targets")?;
        ensure!(panel["datasource"]["uid"] == "${datasource}", "{}", panel["title"]);
        for target in targets {
            let expression = target["expr"].as_str().context("no expression")?;
            let found = prometheus.query(&filled(expression));
            let found = found.with_context(|| panel["title"].to_string())?;
            if panel["title"] == "Critical" {
                ensure!((found[0].1 - critical).abs() < 0.5, "{found:?}, not {critical}");
            }
        }
    }
    ensure!(panels.len() > 8, "{} panels", panels.len());
    // With the last push gone, what it said is still shown.
    let last = panels.iter().find(|panel| panel["title"] == "Findings by severity");
    let expression = last.context("no trend")?["targets"][0]["expr"].as_str().unwrap_or_default();
    let address = gateway.address.clone();
    drop(gateway);
    prometheus.query(&format!("up{{instance=\"{address}\"}} == 0"))?;
    prometheus.query(&filled(expression))?;
    Ok(())
}

/// The variables as Grafana fills them for `All`.
fn filled(expression: &str) -> String {
    expression.replace("$cluster", ".+").replace("$namespace", ".+")
}
