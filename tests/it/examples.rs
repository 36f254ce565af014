//! The examples under reports/ and the README's table are what the program prints today.
//! `UPDATE_EXPECT=1 cargo test` rewrites them.

use std::path::{Path, PathBuf};

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
        trial("examples::json", || compare(&["-o", "json"], None, "demo.json")),
        trial("examples::sarif", || compare(&["-o", "sarif"], None, "demo.sarif")),
        trial("examples::html", || compare(&["-o", "html"], None, "demo.html")),
        trial("examples::openmetrics", || compare(&["-o", "openmetrics"], None, "demo.prom")),
        trial("examples::markdown", || compare(&["-o", "markdown"], None, "demo.md")),
        trial("examples::junit", || compare(&["-o", "junit"], None, "demo.junit.xml")),
        trial("examples::csv", || compare(&["-o", "csv"], None, "demo.csv")),
        trial("examples::ndjson", || compare(&["-o", "ndjson"], None, "demo.ndjson")),
        trial("examples::policyreport", || {
            compare(&["-o", "policyreport"], None, "demo.policyreport.json")
        }),
        trial("examples::openreports", || {
            compare(&["-o", "openreports"], None, "demo.openreports.json")
        }),
        trial("examples::table_wide", || compare(&[], Some("200"), "demo.txt")),
        trial("examples::table_narrow", || compare(&[], Some("80"), "demo-80.txt")),
        trial("examples::pss_json", || compare(&["pss", "-o", "json"], None, "demo-pss.json")),
        trial("examples::pss_table", || compare(&["pss"], Some("80"), "demo-pss.txt")),
        trial("examples::diff", diff),
        trial("examples::can_json", || {
            compare(&["can", "shop/ci-runner", "-o", "json"], None, "demo-can.json")
        }),
        trial("examples::can_table", || {
            compare(&["can", "shop/ci-runner"], Some("80"), "demo-can.txt")
        }),
        trial("examples::can_json_matches_its_schema", can_json_schema),
        trial("examples::paths", || compare(&["paths"], Some("100"), "demo-paths.txt")),
        trial("examples::paths_json", || {
            compare(&["paths", "-o", "json"], None, "demo-paths.json")
        }),
        trial("examples::paths_mermaid", || {
            compare(&["paths", "-o", "mermaid"], None, "demo-paths.mmd")
        }),
        trial("examples::paths_dot", || compare(&["paths", "-o", "dot"], None, "demo-paths.dot")),
        trial("examples::paths_cuts", || {
            compare(&["paths", "--cuts"], Some("80"), "demo-cuts.txt")
        }),
        trial("examples::paths_json_matches_its_schema", paths_json_schema),
        trial("examples::explain", || explain("table", "demo-explain.txt")),
        trial("examples::explain_json", || explain("json", "demo-explain.json")),
        trial("examples::explain_matches_its_schema", explain_schema),
        trial("examples::widths", widths),
        trial("examples::json_matches_its_schema", json_schema),
        trial("examples::pss_json_matches_its_schema", pss_json_schema),
        trial("examples::readme", readme),
    ]
}

fn demo(args: &[&str], columns: Option<&str>) -> anyhow::Result<String> {
    let args = ["--demo"].iter().chain(args);
    let mut program = Program::new(args)?.env("SOURCE_DATE_EPOCH", TIME);
    if let Some(columns) = columns {
        program = program.env("COLUMNS", columns);
    }
    let run = program.run()?;
    ensure!(run.code == 0, "exit code {}: {}", run.code, run.stderr);
    Ok(run.stdout)
}

fn compare(args: &[&str], columns: Option<&str>, file: &str) -> Outcome {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("reports").join(file);
    expect_file![path].assert_eq(&demo(args, columns)?);
    Ok(())
}

/// One workload of each kind of surprise: a token that was mounted by hand.
fn explain(format: &str, file: &str) -> Outcome {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("reports").join(file);
    let args = ["explain", "deploy/legacy-api", "--demo", "-o", format];
    let run = Program::new(args)?.env("COLUMNS", "100").run()?;
    ensure!(run.code == 0, "exit code {}: {}", run.code, run.stderr);
    expect_file![path].assert_eq(&run.stdout);
    Ok(())
}

/// The sample cluster on the day before: some of it was worse, some better.
fn diff() -> Outcome {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let today = std::fs::read_to_string(root.join("demo/cluster.yaml"))?;
    let before = today
        .replace("securityContext: {privileged: true}", "securityContext: {}")
        .replace("runAsNonRoot: true, runAsUser: 65532", "runAsNonRoot: false, runAsUser: 0");
    let folder = tempfile::tempdir()?;
    let scan = |name: &str, cluster: &str, time: &str| -> anyhow::Result<PathBuf> {
        let (input, report) = (folder.path().join("in.yaml"), folder.path().join(name));
        std::fs::write(&input, cluster)?;
        let run = Program::new(["-o", "json", "-f"])?.arg(input).env("SOURCE_DATE_EPOCH", time);
        std::fs::write(&report, run.run()?.stdout)?;
        Ok(report)
    };
    let (old, new) = (scan("old", &before, "1767139200")?, scan("new", &today, TIME)?);
    for (format, file) in [("table", "demo-diff.txt"), ("json", "demo-diff.json")] {
        let run = Program::new(["diff", "-o", format])?.arg(&old).arg(&new);
        let run = run.env("COLUMNS", "100").run()?;
        ensure!(run.code == 0, "exit code {}: {}", run.code, run.stderr);
        expect_file![root.join("reports").join(file)].assert_eq(&run.stdout);
        if format == "json" {
            let break_it = |report: &mut Value| report["changes"][0]["now"] = "worse".into();
            valid(serde_json::from_str(&run.stdout)?, "diff.schema.json", break_it)?;
        }
    }
    Ok(())
}

fn explain_schema() -> Outcome {
    let break_it = |report: &mut Value| report["groups"][0]["facts"] = "none".into();
    matches_schema(&["explain", "deploy/storefront", "-o", "json"], "explain.schema.json", break_it)
}

/// No line is longer than the terminal, unless a single word is.
fn widths() -> Outcome {
    for (columns, args) in [80, 120, 200]
        .into_iter()
        .flat_map(|n| [(n, &[][..]), (n, &["pss"]), (n, &["can", "shop/ci-runner"])])
    {
        for line in demo(args, Some(&columns.to_string()))?.lines() {
            let fits = line.chars().count() <= columns || !line.trim_start().contains(' ');
            ensure!(fits, "more than {columns} columns: {line}");
        }
    }
    Ok(())
}

fn json_schema() -> Outcome {
    let break_it = |report: &mut Value| report["findings"][0]["severity"] = 7.into();
    matches_schema(&["-o", "json"], "podaudit.schema.json", break_it)
}

fn pss_json_schema() -> Outcome {
    let break_it = |report: &mut Value| report["namespaces"][0]["pods"] = "two".into();
    matches_schema(&["pss", "-o", "json"], "pss.schema.json", break_it)
}

fn paths_json_schema() -> Outcome {
    let break_it = |report: &mut Value| report["exposed"][0]["pods"] = "two".into();
    matches_schema(&["paths", "--cuts", "-o", "json"], "paths.schema.json", break_it)?;
    matches_schema(&["paths", "-o", "json"], "paths.schema.json", break_it)
}

fn can_json_schema() -> Outcome {
    let break_it = |report: &mut Value| report["rights"][0]["verbs"] = "get".into();
    matches_schema(&["can", "shop/ci-runner", "-o", "json"], "can.schema.json", break_it)
}

/// The report is valid, and one that was broken is not: the schema says something.
fn matches_schema(args: &[&str], schema: &str, break_it: impl Fn(&mut Value)) -> Outcome {
    valid(serde_json::from_str(&demo(args, None)?)?, schema, break_it)
}

/// Checks that the document is what the schema says, and that the schema refuses it when broken.
pub(crate) fn valid(mut report: Value, schema: &str, break_it: impl Fn(&mut Value)) -> Outcome {
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("reports").join(schema);
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(schema)?)?;
    let validator = jsonschema::validator_for(&schema).context("the schema itself")?;
    let errors: Vec<_> = validator.iter_errors(&report).map(|e| e.to_string()).collect();
    ensure!(errors.is_empty(), "{errors:?}");
    break_it(&mut report);
    ensure!(!validator.is_valid(&report), "the schema accepts what is broken");
    Ok(())
}

/// The samples in the README are the first lines that the program prints.
fn readme() -> Outcome {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let mut readme = std::fs::read_to_string(&path)?;
    for (prompt, args) in [
        ("$ podaudit --demo\n", &[][..]),
        ("$ podaudit pss --demo\n", &["pss"]),
        ("$ podaudit can shop/ci-runner --demo\n", &["can", "shop/ci-runner"]),
    ] {
        let (before, sample) = readme.split_once(prompt).context("no sample in README.md")?;
        let (sample, after) = sample.split_once("\n...").context("the sample has no end")?;
        let printed = demo(args, Some("80"))?;
        let lines: Vec<_> = printed.lines().take(sample.lines().count()).collect();
        readme = format!("{before}{prompt}{}\n...{after}", lines.join("\n"));
    }
    // And its list of commands is that of --help.
    let (before, list) = readme.split_once("cargo install --path .\n").context("no list")?;
    let (_, after) = list.split_once("```").context("the list has no end")?;
    let examples = podaudit::cli::examples();
    readme = format!("{before}cargo install --path .\n{examples}```{after}");
    expect_file![path].assert_eq(&readme);
    Ok(())
}
