//! The chart and the kustomize folders say the same: they cannot drift apart.

use std::collections::BTreeMap;

use anyhow::Context;
use serde_json::Value;

use super::{chart, kustomize, objects};
use crate::support::{Outcome, ensure};

/// Marks of the tool, which the other does not make.
const HELMS: [&str; 5] = [
    "app.kubernetes.io/instance",
    "app.kubernetes.io/managed-by",
    "app.kubernetes.io/version",
    "helm.sh/chart",
    "helm.sh/resource-policy",
];

/// The objects by their kind, namespace and name, without the marks.
fn by_name(rendered: &str) -> anyhow::Result<BTreeMap<String, Value>> {
    let mut named = BTreeMap::new();
    for mut object in objects(rendered)? {
        let meta = object["metadata"].as_object_mut().context("no metadata")?;
        for part in ["labels", "annotations"] {
            let Some(map) = meta.get_mut(part).and_then(Value::as_object_mut) else { continue };
            map.retain(|key, _| !HELMS.contains(&key.as_str()));
            if map.is_empty() {
                meta.remove(part);
            }
        }
        let meta = &object["metadata"];
        let name = format!("{} {} {}", object["kind"], meta["namespace"], meta["name"]);
        ensure!(named.insert(name.clone(), object).is_none(), "two of {name}");
    }
    Ok(named)
}

fn same(chart: &str, kustomize: &str) -> Outcome {
    let (chart, kustomize) = (by_name(chart)?, by_name(kustomize)?);
    let (names, others): (Vec<_>, Vec<_>) = (chart.keys().collect(), kustomize.keys().collect());
    ensure!(names == others, "the chart has {names:?}, kustomize {others:?}");
    for (name, object) in &chart {
        let other = &kustomize[name];
        ensure!(object == other, "{name}\n  of the chart: {object}\n  of kustomize: {other}");
    }
    Ok(())
}

pub(super) fn chart_is_the_base() -> Outcome {
    same(&chart(&["--skip-tests"])?, &kustomize("base")?)
}

pub(super) fn chart_is_the_namespaced() -> Outcome {
    same(&chart(&["--skip-tests", "--set", "rbac.mode=namespace"])?, &kustomize("namespaced")?)
}
