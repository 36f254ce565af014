//! Go as an oracle: upstream's own sources and test data, from the module cache.

use std::path::{Path, PathBuf};
use std::process::Command;

use libtest_mimic::Failed;

/// The Go module that pins upstream's versions.
pub(crate) fn module() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/envtest")
}

/// Runs `go` in [`module`] and returns what it printed.
pub(crate) fn go(args: &[&str]) -> Result<String, Failed> {
    go_in(&module(), args)
}

fn go_in(folder: &Path, args: &[&str]) -> Result<String, Failed> {
    let out = Command::new("go")
        .args(args)
        .current_dir(folder)
        .output()
        .map_err(|error| format!("failed to run go: {error}"))?;
    if !out.status.success() {
        return Err(format!("go {args:?}: {}", String::from_utf8_lossy(&out.stderr)).into());
    }
    Ok(String::from_utf8(out.stdout)?.trim().to_owned())
}

/// The folder of a module's sources.
pub(crate) fn source(of: &str) -> Result<PathBuf, Failed> {
    source_in(&module(), of)
}

/// The folder of a module that is pinned in this folder.
pub(crate) fn source_in(folder: &Path, of: &str) -> Result<PathBuf, Failed> {
    // A module that was never downloaded has no folder yet; the command below prints none then.
    go_in(folder, &["mod", "download", of])?;
    Ok(go_in(folder, &["list", "-m", "-f", "{{.Dir}}", of])?.into())
}
