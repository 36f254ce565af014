//! Rendered manifests against Kubernetes' own schemas, every field known: by kubernetes-validate.

use std::io::Write;
use std::path::PathBuf;
use std::sync::OnceLock;

use super::audit::EVERYTHING;
use super::{chart, kustomize, objects, tools};
use crate::support::command::isolated;
use crate::support::{Outcome, ensure};

/// Kinds of the Prometheus operator, which the schemas do not hold.
const FOREIGN: [&str; 2] = ["ServiceMonitor", "PrometheusRule"];

/// The validator in an environment of its own, pinned by tests/tools/requirements.txt.
fn program() -> anyhow::Result<PathBuf> {
    static INSTALLED: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let dir = tools(&INSTALLED, "tests/tools/python")?;
    Ok(dir.join("bin/kubernetes-validate"))
}

/// Whether all of these objects are what Kubernetes 1.37 knows; the error is the validator's.
pub(super) fn validate(rendered: &str) -> Outcome {
    let mut file = tempfile::NamedTempFile::with_suffix(".yaml")?;
    for object in objects(rendered)? {
        if !FOREIGN.iter().any(|kind| object["kind"] == *kind) {
            writeln!(file, "---\n{object}")?;
        }
    }
    let folder = tempfile::tempdir()?;
    let mut command = isolated(program()?, folder.path());
    let run = command.args(["--strict", "-k", "1.37", "--quiet"]).arg(file.path()).output()?;
    let said = [run.stdout, run.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    ensure!(run.status.success(), "{}", said.concat());
    Ok(())
}

pub(super) fn valid_manifests() -> Outcome {
    for rendered in [kustomize("base")?, kustomize("namespaced")?, chart(&[])?, chart(&EVERYTHING)?]
    {
        validate(&rendered)?;
        let broken = rendered.replace("runAsNonRoot:", "runAsNonroot:");
        ensure!(validate(&broken).is_err(), "a field that does not exist is accepted");
    }
    Ok(())
}
