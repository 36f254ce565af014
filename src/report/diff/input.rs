//! What the renderers of a comparison are given.

use std::io::{self, Write};

use super::{render, table};
use crate::baseline::Side;
use crate::diff::Diff;
use crate::report::{Look, SubFormat};

/// Two reports compared, ready to be written in any format.
#[derive(Clone, Copy, Debug)]
pub struct DiffReport<'a> {
    /// The older.
    pub old: &'a Side,
    /// The newer.
    pub new: &'a Side,
    /// What changed.
    pub diff: &'a Diff,
    /// podaudit's own version.
    pub version: &'a str,
}

impl DiffReport<'_> {
    /// Writes the comparison.
    ///
    /// # Errors
    /// Whatever the writer says.
    pub fn write(&self, format: SubFormat, look: Look, out: &mut dyn Write) -> io::Result<()> {
        match format {
            SubFormat::Table => table::write(self, look, out),
            SubFormat::Json => render::write(self, out),
        }
    }
}
