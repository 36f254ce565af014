//! What `podaudit diff` has found.

use crate::baseline::ReportSnapshot;
use crate::diff::Diff;

/// Two reports compared, ready to be written in any format.
#[derive(Clone, Copy, Debug)]
pub struct DiffReport<'a> {
    /// The older.
    pub old: &'a ReportSnapshot,
    /// The newer.
    pub new: &'a ReportSnapshot,
    /// What changed.
    pub diff: &'a Diff,
    /// podaudit's own version.
    pub version: &'a str,
}
