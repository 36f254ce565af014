//! Random values: what values.schema.json accepts renders, is valid, and passes podaudit's own
//! audit; what it refuses, helm refuses.

use std::fmt::Write as _;

use anyhow::Context;
use proptest::sample::Index;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use super::{folder, output, schema, tool, valid};
use crate::support::{Outcome, ensure};

/// Renderings in one run of the tests.
const CASES: usize = 40;

pub(super) fn values_fuzzed() -> Outcome {
    let read = |name: &str| std::fs::read_to_string(folder().join("chart").join(name));
    let root: Value = serde_json::from_str(&read("values.schema.json")?)?;
    let defaults: Value = serde_saphyr::from_str(&read("values.yaml")?)?;
    let validator = jsonschema::validator_for(&root).context("the schema itself")?;
    ensure!(validator.is_valid(&defaults), "the schema refuses the chart's own values");

    // The same cases in every run.
    let mut runner = TestRunner::deterministic();
    let pick = |runner: &mut TestRunner| -> anyhow::Result<Index> {
        let tree = proptest::prelude::any::<Index>().new_tree(runner);
        tree.map(|tree| tree.current()).map_err(|why| anyhow::anyhow!("{why}"))
    };
    let mut all = root.clone();
    // Helm's own: it may hold anything.
    all["properties"].as_object_mut().context("no properties")?.remove("global");
    let strategy = schema::accepted(&all, &root)?;
    let mut renderings = String::new();
    let mut refused = 0;
    for number in 0..CASES {
        let tree = strategy.new_tree(&mut runner).map_err(|why| anyhow::anyhow!("{why}"))?;
        let mut values = tree.current();
        // What somebody else creates, podaudit cannot see in the rendering.
        values["serviceAccount"]["create"] = true.into();
        values["namespace"]["create"] = true.into();
        values["rbac"]["create"] = true.into();
        if !validator.is_valid(&merged(&defaults, &values)) {
            // The one condition between values, which the generator does not know.
            ensure!(render(number, &values).is_err(), "helm accepts {values}");
            values["policyReports"]["enabled"] = false.into();
        }
        ensure!(validator.is_valid(&merged(&defaults, &values)), "not accepted: {values}");
        write!(renderings, "---\n{}\n", render(number, &values)?)?;

        // The same with one value that is probably wrong.
        let mut paths = Vec::new();
        leaves(&mut paths, &values, "");
        if paths.is_empty() {
            continue;
        }
        let path = &paths[pick(&mut runner)?.index(paths.len())];
        let odd =
            [json!(-1), json!("neither, nor"), json!([[]]), json!({"unknown": 1}), json!(true)];
        let odd = odd[pick(&mut runner)?.index(odd.len())].clone();
        *values.pointer_mut(path).context("no such path")? = odd;
        let accepted = validator.is_valid(&merged(&defaults, &values));
        let rendered = render(number, &values);
        ensure!(rendered.is_ok() == accepted, "helm on {path} in {values}: {}", rendered.is_ok());
        if let Err(error) = rendered {
            refused += 1;
            let error = format!("{error:#}");
            ensure!(error.contains("schema"), "refused for another reason: {error}");
        }
    }
    ensure!(refused > CASES / 2, "only {refused} were refused");
    valid::validate(&renderings)?;
    let found = super::audit::findings(&renderings, &[])?;
    let other: Vec<_> = found.iter().filter(|line| !line.starts_with("token-mounted ")).collect();
    ensure!(other.is_empty(), "values that let podaudit fail its own audit: {other:?}");
    Ok(())
}

/// Each case has a namespace of its own, so that all of them are one cluster.
fn render(number: usize, values: &Value) -> anyhow::Result<String> {
    let mut file = tempfile::NamedTempFile::with_suffix(".json")?;
    std::io::Write::write_all(&mut file, &serde_json::to_vec(values)?)?;
    let mut helm = tool("helm")?;
    helm.arg("template").arg(format!("r{number}")).arg(folder().join("chart"));
    helm.arg("--values").arg(file.path()).args(["--namespace", &format!("n{number}")]);
    output(&mut helm)
}

/// What helm validates: the chart's values with the user's over them.
fn merged(defaults: &Value, values: &Value) -> Value {
    let (Some(ours), Some(theirs)) = (defaults.as_object(), values.as_object()) else {
        return values.clone();
    };
    let mut all = ours.clone();
    for (key, value) in theirs {
        let value = ours.get(key).map_or_else(|| value.clone(), |own| merged(own, value));
        all.insert(key.clone(), value);
    }
    all.into()
}

/// The paths of everything that is no object, and of empty objects.
fn leaves(paths: &mut Vec<String>, value: &Value, path: &str) {
    match value.as_object() {
        Some(object) if !object.is_empty() => {
            for (key, value) in object {
                let key = key.replace('~', "~0").replace('/', "~1");
                leaves(paths, value, &format!("{path}/{key}"));
            }
        }
        _ if path.is_empty() => {}
        _ => paths.push(path.to_owned()),
    }
}
