//! The examples under reports/ and the README's table are what the program prints today.
//! `UPDATE_EXPECT=1 cargo test` rewrites them.

use std::path::Path;

use anyhow::{Context, ensure};
use expect_test::expect_file;
use libtest_mimic::Trial;
use serde_json::Value;

use crate::program::Program;
use crate::{Outcome, trial};

/// 2026-01-01T00:00:00Z, so that the examples change only when podaudit does.
const TIME: &str = "1767225600";

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial("examples::json", || compare("json", None, "demo.json")),
        trial("examples::sarif", || compare("sarif", None, "demo.sarif")),
        trial("examples::table_wide", || compare("table", Some("200"), "demo.txt")),
        trial("examples::table_narrow", || compare("table", Some("80"), "demo-80.txt")),
        trial("examples::widths", widths),
        trial("examples::json_matches_its_schema", json_schema),
        trial("examples::readme", readme),
    ]
}

fn demo(format: &str, columns: Option<&str>) -> anyhow::Result<String> {
    let mut program = Program::new(["--demo", "-o", format])?.env("SOURCE_DATE_EPOCH", TIME);
    if let Some(columns) = columns {
        program = program.env("COLUMNS", columns);
    }
    let run = program.run()?;
    ensure!(run.code == 0, "exit code {}: {}", run.code, run.stderr);
    Ok(run.stdout)
}

fn compare(format: &str, columns: Option<&str>, file: &str) -> Outcome {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("reports").join(file);
    expect_file![path].assert_eq(&demo(format, columns)?);
    Ok(())
}

/// No line is longer than the terminal, unless a single word is.
fn widths() -> Outcome {
    for columns in [80, 120, 200] {
        for line in demo("table", Some(&columns.to_string()))?.lines() {
            let fits = line.chars().count() <= columns || !line.trim_start().contains(' ');
            ensure!(fits, "more than {columns} columns: {line}");
        }
    }
    Ok(())
}

fn json_schema() -> Outcome {
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("reports/podaudit.schema.json");
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(schema)?)?;
    let report: Value = serde_json::from_str(&demo("json", None)?)?;
    let validator = jsonschema::validator_for(&schema).context("the schema itself")?;
    let errors: Vec<_> = validator.iter_errors(&report).map(|e| e.to_string()).collect();
    ensure!(errors.is_empty(), "{errors:?}");
    let mut broken = report;
    broken["findings"][0]["severity"] = 7.into();
    ensure!(!validator.is_valid(&broken), "the schema accepts a number for a severity");
    Ok(())
}

/// The sample in the README starts with the lines that the program prints.
fn readme() -> Outcome {
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md"))?;
    let (_, sample) = readme.split_once("$ podaudit --demo\n").context("no sample in README.md")?;
    let (sample, _) = sample.split_once("\n...").context("the sample has no end")?;
    let printed = demo("table", Some("80"))?;
    ensure!(printed.starts_with(sample), "README.md shows an older table");
    Ok(())
}
