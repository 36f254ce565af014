//! What `deploy/` ships: the kustomize base, the chart, and podaudit's own verdict on both.

mod arguments;
mod audit;
mod drift;
mod fuzz;
mod monitoring;
mod schema;
mod valid;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use anyhow::{Context, anyhow};
use libtest_mimic::Trial;
use serde_json::Value;

use crate::support::{Outcome, ensure, requires};

pub(crate) fn trials() -> Vec<Trial> {
    let go = requires::on_path("go");
    let python = go.or(requires::on_path("python3"));
    vec![
        requires::trial(go, drift::chart_is_the_base),
        requires::trial(go, drift::chart_is_the_namespaced),
        requires::trial(go, lint),
        requires::trial(go, audit::own_audit),
        requires::trial(go, audit::exit_codes),
        requires::trial(go, monitoring::monitoring),
        requires::trial(go, monitoring::package),
        requires::trial(go, arguments::arguments),
        requires::trial(python, valid::valid_manifests),
        requires::trial(python, fuzz::values_fuzzed),
    ]
}

/// The folder of what is shipped.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy")
}

/// The folder that a script of the repository prints when it has built or installed its tools; it
/// runs once.
pub(crate) fn tools(
    once: &'static OnceLock<Result<PathBuf, String>>,
    script: &str,
) -> anyhow::Result<&'static Path> {
    let run = || output(&mut Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join(script)));
    let folder = once.get_or_init(|| {
        run().map(|dir| dir.trim_end().into()).map_err(|error| format!("{error:#}"))
    });
    folder.as_deref().map_err(|error| anyhow!("{error}"))
}

/// A renderer that is built from its Go module.
pub(crate) fn tool(name: &str) -> anyhow::Result<Command> {
    static BUILT: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let dir = tools(&BUILT, "tests/render/build")?;
    let mut command = Command::new(dir.join(name));
    // Nothing of this user's configuration, caches or cluster.
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("helm-home");
    command.env_clear().env("HOME", home).env("PATH", dir);
    Ok(command)
}

/// What a command printed, if it succeeded.
pub(crate) fn output(command: &mut Command) -> anyhow::Result<String> {
    let run = command.output().with_context(|| format!("unable to run {command:?}"))?;
    ensure!(run.status.success(), "{command:?}: {}", String::from_utf8_lossy(&run.stderr));
    Ok(String::from_utf8(run.stdout)?)
}

/// One of the kustomize folders, rendered.
pub(crate) fn kustomize(name: &str) -> anyhow::Result<String> {
    output(tool("kustomize")?.arg("build").arg(folder().join(name)))
}

/// The chart as `helm install podaudit -n podaudit` would send it, and `helm test` after it.
pub(crate) fn chart(more: &[&str]) -> anyhow::Result<String> {
    let mut helm = tool("helm")?;
    helm.args(["template", "podaudit"]).arg(folder().join("chart"));
    output(helm.args(["--namespace", "podaudit"]).args(more))
}

/// The objects of a rendering.
pub(crate) fn objects(rendered: &str) -> anyhow::Result<Vec<Value>> {
    let documents: Vec<Value> = serde_saphyr::from_multiple(rendered)?;
    Ok(documents.into_iter().filter(|document| !document.is_null()).collect())
}

fn lint() -> Outcome {
    let chart = folder().join("chart");
    output(tool("helm")?.args(["lint", "--strict"]).arg(chart)).map(drop)
}
