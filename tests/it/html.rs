//! The HTML report in a real Chromium: to read without JavaScript, to use with the keyboard alone,
//! with no violation that axe-core knows, without a request, and unharmed by hostile names.

use std::path::Path;

use anyhow::Context;
use libtest_mimic::Trial;
use serde_json::json;
use tempfile::TempDir;

use crate::support::program::Program;
use crate::support::{Outcome, ensure, hostile, requires, tools, trial};

pub(crate) fn trials() -> Vec<Trial> {
    let missing = requires::on_path("npm").or(requires::on_path("chromium"));
    let browser = |name: &'static str, args: fn() -> anyhow::Result<Vec<String>>| {
        let check = name.rsplit(':').next().unwrap_or(name).to_owned();
        requires::named(name, missing, move || in_browser(&check, &args()?))
    };
    let demo = || Ok(vec!["--demo".to_owned()]);
    vec![
        browser("html::accessible", demo),
        browser("html::keyboard", demo),
        browser("html::without_script", demo),
        browser("html::print", demo),
        browser("html::hostile", || Ok(vec!["-f".to_owned(), hostile::path()])),
        requires::trial(missing, many),
        requires::trial(missing, incomplete),
        trial(cut_is_told),
    ]
}

/// The page of one run.
fn page(folder: &TempDir, args: &[String], code: i32) -> anyhow::Result<std::path::PathBuf> {
    let path = folder.path().join("report.html");
    let run = Program::new(args)?.arg("-o").arg(format!("html={}", path.display())).run()?;
    ensure!(run.code == code, "exit code {}: {}", run.code, run.stderr);
    Ok(path)
}

fn in_browser(check: &str, args: &[String]) -> Outcome {
    let folder = tempfile::tempdir()?;
    let path = page(&folder, args, 0)?;
    tools::script("html.mjs", &[Path::new(check), &path])
}

/// So many bare pods, each with about ten findings.
fn pods(folder: &TempDir, count: usize) -> anyhow::Result<String> {
    let pods: Vec<_> = (0..count)
        .map(|n| {
            json!({
                "apiVersion": "v1", "kind": "Pod",
                "metadata": {"name": format!("web-{n}"), "namespace": format!("team-{}", n % 40)},
                "spec": {"containers": [{"name": "app", "image": format!("registry.example/{n}")}]},
            })
        })
        .collect();
    let path = folder.path().join("pods.json");
    let list = json!({"apiVersion": "v1", "kind": "List", "items": pods});
    std::fs::write(&path, list.to_string())?;
    Ok(path.display().to_string())
}

fn many() -> Outcome {
    let folder = tempfile::tempdir()?;
    let path = page(&folder, &["-f".to_owned(), pods(&folder, 2_300)?], 0)?;
    tools::script("html.mjs", &[Path::new("many"), &path])
}

fn cut_is_told() -> Outcome {
    let folder = tempfile::tempdir()?;
    let html =
        std::fs::read_to_string(page(&folder, &["-f".to_owned(), pods(&folder, 2_300)?], 0)?)?;
    let listed = html.matches("<li data-label=").count();
    ensure!((19_900..=20_000).contains(&listed), "{listed} findings in the page");
    ensure!(html.contains("id=\"cut\""), "the page does not say that findings are left out");
    Ok(())
}

fn incomplete() -> Outcome {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("half.json");
    std::fs::write(&file, r#"{"kind":"List","apiVersion":"v1","items":[{"apiVersion":"v1","#)?;
    let args = ["-f".to_owned(), file.to_str().context("path")?.to_owned()];
    let path = page(&folder, &args, 3)?;
    tools::script("html.mjs", &[Path::new("incomplete"), &path])
}
