//! Programs that find nothing of this machine but other programs: no configuration, cache or proxy
//! of whoever runs the tests, and no place to leave something behind.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

/// The program, with this folder as its home, its working directory and its place for temporary
/// files; of the environment it has `PATH` alone.
pub(crate) fn isolated(program: impl AsRef<OsStr>, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", folder)
        .env("TMPDIR", folder)
        .current_dir(folder);
    command
}
