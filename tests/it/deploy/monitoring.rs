//! The alerts and the dashboard in the chart are those of reports/, which other tests try on a real
//! Prometheus; and a packaged chart holds them too.

use std::path::Path;

use anyhow::Context;
use serde_json::Value;

use super::audit::EVERYTHING;
use super::{chart, folder, objects, output, tool};
use crate::support::{Outcome, ensure};

fn report(name: &str) -> anyhow::Result<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    Ok(std::fs::read_to_string(root.join("reports").join(name))?)
}

pub(super) fn monitoring() -> Outcome {
    let rendered = objects(&chart(&EVERYTHING)?)?;
    let of = |kind: &str, name: &str| {
        let is = |o: &&Value| o["kind"] == kind && o["metadata"]["name"] == name;
        rendered.iter().find(is).with_context(|| format!("no {kind} {name}"))
    };
    let alerts: Value = serde_saphyr::from_str(&report("prometheus/alerts.yaml")?)?;
    ensure!(of("PrometheusRule", "podaudit")?["spec"] == alerts, "other alerts");
    let dashboards = &of("ConfigMap", "podaudit-dashboards")?["data"];
    let dashboards = dashboards.as_object().context("no dashboards")?;
    let shipped = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("reports/grafana"))?;
    ensure!(dashboards.len() == shipped.count(), "{:?}", dashboards.keys());
    for (name, text) in dashboards {
        ensure!(*text == report(&format!("grafana/{name}"))?, "another {name}");
    }
    Ok(())
}

/// What is installed from a package is what is installed from the folder.
pub(super) fn package() -> Outcome {
    let out = tempfile::tempdir()?;
    output(tool("helm")?.arg("package").arg(folder().join("chart")).arg("-d").arg(out.path()))?;
    let entry = std::fs::read_dir(out.path())?.next().context("no package")??;
    let mut helm = tool("helm")?;
    helm.args(["template", "podaudit", "--namespace", "podaudit"]).arg(entry.path());
    ensure!(output(helm.args(EVERYTHING))? == chart(&EVERYTHING)?, "the package is another chart");
    Ok(())
}
