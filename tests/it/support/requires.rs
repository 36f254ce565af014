//! Tests that need a program which a fresh machine may lack: visibly ignored there, and a failure
//! in continuous integration, because a test that never runs proves nothing.

use libtest_mimic::{Failed, Trial};

use super::{Ending, path_of_test};

/// Why the program cannot be had here, if so.
pub(crate) fn on_path(program: &'static str) -> Option<&'static str> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).any(|folder| folder.join(program).is_file());
    (!found).then_some(program)
}

/// The test that this function is, unless what it needs is missing.
pub(crate) fn trial<E: Ending, F: FnOnce() -> E + Send + 'static>(
    missing: Option<&'static str>,
    test: F,
) -> Trial {
    named(&path_of_test::<F>(), missing, test)
}

/// One of several tests made from a table, unless what it needs is missing.
pub(crate) fn named<E: Ending>(
    name: &str,
    missing: Option<&'static str>,
    test: impl FnOnce() -> E + Send + 'static,
) -> Trial {
    let Some(program) = missing else { return super::named(name, test) };
    if std::env::var("CI").as_deref() == Ok("true") {
        return super::named(name, move || Err(Failed::from(format!("no {program} on PATH"))));
    }
    super::named(format!("{name} (no {program} on PATH)"), test).with_ignored_flag(true)
}
