//! `--since-last`: every run is compared with the last one that was complete.

use std::path::Path;

use anyhow::Context;
use libtest_mimic::Trial;
use serde_json::Value;

use crate::support::pods::UNDECODABLE;
use crate::support::program::{Program, Run};
use crate::support::{Outcome, ensure, trial};

pub(crate) fn trials() -> Vec<Trial> {
    vec![trial(night_after_night), trial(everything_open_is_kept), trial(what_fails_leaves_it)]
}

fn pod(name: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\n\
         spec: {{containers: [{{name: c, image: x, securityContext: {{privileged: true}}}}]}}\n---\n"
    )
}

/// Scans this text, and gates on what is new.
fn night(folder: &Path, text: &str, more: &[&str]) -> anyhow::Result<Run> {
    let file = folder.join("pods.yaml");
    std::fs::write(&file, text)?;
    let program = Program::new(["-o", "json", "--fail-on", "new:high", "-f"])?.arg(file);
    program.arg("--since-last").arg(folder.join("last.json")).args(more).run()
}

fn compared(run: &Run, code: i32) -> anyhow::Result<Value> {
    Ok(run.report(code)?.0["baseline"].clone())
}

fn night_after_night() -> Outcome {
    let folder = tempfile::tempdir()?;
    let path = folder.path();
    // Everything is new where there is nothing to compare with.
    ensure!(compared(&night(path, &pod("a"), &[])?, 1)?.is_null(), "compared with nothing");
    ensure!(!compared(&night(path, &pod("a"), &[])?, 0)?.is_null(), "not compared");
    // Incomplete: tried again, and again compared with the last complete one.
    let both = pod("a") + &pod("b");
    let last = std::fs::read(path.join("last.json"))?;
    night(path, &(pod("a") + UNDECODABLE), &[])?.report(3)?;
    ensure!(std::fs::read(path.join("last.json"))? == last, "an incomplete report is kept");
    // Findings that are new fail one run, and are known to the next.
    night(path, &both, &[])?.report(1)?;
    night(path, &both, &[])?.report(0)?;
    // Incomplete and new: the gate fails, and what was not read is not taken for fixed.
    let last = std::fs::read(path.join("last.json"))?;
    night(path, &(both.clone() + &pod("c") + UNDECODABLE), &[])?.report(1)?;
    ensure!(std::fs::read(path.join("last.json"))? == last, "an incomplete report is kept");
    Ok(())
}

/// What a report shows is for its reader; the comparison needs all of it.
fn everything_open_is_kept() -> Outcome {
    let folder = tempfile::tempdir()?;
    let path = folder.path();
    night(path, &pod("a"), &["--min-severity", "critical", "--show", "unknown"])?;
    let left: Value = serde_json::from_slice(&std::fs::read(path.join("last.json"))?)?;
    let findings = left["findings"].as_array().context("no findings")?;
    let low = findings.iter().filter(|finding| finding["severity"] == "low");
    ensure!(low.count() == 1, "{left}");
    Ok(())
}

/// Metrics that did not arrive: the run is tried again, and finds the same.
fn what_fails_leaves_it() -> Outcome {
    let folder = tempfile::tempdir()?;
    let path = folder.path();
    let gateway = ["--push-gateway", "http://127.0.0.1:1"];
    ensure!(night(path, &pod("a"), &gateway)?.code == 4, "pushed to nobody");
    ensure!(!path.join("last.json").exists(), "kept, although it is tried again");
    std::fs::write(path.join("last.json"), "{}")?;
    let damaged = night(path, &pod("a"), &[])?;
    damaged.assert_error(&["last.json"])?;
    let both = night(path, &pod("a"), &["--baseline", "other.json"])?;
    ensure!(both.code == 2 && both.stderr.contains("cannot be used with"), "{}", both.stderr);
    Ok(())
}
