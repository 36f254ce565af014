//! `podaudit paths` as a user runs it, and the page that lists the steps.

use std::path::Path;

use expect_test::expect_file;
use libtest_mimic::Trial;
use podaudit::reach::StepKind;

use crate::support::program::Program;
use crate::support::{Outcome, ensure, trial};

pub(crate) fn trials() -> Vec<Trial> {
    vec![trial(page), trial(from_and_to), trial(hostile_names), trial(usage)]
}

/// The table of docs/paths.md is the table of the code.
fn page() -> Outcome {
    const HEAD: &str = "| step | what is done | certainty | source |\n|---|---|---|---|\n";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/paths.md");
    let text = std::fs::read_to_string(&path)?;
    let (before, rest) = text.split_once(HEAD).unwrap_or((&text, ""));
    let row = |kind: &StepKind| {
        let row = kind.spec();
        format!("| {} | {} | {} | {} |", row.id, row.does, row.certainty, row.source)
    };
    let rows: Vec<_> = StepKind::ALL.iter().map(row).collect();
    let rows = rows.join("\n") + "\n";
    let after: Vec<_> = rest.lines().skip_while(|line| line.starts_with('|')).collect();
    expect_file![path].assert_eq(&format!("{before}{HEAD}{rows}{}\n", after.join("\n")));
    Ok(())
}

fn from_and_to() -> Outcome {
    let run = |args: &[&str]| Program::new(["paths", "--demo"].iter().chain(args))?.run();
    let one = run(&["--from", "deploy/support", "--to", "node"])?;
    ensure!(one.code == 0 && one.stdout.contains("[exec]"), "{}", one.stdout);
    let account = run(&["--from", "platform/operator"])?;
    ensure!(account.stdout.contains("[bind]"), "{}", account.stdout);
    let none = run(&["--from", "deploy/demo-app", "--to", "cluster-admin"])?;
    ensure!(
        none.stdout.contains("No path from deploy/demo-app to cluster-admin"),
        "{}",
        none.stdout
    );
    run(&["--from", "deploy/typo"])?.assert_error(&["deploy/typo"])
}

/// A name cannot leave its place in a picture.
fn hostile_names() -> Outcome {
    let name = "x\"]; evil --> \u{1b}[2J<script>";
    let pod = serde_json::json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": "a"},
        "spec": {"containers": [{"name": "c", "securityContext": {"privileged": true}}]},
    });
    let file = tempfile::NamedTempFile::new()?;
    std::fs::write(file.path(), pod.to_string())?;
    for format in ["mermaid", "dot", "table"] {
        let run = Program::new(["paths", "-o", format, "-f"])?.arg(file.path()).run()?;
        ensure!(run.stdout.contains("evil"), "{format}: {}{}", run.stdout, run.stderr);
        ensure!(!run.stdout.contains('\u{1b}'), "{format}: {}", run.stdout);
        let plain = run.stdout.contains("<script>") && format == "mermaid";
        ensure!(!plain && !run.stdout.contains("\n evil"), "{format}: {}", run.stdout);
    }
    Ok(())
}

fn usage() -> Outcome {
    for args in [&["--to", "moon"][..], &["--cuts", "--to", "node"], &["-o", "sarif"]] {
        let run = Program::new(["paths", "--demo"].iter().chain(args))?.run()?;
        ensure!(run.code == 2, "{args:?}: exit code {}: {}", run.code, run.stderr);
    }
    Ok(())
}
