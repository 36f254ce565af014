//! The kubectl plugin, checked and installed by the real krew.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use anyhow::Context;
use libtest_mimic::Trial;

use crate::deploy::{output, tools};
use crate::support::command::isolated;
use crate::support::{Outcome, ensure, requires};

pub(crate) fn trials() -> Vec<Trial> {
    vec![requires::trial(requires::on_path("go"), installs_the_plugin)]
}

fn tool(name: &str, home: &Path) -> anyhow::Result<Command> {
    static BUILT: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    Ok(isolated(tools(&BUILT, "tests/krew/build")?.join(name), home))
}

fn installs_the_plugin() -> Outcome {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile::tempdir()?;
    let program = env!("CARGO_BIN_EXE_podaudit");
    std::fs::copy(root.join("LICENSE"), folder.path().join("LICENSE"))?;
    std::os::unix::fs::symlink(program, folder.path().join("podaudit"))?;
    let archive = folder.path().join("podaudit.tar.gz");
    // Dereferenced: the archive of a release holds the file. Fast, because this one is large.
    output(
        Command::new("tar")
            .args(["--create", "--dereference", "--use-compress-program=gzip -1", "--file"])
            .arg(&archive)
            .arg("--directory")
            .arg(folder.path())
            .args(["./podaudit", "./LICENSE"]),
    )?;
    let sum = output(Command::new("sha256sum").arg(&archive))?;
    let sum = sum.split(' ').next().context("no sum")?;

    let version = env!("CARGO_PKG_VERSION");
    let (url, home) = ("https://example.com/v1", "https://example.com");
    let manifest = folder.path().join("podaudit.yaml");
    let print = || {
        let mut script = Command::new(root.join("release/krew"));
        output(script.args([version, url, home, sum, sum]))
    };
    std::fs::write(&manifest, print()?)?;
    output(
        tool("validate-krew-manifest", folder.path())?
            .arg("-skip-install")
            .arg("-manifest")
            .arg(&manifest),
    )?;

    let krew = folder.path().join("krew");
    let install = |archive: &Path| -> anyhow::Result<String> {
        let mut install = tool("krew", folder.path())?;
        install.env("KREW_ROOT", &krew).env("KREW_NO_UPGRADE_CHECK", "1").arg("install");
        output(install.arg("--manifest").arg(&manifest).arg("--archive").arg(archive))
    };
    let other = folder.path().join("other.tar.gz");
    std::fs::write(&other, "another file")?;
    ensure!(install(&other).is_err(), "krew does not compare the sum");
    install(&archive)?;
    let installed = output(Command::new(krew.join("bin/kubectl-podaudit")).arg("--version"))?;
    ensure!(installed.trim() == format!("podaudit {version}"), "{installed}");
    Ok(())
}
