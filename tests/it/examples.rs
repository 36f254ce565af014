//! The examples under reports/ and the README's table are what the program prints today.
//! `UPDATE_EXPECT=1 cargo test` rewrites them.

use std::path::{Path, PathBuf};

use anyhow::Context;
use expect_test::expect_file;
use libtest_mimic::Trial;
use podaudit::report::Format;
use serde_json::Value;

use crate::clusters;
use crate::clusters::Clusters;
use crate::support::program::Program;
use crate::support::{Outcome, ensure, named, trial};

/// 2026-01-01T00:00:00Z, so that the examples change only when podaudit does.
const TIME: &str = "1767225600";

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = vec![
        named("examples::table_narrow", || compare(&[], Some("80"), "demo-80.txt")),
        named("examples::pss_json", || compare(&["pss", "-o", "json"], None, "demo-pss.json")),
        named("examples::pss_table", || compare(&["pss"], Some("80"), "demo-pss.txt")),
        trial(diff),
        trial(sarif_with_a_baseline),
        trial(several_clusters),
        trial(effective_configuration),
        named("examples::can_json", || {
            compare(&["can", "shop/ci-runner", "-o", "json"], None, "demo-can.json")
        }),
        named("examples::can_table", || {
            compare(&["can", "shop/ci-runner"], Some("80"), "demo-can.txt")
        }),
        named("examples::paths", || compare(&["paths"], Some("100"), "demo-paths.txt")),
        named("examples::paths_json", || {
            compare(&["paths", "-o", "json"], None, "demo-paths.json")
        }),
        named("examples::paths_mermaid", || {
            compare(&["paths", "-o", "mermaid"], None, "demo-paths.mmd")
        }),
        named("examples::paths_dot", || compare(&["paths", "-o", "dot"], None, "demo-paths.dot")),
        named("examples::paths_cuts", || {
            compare(&["paths", "--cuts"], Some("80"), "demo-cuts.txt")
        }),
        named("examples::explain", || explain("table", "demo-explain.txt")),
        named("examples::explain_json", || explain("json", "demo-explain.json")),
        trial(widths),
        trial(json_matches_its_schema),
        trial(readme),
    ];
    for format in Format::ALL {
        let name = format!("examples::{}", format.as_str());
        // Only the table is as wide as the terminal.
        let run = move || compare(&["-o", format.as_str()], Some("200"), format.example());
        trials.push(named(name, run));
    }
    trials
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
pub(crate) fn day_before(today: &str) -> String {
    today
        .replace("securityContext: {privileged: true}", "securityContext: {}")
        .replace("runAsNonRoot: true, runAsUser: 65532", "runAsNonRoot: false, runAsUser: 0")
}

/// A report of the day before, as a baseline.
fn sarif_with_a_baseline() -> Outcome {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let cluster = root.join("demo/cluster.yaml");
    let folder = tempfile::tempdir()?;
    let (input, old) = (folder.path().join("in.yaml"), folder.path().join("old.json"));
    std::fs::write(&input, day_before(&std::fs::read_to_string(&cluster)?))?;
    let run = Program::new(["-o", "json", "-f"])?.arg(&input);
    std::fs::write(&old, run.env("SOURCE_DATE_EPOCH", "1767139200").run()?.stdout)?;
    let run =
        Program::new(["-o", "sarif", "--show", "fail,fixed", "--min-severity", "medium", "-f"])?;
    let run = run.arg(&cluster).arg("--baseline").arg(&old).env("SOURCE_DATE_EPOCH", TIME).run()?;
    ensure!(run.code == 0, "exit code {}: {}", run.code, run.stderr);
    for state in ["new", "updated", "unchanged", "absent"] {
        let word = format!("\"baselineState\": \"{state}\"");
        ensure!(run.stdout.contains(&word), "no result is {state}");
    }
    expect_file![root.join("reports/demo-baseline.sarif")].assert_eq(&run.stdout);
    Ok(())
}

/// The sample cluster and a small one, side by side.
fn several_clusters() -> Outcome {
    let reports = Path::new(env!("CARGO_MANIFEST_DIR")).join("reports");
    let (all, shop) = (clusters::today()?, clusters::today()?);
    let shop =
        shop.into_iter().filter(|object| object["metadata"]["namespace"] != "shop").collect();
    let clusters = Clusters::new(&[("prod", Some(all)), ("test", Some(shop))])?;
    for (format, file) in [("json", "demo-clusters.json"), ("table", "demo-clusters.txt")] {
        let args = ["--contexts", "prod,test", "--min-severity", "critical", "-o", format];
        let run = clusters.program(&args)?.env("SOURCE_DATE_EPOCH", TIME).env("COLUMNS", "100");
        let run = run.run()?;
        ensure!(run.code == 0, "exit code {}: {}", run.code, run.stderr);
        expect_file![reports.join(file)].assert_eq(&run.stdout);
        if format == "json" {
            let break_it = |report: &mut Value| report["clusters"][0]["name"] = 7.into();
            valid(serde_json::from_str(&run.stdout)?, "clusters.schema.json", break_it)?;
        }
    }
    Ok(())
}

/// What holds without any configuration.
fn effective_configuration() -> Outcome {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let run = Program::new(["--profile", "ci", "config", "-o", "json"])?;
    // The file is named as in the documentation, and not by where this repository lies.
    let run = run.env("PODAUDIT_CONFIG", "reports/config.yaml").folder(root).run()?;
    ensure!(run.code == 0, "exit code {}: {}", run.code, run.stderr);
    expect_file![root.join("reports/effective.json")].assert_eq(&run.stdout);
    Ok(())
}

fn diff() -> Outcome {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let today = std::fs::read_to_string(root.join("demo/cluster.yaml"))?;
    let before = day_before(&today);
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

/// Every report of the sample cluster, its schema, and a field that no schema lets be a fraction.
const SCHEMAS: [(&[&str], &str, &str); 6] = [
    (&["-o", "json"], "podaudit.schema.json", "/findings/0/severity"),
    (&["pss", "-o", "json"], "pss.schema.json", "/namespaces/0/pods"),
    (&["can", "shop/ci-runner", "-o", "json"], "can.schema.json", "/rights/0/verbs"),
    (&["paths", "-o", "json"], "paths.schema.json", "/exposed/0/pods"),
    (&["paths", "--cuts", "-o", "json"], "paths.schema.json", "/exposed/0/pods"),
    (&["explain", "deploy/storefront", "-o", "json"], "explain.schema.json", "/groups/0/facts"),
];

/// Each report is valid, and one that was broken is not: the schema says something.
fn json_matches_its_schema() -> Outcome {
    for (args, schema, field) in SCHEMAS {
        let report = serde_json::from_str(&demo(args, None)?)?;
        let break_it = |report: &mut Value| {
            if let Some(value) = report.pointer_mut(field) {
                *value = (-0.5).into();
            }
        };
        valid(report, schema, break_it).with_context(|| format!("{args:?}"))?;
    }
    Ok(())
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
