//! Every exit code, in one table: documentation and code in one.

use std::process::ExitCode;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Everything in scope was read and reported.
    Done,
    /// A failed finding at or above `--fail-on`.
    Findings,
    /// The arguments do not make a run.
    Usage,
    /// Something could not be listed or decoded; the report says what.
    Incomplete,
    /// No report, or not where it should be: no cluster, no such file, a full disk.
    RuntimeError,
}

impl Exit {
    /// Every exit code, in the order of their numbers.
    pub const ALL: [Self; 5] =
        [Self::Done, Self::Findings, Self::Usage, Self::Incomplete, Self::RuntimeError];

    /// The number that the shell sees.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Findings => 1,
            Self::Usage => 2,
            Self::Incomplete => 3,
            Self::RuntimeError => 4,
        }
    }

    /// One line for the help text and the README.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Done => "done; findings alone do not fail a run",
            Self::Findings => "findings at or above --fail-on (even if the scan is incomplete)",
            Self::Usage => "usage error",
            Self::Incomplete => "incomplete: something could not be listed or decoded",
            Self::RuntimeError => "runtime error: nothing was scanned, or a report did not arrive",
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
