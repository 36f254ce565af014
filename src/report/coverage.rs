//! What reports say of what was read and what was not: whether that is all, which rules suffer, and
//! the lines for people.

use std::io::{self, Write};

use super::style::{Look, visible, wrap};
use crate::inventory::{Coverage, CoverageState};
use crate::rules;

/// Whether everything that was asked for was read.
#[must_use]
pub fn is_complete<'a>(coverage: impl IntoIterator<Item = &'a Coverage>) -> bool {
    coverage.into_iter().all(|record| record.state != CoverageState::Incomplete)
}

/// The rules that a kind leaves unanswered, wholly or in part, because it was not read.
#[must_use]
pub fn not_evaluated(record: &Coverage) -> Vec<&'static str> {
    if record.state == CoverageState::Complete {
        return Vec::new();
    }
    rules::ALL.iter().filter(|r| r.reads.contains(&record.resource)).map(|r| r.id).collect()
}

/// Kinds that were not read to the end, though they were asked for.
pub(super) fn incomplete(coverage: &[Coverage]) -> impl Iterator<Item = &Coverage> {
    coverage.iter().filter(|record| record.state == CoverageState::Incomplete)
}

/// The plural names of all kinds that are missing, wholly or in part, asked for or not.
pub(super) fn missing(coverage: &[Coverage]) -> Vec<&'static str> {
    let missing = coverage.iter().filter(|record| record.state != CoverageState::Complete);
    missing.map(|record| record.resource.plural()).collect()
}

/// For a scan that is complete: whether all kinds were there to be read.
pub(super) fn complete_summary(coverage: &[Coverage]) -> String {
    let summary = match missing(coverage).as_slice() {
        [] => "Coverage: complete.".to_owned(),
        missing => format!(
            "Coverage: all that was asked for; without {}, so what depends on them is unknown.",
            missing.join(", ")
        ),
    };
    match unverified(coverage) {
        Some(warning) => format!("{summary} {warning}."),
        None => summary,
    }
}

/// The warning about a server whose certificate nobody verified.
#[must_use]
pub fn unverified(coverage: &[Coverage]) -> Option<&'static str> {
    const WARNING: &str = "The kubeconfig has insecure-skip-tls-verify: the API server's certificate \
                           was not verified, so anyone in between could have answered";
    coverage.iter().any(|record| record.unverified).then_some(WARNING)
}

/// Writes why a kind was not read to the end, a line a reason.
pub(super) fn write_problems(record: &Coverage, look: Look, out: &mut dyn Write) -> io::Result<()> {
    for problem in record.problems() {
        writeln!(out, "{}", wrap(&visible(&problem), 2, look.width))?;
    }
    Ok(())
}
