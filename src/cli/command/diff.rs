//! `podaudit diff`: what changed between two JSON reports, and the gate on it.

use std::path::PathBuf;

use crate::baseline;
use crate::cli::error::RunError;
use crate::cli::gate::Gate;
use crate::cli::outputs::Outputs;
use crate::diff;
use crate::exit::Exit;
use crate::report::{CommandFormat, DiffReport, Document};

/// Two reports to compare.
#[derive(Debug)]
pub(crate) struct DiffRun {
    pub(crate) old: PathBuf,
    pub(crate) new: PathBuf,
    pub(crate) gate: Option<Gate>,
    pub(crate) outputs: Outputs<CommandFormat>,
}

impl DiffRun {
    /// Compares them.
    pub(crate) fn run(&self) -> Result<Exit, RunError> {
        let (old, new) = (baseline::read(&self.old)?, baseline::read(&self.new)?);
        let diff = diff::compare(&old, &new);
        let report =
            DiffReport { old: &old, new: &new, diff: &diff, version: env!("CARGO_PKG_VERSION") };
        let done =
            self.outputs.finish(&report, |format, look, out| report.write(format, look, out))?;
        Ok(self.gate.and_then(|gate| gate.exit_for_diff(&diff)).unwrap_or(done))
    }
}
