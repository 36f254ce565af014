//! From a pod with a difference to a smallest one: whatever can be taken out of it without losing
//! the difference is taken out.

use serde_json::Value;

use super::Bench;
use super::compare::Difference;

/// Rounds at most; each runs a pod for everything that could go.
const ROUNDS: usize = 12;
/// Pods at once.
const PODS: usize = 30;

/// The smallest pod that still has this difference, and how it reads there.
pub(super) fn smallest(
    bench: &mut Bench,
    spec: &Value,
    difference: &Difference,
) -> anyhow::Result<(Value, Difference)> {
    let mut smallest = (spec.clone(), difference.clone());
    for _ in 0..ROUNDS {
        let mut candidates = Vec::new();
        paths(&smallest.0, "", &mut candidates);
        let mut smaller: Vec<_> =
            candidates.iter().map(|path| without(&smallest.0, path)).collect();
        // The largest part first: the shortest path.
        smaller.truncate(PODS);
        let Some(next) = bench.first_with(&smaller, difference)? else { break };
        smallest = next;
    }
    Ok(smallest)
}

/// Pointers to everything that a pod may do without, outer ones first.
fn paths(value: &Value, at: &str, found: &mut Vec<String>) {
    const NEEDED: [&str; 9] = [
        "name",
        "image",
        "command",
        "nodeName",
        "restartPolicy",
        "mountPath",
        "type",
        "path",
        "terminationGracePeriodSeconds",
    ];
    let below: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields
            .iter()
            .filter(|(name, _)| !NEEDED.contains(&name.as_str()))
            .map(|(name, value)| (format!("{at}/{name}"), value))
            .collect(),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(index, value)| (format!("{at}/{index}"), value))
            .collect(),
        _ => Vec::new(),
    };
    found.extend(below.iter().map(|(path, _)| path.clone()));
    for (path, value) in below {
        paths(value, &path, found);
    }
}

fn without(spec: &Value, path: &str) -> Value {
    let mut spec = spec.clone();
    if let Some((parent, name)) = path.rsplit_once('/') {
        match spec.pointer_mut(parent) {
            Some(Value::Object(fields)) => drop(fields.remove(name)),
            Some(Value::Array(items)) => {
                if let Some(index) = name.parse().ok().filter(|index| *index < items.len()) {
                    items.remove(index);
                }
            }
            _ => {}
        }
    }
    spec
}
