//! House rules that a program can check: the size and the first lines of files.

use super::source::Source;
use crate::support::{Outcome, ensure};

/// Lines of one file without its tests. About 110 are typical.
const MAX_LINES: usize = 500;

pub(super) fn file_sizes() -> Outcome {
    for source in Source::all() {
        let lines = source.text.lines().count();
        ensure!(lines <= MAX_LINES, "src/{} has {lines} lines, more than {MAX_LINES}", source.path);
    }
    Ok(())
}

/// Every file opens with what it owns.
pub(super) fn first_lines() -> Outcome {
    for source in Source::all() {
        let comment = match source.path.rsplit_once('.').map_or("", |(_, extension)| extension) {
            "css" => "/*",
            "html" => "{#-",
            "js" => "//",
            "yaml" => "#",
            _ => "//!",
        };
        ensure!(
            source.text.starts_with(comment),
            "src/{} does not open with {comment} and what it owns",
            source.path
        );
    }
    Ok(())
}
