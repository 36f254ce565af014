//! `podaudit config`: every option of the audit and every rule, and where each value comes from.

use crate::cli::error::RunError;
use crate::cli::layers::EffectiveConfig;
use crate::cli::outputs::Outputs;
use crate::exit::Exit;
use crate::report::{CommandFormat, ConfigReport, Document};

/// What holds for the audit, and where to show it.
#[derive(Debug)]
pub(crate) struct ConfigRun {
    pub(crate) config: EffectiveConfig,
    pub(crate) outputs: Outputs<CommandFormat>,
}

impl ConfigRun {
    /// Shows it.
    pub(crate) fn run(&self) -> Result<Exit, RunError> {
        let report = ConfigReport {
            profile: self.config.profile.as_deref(),
            options: &self.config.options,
            rules: &self.config.rules,
            version: env!("CARGO_PKG_VERSION"),
        };
        self.outputs.finish(&report, |format, look, out| report.write(format, look, out))
    }
}
