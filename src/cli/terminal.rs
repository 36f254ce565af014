//! What a terminal gets: how wide and colourful a report is, and notes on standard error.

use std::io::{IsTerminal, Write};

use super::args::values::Color;
use crate::inventory::{Coverage, CoverageState};
use crate::report::{Look, unverified, visible};

/// How a report looks on standard output or in a file.
pub(super) fn look(color: Color, to_stdout: bool) -> Look {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let forced = is_set("CLICOLOR_FORCE") && std::env::var("CLICOLOR_FORCE").as_deref() != Ok("0");
    let terminal = to_stdout && std::io::stdout().is_terminal();
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let measured = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    Look {
        width: if to_stdout { columns.or_else(|| measured().filter(|_| terminal)) } else { None },
        color: match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => to_stdout && !is_set("NO_COLOR") && (forced || terminal),
        },
    }
}

/// Notes what was not read on standard error too: a report in a file is not looked at.
pub(super) fn note_gaps(coverage: &[Coverage]) {
    if let Some(warning) = unverified(coverage) {
        let _ = writeln!(std::io::stderr().lock(), "podaudit: warning: {warning}");
    }
    for record in coverage.iter().filter(|record| record.state == CoverageState::Incomplete) {
        for problem in record.problems() {
            note(&problem);
        }
    }
}

/// One line on standard error about what is missing.
pub(super) fn note(problem: &str) {
    let _ = writeln!(std::io::stderr().lock(), "podaudit: incomplete: {}", visible(problem));
}
