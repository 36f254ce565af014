//! The outputs of one command: each written in its format, at most one to standard output.

use std::io::{self, Write};

use super::args::values::{Color, OutputTarget};
use super::error::RunError;
use super::terminal::{look, note_gaps};
use crate::exit::Exit;
use crate::output;
use crate::report::{Document, Look};

/// Where reports go, and when they are coloured. Made by `validate`, which has seen that only one
/// goes to standard output.
#[derive(Debug)]
pub(super) struct Outputs<F> {
    pub(super) targets: Vec<OutputTarget<F>>,
    pub(super) color: Color,
}

impl<F: Copy> Outputs<F> {
    /// Writes the report to every output.
    ///
    /// # Errors
    /// The first that could not be written; those behind it are not tried.
    pub(super) fn write(
        &self,
        render: impl Fn(F, Look, &mut dyn Write) -> io::Result<()>,
    ) -> Result<(), RunError> {
        for OutputTarget { format, path } in &self.targets {
            let look = look(self.color, path.is_none());
            output::write(path.as_deref(), |out| render(*format, look, out))?;
        }
        Ok(())
    }

    /// Writes the report to every output, notes what was not read, and says how the run ended.
    ///
    /// # Errors
    /// An output that could not be written.
    pub(super) fn finish(
        &self,
        report: &impl Document,
        render: impl Fn(F, Look, &mut dyn Write) -> io::Result<()>,
    ) -> Result<Exit, RunError> {
        self.write(render)?;
        note_gaps(report.coverage());
        Ok(if report.is_complete() { Exit::Done } else { Exit::Incomplete })
    }
}
