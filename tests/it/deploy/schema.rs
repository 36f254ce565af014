//! Random values that a JSON schema accepts: the part of the language that values.schema.json uses.

use anyhow::{Context, bail};
use proptest::collection::{btree_map, vec};
use proptest::prelude::{BoxedStrategy, Just, Strategy, any};
use proptest::sample::select;
use proptest::string::string_regex;
use serde_json::{Map, Value};

/// Values that this part of the schema accepts. `root` holds the definitions.
pub(super) fn accepted(schema: &Value, root: &Value) -> anyhow::Result<BoxedStrategy<Value>> {
    if let Some(reference) = schema["$ref"].as_str() {
        let pointer = reference.trim_start_matches('#');
        return accepted(root.pointer(pointer).context("a $ref to nothing")?, root);
    }
    if let Some(choices) = schema["enum"].as_array() {
        return Ok(select(choices.clone()).boxed());
    }
    Ok(match schema["type"].as_str() {
        Some("boolean") => any::<bool>().prop_map(Value::from).boxed(),
        Some("integer") => {
            let bound = |name: &str| schema[name].as_i64().context("an integer without bounds");
            (bound("minimum")?..=bound("maximum")?).prop_map(Value::from).boxed()
        }
        Some("string") => text(schema)?.prop_map(Value::from).boxed(),
        Some("array") => {
            let least = usize::try_from(schema["minItems"].as_u64().unwrap_or(0))?;
            vec(accepted(&schema["items"], root)?, least..=least + 2).prop_map(Value::from).boxed()
        }
        Some("object") if schema["additionalProperties"].is_object() => {
            let keys = text(&schema["propertyNames"])?;
            let values = accepted(&schema["additionalProperties"], root)?;
            btree_map(keys, values, 0..3).prop_map(|map| map.into_iter().collect()).boxed()
        }
        Some("object") => object(schema, root)?,
        other => bail!("no values of type {other:?} are made"),
    })
}

/// Each property is there or not; the chart's own values stand in for what is not.
fn object(schema: &Value, root: &Value) -> anyhow::Result<BoxedStrategy<Value>> {
    let mut all = Just(Map::new()).boxed();
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        let (name, value) = (name.clone(), accepted(property, root)?);
        all = (all, proptest::option::weighted(0.6, value))
            .prop_map(move |(mut map, value)| {
                map.extend(value.map(|value| (name.clone(), value)));
                map
            })
            .boxed();
    }
    Ok(all.prop_map(Value::from).boxed())
}

fn text(schema: &Value) -> anyhow::Result<BoxedStrategy<String>> {
    let Some(pattern) = schema["pattern"].as_str() else {
        // Anything: what YAML reads as something else, quotes, and what a template could run.
        let least = usize::try_from(schema["minLength"].as_u64().unwrap_or(0))?;
        let odd =
            vec!["true", "1", "~", "- a", "a: b", "{{ fail \"x\" }}", "#", "'\"", "$(HOME)", "\n"];
        let any_text = string_regex(&format!("\\PC{{{least},30}}"))?;
        return Ok(proptest::prop_oneof![select(odd).prop_map(str::to_owned), any_text].boxed());
    };
    // A generator has no use for anchors, and refuses them.
    Ok(string_regex(pattern.trim_start_matches('^').trim_end_matches('$'))?.boxed())
}
