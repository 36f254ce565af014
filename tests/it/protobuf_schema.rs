//! The table of protobuf fields against upstream's own files: `generated.proto` for numbers and
//! types, `types.go` for JSON names and for which zero values JSON leaves out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Context;
use libtest_mimic::Trial;
use podaudit::inventory::decode::{FieldRow, field_rows};

use crate::support::{Outcome, ensure, go, requires};

pub(crate) fn trials() -> Vec<Trial> {
    vec![requires::trial(requires::on_path("go"), is_upstreams)]
}

/// Messages that share a table with another one.
const SAME: [(&str, &str); 2] = [
    ("rbac.v1.RoleBinding", "rbac.v1.ClusterRoleBinding"),
    ("core.v1.Container", "core.v1.EphemeralContainerCommon"),
];

/// The message of which every field must be in the table.
const COMPLETE: &str = "core.v1.VolumeSource";

/// One field of upstream's: its type in protobuf and in Go, and Go's JSON tag.
#[derive(Debug, Default)]
struct Upstream {
    proto: String,
    go: String,
    json: String,
}

fn is_upstreams() -> Outcome {
    let folder = |module| go::source(module).map_err(|e| anyhow::anyhow!("{e:?}"));
    let (api, machinery) = (folder("k8s.io/api")?, folder("k8s.io/apimachinery")?);
    let mut upstream = BTreeMap::new();
    for (package, folder) in [
        ("core.v1", api.join("core/v1")),
        ("rbac.v1", api.join("rbac/v1")),
        ("meta.v1", machinery.join("pkg/apis/meta/v1")),
        ("runtime", machinery.join("pkg/runtime")),
    ] {
        read(package, &folder, &mut upstream)?;
    }
    let rows = field_rows();
    ensure!(rows.len() > 150, "only {} rows", rows.len());
    for row in &rows {
        let also = SAME.iter().filter(|(table, _)| *table == row.message).map(|(_, other)| *other);
        for message in also.chain([row.message]) {
            let field = upstream.get(&(message.to_owned(), row.number));
            let field = field.with_context(|| format!("{message} has no field {}", row.number))?;
            check(field, row)
                .with_context(|| format!("{message} {} {}: {field:?}", row.number, row.name))?;
        }
    }
    let listed: BTreeSet<_> =
        rows.iter().filter(|row| row.message == COMPLETE).map(|row| row.number).collect();
    let there =
        upstream.keys().filter(|(message, _)| message == COMPLETE).map(|(_, number)| *number);
    ensure!(there.collect::<BTreeSet<_>>() == listed, "{COMPLETE} is not complete");
    Ok(())
}

fn check(field: &Upstream, row: &FieldRow) -> anyhow::Result<()> {
    let FieldRow { name, presence, kind, inner, .. } = row;
    let last = |path: &str| path.rsplit('.').next().unwrap_or_default().to_owned();
    let (tag, options) = field.json.split_once(',').unwrap_or((&field.json, ""));
    let embedded = tag.is_empty() && ["inline", ""].contains(&options);
    ensure!(if kind == "Inline" { embedded } else { tag == *name }, "JSON name");
    let want = match kind.as_str() {
        "Text" => field.proto == "string",
        "Bool" => field.proto == "bool",
        "Int" => field.proto == "int32" || field.proto == "int64",
        "Time" => last(&field.proto) == "Time",
        "Map" => field.proto == "map<string, string>",
        "Skipped" => field.go.starts_with('*'),
        _ => {
            let inner = inner.context("a message without a name")?;
            let also = SAME.iter().find(|(table, _)| *table == inner).map(|(_, other)| last(other));
            [Some(last(inner)), also].contains(&Some(last(&field.proto)))
        }
    };
    ensure!(want, "type {kind}");
    let is_many = field.go.starts_with("[]") || field.go.starts_with("map[");
    let is_value = !field.go.starts_with('*') && inner.is_none();
    let want = if is_many {
        "Many"
    } else if is_value && options.contains("omit") {
        "NonZero"
    } else {
        "AsSent"
    };
    ensure!(presence == want, "presence {presence}, not {want}");
    Ok(())
}

/// Reads both files of a package.
fn read(
    package: &str,
    folder: &Path,
    into: &mut BTreeMap<(String, u64), Upstream>,
) -> anyhow::Result<()> {
    let mut message = String::new();
    for line in std::fs::read_to_string(folder.join("generated.proto"))?.lines() {
        let line = line.trim();
        if let Some(name) = line.strip_prefix("message ").and_then(|l| l.strip_suffix(" {")) {
            message = format!("{package}.{name}");
        } else if let Some((field, number)) = line.trim_end_matches(';').rsplit_once(" = ")
            && let (Some((kind, _)), Ok(number)) = (field.rsplit_once(' '), number.parse())
        {
            let kind = kind.trim_start_matches("optional ").trim_start_matches("repeated ");
            kind.clone_into(&mut into.entry((message.clone(), number)).or_default().proto);
        }
    }
    for line in std::fs::read_to_string(folder.join("types.go"))?.lines() {
        if let Some(name) = line.strip_prefix("type ").and_then(|l| l.strip_suffix(" struct {")) {
            message = format!("{package}.{name}");
        }
        let tag = |name| {
            let (_, value) = line.split_once(&format!("{name}:\""))?;
            value.split('"').next()
        };
        let (Some(json), Some(protobuf)) = (tag("json"), tag("protobuf")) else { continue };
        let number = protobuf.split(',').nth(1).context("no number")?.parse()?;
        let kind = line.split('`').next().and_then(|l| l.split_whitespace().last());
        let field = into.entry((message.clone(), number)).or_default();
        (field.go, field.json) = (kind.unwrap_or_default().to_owned(), json.to_owned());
    }
    Ok(())
}
