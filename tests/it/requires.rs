//! Tests that need a program which a fresh machine may lack: visibly ignored there, and a failure
//! in continuous integration, because a test that never runs proves nothing.

use libtest_mimic::{Failed, Trial};

use crate::Outcome;

/// Why the program cannot be had here, if so.
pub(crate) fn on_path(program: &'static str) -> Option<&'static str> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).any(|folder| folder.join(program).is_file());
    (!found).then_some(program)
}

/// The test, unless what it needs is missing.
pub(crate) fn trial(
    name: &str,
    missing: Option<&'static str>,
    test: impl FnOnce() -> Outcome + Send + 'static,
) -> Trial {
    unless_missing(name, missing, move || test().map_err(|error| format!("{error:#}").into()))
}

/// The same, for a test with the harness' own error.
pub(crate) fn unless_missing(
    name: &str,
    missing: Option<&'static str>,
    test: impl FnOnce() -> Result<(), Failed> + Send + 'static,
) -> Trial {
    let Some(program) = missing else { return Trial::test(name, test) };
    if std::env::var("CI").as_deref() == Ok("true") {
        return Trial::test(name, move || Err(format!("no {program} on PATH").into()));
    }
    Trial::test(format!("{name} (no {program} on PATH)"), test).with_ignored_flag(true)
}
