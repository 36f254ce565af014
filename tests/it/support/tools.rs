//! Real consumers of reports from npm and `PyPI`, pinned in `tests/tools`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use anyhow::Context;

use super::command::isolated;
use super::{Outcome, ensure};

/// Tests run side by side; one installs, the others wait.
static INSTALLED: Mutex<bool> = Mutex::new(false);

/// The folder of the packages, installed once.
pub(crate) fn npm() -> anyhow::Result<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tools");
    let mut installed = INSTALLED.lock().map_err(|_| anyhow::anyhow!("npm ci failed before"))?;
    if !*installed {
        let npm = Command::new("npm")
            .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
            .current_dir(&folder)
            .status()
            .context("unable to run npm")?;
        ensure!(npm.success(), "npm ci failed");
        *installed = true;
    }
    Ok(folder.join("node_modules"))
}

/// Runs a script of `tests/tools`, which fails with what it found wrong.
pub(crate) fn script(name: &str, args: &[&Path]) -> Outcome {
    let scripts = npm()?;
    let scripts = scripts.parent().context("no folder around node_modules")?;
    // Chromium keeps a profile and crash reports in the home folder.
    let folder = tempfile::tempdir()?;
    succeeds(isolated("node", folder.path()).arg(scripts.join(name)).args(args)).map(drop)
}

/// Runs a Python script of `tests/tools` in the environment of its requirements, and returns what it
/// printed. `{env}` in an argument is that environment's folder.
pub(crate) fn python(name: &str, args: &[&str]) -> anyhow::Result<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tools");
    let env = succeeds(&mut Command::new(folder.join("python")))?;
    let env = env.trim_end();
    let args = args.iter().map(|arg| arg.replace("{env}", env));
    let python = Path::new(env).join("bin/python");
    let home = tempfile::tempdir()?;
    succeeds(isolated(python, home.path()).arg(folder.join(name)).args(args))
}

/// Runs a command to its end and returns what it printed; fails with its words if it fails.
pub(crate) fn succeeds(command: &mut Command) -> anyhow::Result<String> {
    let output = command.output().with_context(|| format!("unable to run {command:?}"))?;
    let said = String::from_utf8_lossy(&output.stdout);
    let complained = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{command:?}\n{said}{complained}");
    Ok(said.into_owned())
}
