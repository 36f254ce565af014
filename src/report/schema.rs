//! The list of public JSON Schemas under `reports/`, each with the structures that it is made from.
//! One test holds the files to the list, and the list to the folder.

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use schemars::{Schema, schema_for};

    use crate::report::audit::{AuditJson, ClustersJson, NdjsonLine};
    use crate::report::command::{CanJson, ConfigJson, DiffJson, ExplainJson, PathsJson, PssJson};
    use crate::{config, suppression};

    /// A file under `reports/` without its ending, and its schema.
    type Published = (&'static str, fn() -> Schema);

    const SCHEMAS: [Published; 11] = [
        ("podaudit", || schema_for!(AuditJson<(), ()>)),
        ("clusters", || schema_for!(ClustersJson<()>)),
        ("ndjson", || schema_for!(NdjsonLine)),
        ("can", || schema_for!(CanJson)),
        ("diff", || schema_for!(DiffJson)),
        ("effective", || schema_for!(ConfigJson)),
        ("explain", || schema_for!(ExplainJson)),
        ("paths", || schema_for!(PathsJson)),
        ("pss", || schema_for!(PssJson)),
        ("config", config::schema),
        ("exceptions", suppression::schema),
    ];

    /// `UPDATE_EXPECT` rewrites them.
    #[test]
    fn published_schemas_are_those_of_the_structures() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("reports");
        for (name, schema) in SCHEMAS {
            let file = folder.join(format!("{name}.schema.json"));
            let text = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
            expect_test::expect_file![file].assert_eq(&text);
        }
        let listed: BTreeSet<_> =
            SCHEMAS.iter().map(|(name, _)| format!("{name}.schema.json")).collect();
        let files = std::fs::read_dir(folder).unwrap();
        let names = files.map(|file| file.unwrap().file_name().to_string_lossy().into_owned());
        let published: BTreeSet<_> = names.filter(|name| name.ends_with(".schema.json")).collect();
        assert_eq!(published, listed, "schemas under reports/ that are not in the list");
    }
}
