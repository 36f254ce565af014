//! Tests that need a program which a fresh machine may lack: visibly ignored there, and a failure
//! in continuous integration, because a test that never runs proves nothing.

use libtest_mimic::Trial;

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
    let Some(program) = missing else { return crate::trial(name, test) };
    if std::env::var("CI").as_deref() == Ok("true") {
        return crate::trial(name, move || anyhow::bail!("no {program} on PATH"));
    }
    let name = format!("{name} (no {program} on PATH)");
    crate::trial(&name, test).with_ignored_flag(true)
}
