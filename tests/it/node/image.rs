//! Test images: busybox and the probe, under any name and with any configuration.

use std::path::Path;
use std::process::Command;

use crate::support::ensure;

/// An image to be; the default one has no USER, and the probe as its entrypoint.
#[derive(Default)]
pub(crate) struct Image {
    name: Option<String>,
    options: Vec<String>,
}

impl Image {
    /// The name of the default image, which every cluster has.
    pub(crate) const PROBE: &str = "podaudit.test/probe:1";

    /// An image of that name. One that ends in `@` is followed by the digest.
    pub(crate) fn named(name: impl Into<String>) -> Self {
        Self { name: Some(name.into()), options: Vec::new() }
    }

    /// With an option of `tests/node/image`, for example `user` and `1000`.
    pub(crate) fn with(mut self, option: &str, value: &str) -> Self {
        self.options.push(format!("--{option}={value}"));
        self
    }

    /// What a pod calls it.
    pub(crate) fn name(&self) -> &str {
        self.name.as_deref().unwrap_or(Self::PROBE)
    }

    /// Writes it as an OCI archive, by that program.
    pub(super) fn write(&self, program: &Path, archive: &Path) -> anyhow::Result<()> {
        let mut command = Command::new(program);
        let run = command.args(&self.options).arg(archive).arg(self.name()).output()?;
        let stderr = String::from_utf8_lossy(&run.stderr);
        ensure!(run.status.success(), "unable to build {}: {stderr}", self.name());
        Ok(())
    }
}
