//! Files that cannot be read, or not to their end: what was readable is still judged, and the
//! scan says that it is incomplete.

use std::fmt::Write;
use std::path::PathBuf;

use anyhow::Context;
use libtest_mimic::Trial;
use tempfile::TempDir;

use crate::support::program::{Program, Run};
use crate::support::report::Report;
use crate::support::{Outcome, ensure, trial};

pub(super) fn trials() -> Vec<Trial> {
    vec![
        trial(missing_file),
        trial(unreadable_file),
        trial(half_written_json),
        trial(half_written_among_others),
        trial(alias_bomb),
        trial(broken_second_document),
        trial(null_and_unknown_fields),
        trial(string_for_bool),
        trial(empty_file),
        trial(kind_in_lower_case),
        trial(link_to_nowhere),
    ]
}

/// A folder with one file in it.
struct Input {
    dir: TempDir,
    path: PathBuf,
}

impl Input {
    fn new(name: &str, text: &str) -> anyhow::Result<Self> {
        let dir = tempfile::tempdir()?;
        let path = dir.path().join(name);
        std::fs::write(&path, text)?;
        Ok(Self { dir, path })
    }

    fn scan(&self) -> anyhow::Result<Run> {
        Program::new(["-o", "json", "--show", "all", "-f"])?.arg(&self.path).run()
    }
}

/// Checks that this pod was judged: it is privileged, and that is said.
fn assert_judged(report: &Report, name: &str) -> Outcome {
    let found = report.finding("privileged", name, Some("app"))?;
    ensure!(found["verdict"] == "fail", "{found}");
    Ok(())
}

fn pod(name: &str) -> String {
    format!(
        r#"{{"apiVersion": "v1", "kind": "Pod", "metadata": {{"name": "{name}", "namespace": "n"}},
        "spec": {{"containers": [{{"name": "app", "image": "app",
        "securityContext": {{"privileged": true}}}}]}}}}"#
    )
}

fn list(items: &[String]) -> String {
    format!(r#"{{"apiVersion": "v1", "kind": "List", "items": [{}]}}"#, items.join(", "))
}

fn missing_file() -> Outcome {
    let run = Program::new(["-o", "json", "-f", "/does/not/exist.yaml"])?.run()?;
    run.assert_error(&["/does/not/exist.yaml", "No such file"])
}

/// A link to itself, which not even root can open; root may read a file of mode 000.
#[cfg(unix)]
fn unreadable_file() -> Outcome {
    let dir = tempfile::tempdir()?;
    let path = dir.path().join("loop.yaml");
    std::os::unix::fs::symlink(&path, &path)?;
    let run = Program::new(["-o", "json", "-f"])?.arg(&path).run()?;
    run.assert_error(&["loop.yaml", "symbolic link"])
}

#[cfg(not(unix))]
fn unreadable_file() -> Outcome {
    Ok(())
}

/// The disk was full, or kubectl was interrupted: the second pod ends in its middle.
fn half_written_json() -> Outcome {
    let whole = list(&[pod("first"), pod("second")]);
    let input = Input::new("half.json", &whole[..whole.len() - 60])?;
    let run = input.scan()?;
    let report = run.report(3)?;
    run.assert_stderr(&["half.json"])?;
    assert_judged(&report, "first")
}

fn half_written_among_others() -> Outcome {
    let input = Input::new("half.json", &pod("half")[..40])?;
    std::fs::write(input.dir.path().join("whole.json"), pod("whole"))?;
    let run = Program::new(["-o", "json", "--show", "all", "-f"])?.arg(input.dir.path()).run()?;
    let report = run.report(3)?;
    run.assert_stderr(&["half.json"])?;
    assert_judged(&report, "whole")
}

/// Ten to the ninth entries in a few lines.
fn alias_bomb() -> Outcome {
    let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..10 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        writeln!(text, "a{level}: &a{level} [{aliases}]")?;
    }
    text.push_str("apiVersion: v1\nkind: Pod\nmetadata: {name: bomb, labels: {all: *a9}}\n");
    let run = Input::new("bomb.yaml", &text)?.scan()?;
    ensure!(run.code == 3 || run.code == 4, "exit code {}: {}", run.code, run.stderr);
    ensure!(!run.stderr.is_empty() && run.stderr.len() < 2000, "{} bytes", run.stderr.len());
    run.assert_stderr(&["bomb.yaml"])
}

fn broken_second_document() -> Outcome {
    let text = format!("{}\n---\nkind: Pod\n  metadata: {{\n", pod("first"));
    let run = Input::new("two.yaml", &text)?.scan()?;
    let report = run.report(3)?;
    run.assert_stderr(&["two.yaml"])?;
    assert_judged(&report, "first")
}

fn null_and_unknown_fields() -> Outcome {
    let text = r#"{"apiVersion": "v1", "kind": "Pod", "future": {"deep": [1, null]},
        "metadata": {"name": "odd", "namespace": "n", "labels": null, "ownerReferences": null},
        "spec": {"volumes": null, "initContainers": null, "securityContext": null,
            "hostNetwork": null, "futureField": "x", "containers": [
            {"name": "app", "image": null, "ports": null, "env": null, "futureField": {},
             "securityContext": {"privileged": true, "capabilities": null, "futureField": 1}}]},
        "status": null}"#;
    let report = Input::new("odd.json", text)?.scan()?.report(0)?;
    assert_judged(&report, "odd")
}

fn string_for_bool() -> Outcome {
    let wrong = pod("wrong").replace(r#""privileged": true"#, r#""privileged": "true""#);
    let input = Input::new("list.json", &list(&[pod("before"), wrong, pod("after")]))?;
    let run = input.scan()?;
    let report = run.report(3)?;
    assert_judged(&report, "before")?;
    assert_judged(&report, "after")?;
    ensure!(
        report.findings().iter().all(|f| f["object"]["name"] != "wrong"),
        "judged all the same"
    );

    let record = report.coverage("pods")?;
    ensure!((&record["listed"], &record["decoded"]) == (&3.into(), &2.into()), "{record}");
    let undecodable = record["undecodable"].as_array().context("no undecodable")?;
    ensure!(undecodable.len() == 1, "{record}");
    let object = &undecodable[0]["object"];
    ensure!(object["name"] == "wrong" && object["namespace"] == "n", "{object}");
    run.assert_stderr(&["wrong"])
}

/// Nothing in it: a slip of the hand rather than a clean cluster.
fn empty_file() -> Outcome {
    let run = Input::new("empty.yaml", "")?.scan()?;
    ensure!(run.code == 3 || run.code == 4, "exit code {}: {}", run.code, run.stderr);
    run.assert_stderr(&["empty.yaml"])
}

/// The API server knows no such kind: a slip, and no reason to say that all is well.
fn kind_in_lower_case() -> Outcome {
    for (version, kind, meant) in
        [("v1", "pod", "Pod"), ("apps/v1", "deployment", "Deployment"), ("V1", "Pod", "Pod")]
    {
        let text = pod("p").replace(r#""v1""#, &format!("{version:?}"));
        let text = text.replace(r#""kind": "Pod""#, &format!(r#""kind": {kind:?}"#));
        let run = Input::new("kind.json", &text)?.scan()?;
        run.report(3)?;
        run.assert_stderr(&["kind.json", &format!("no kind {kind} in {version}, only {meant}")])?;
    }
    let text = list(&[pod("p")]).replace(r#""kind": "List""#, r#""kind": "list""#);
    Input::new("list.json", &text)?.scan()?.report(3)?;
    // What podaudit does not read is none of its business.
    let other = r#"{"apiVersion": "example.org/v1", "kind": "pod", "metadata": {"name": "x"}}"#;
    Input::new("other.json", other)?.scan()?.report(0)?;
    Ok(())
}

#[cfg(unix)]
fn link_to_nowhere() -> Outcome {
    let input = Input::new("whole.json", &pod("whole"))?;
    std::os::unix::fs::symlink("/does/not/exist", input.dir.path().join("gone.yaml"))?;
    let run = Program::new(["-o", "json", "--show", "all", "-f"])?.arg(input.dir.path()).run()?;
    let report = run.report(3)?;
    run.assert_stderr(&["gone.yaml", "No such file"])?;
    assert_judged(&report, "whole")
}

#[cfg(not(unix))]
fn link_to_nowhere() -> Outcome {
    Ok(())
}
