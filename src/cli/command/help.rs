//! What podaudit tells of itself, all from the definition of its arguments: completions, the man page
//! and the version. `--help` is clap's.

use clap::Command;
use clap_complete::Shell;

use crate::cli::args::definition;
use crate::cli::error::RunError;
use crate::exit::Exit;
use crate::output;

/// The name of the program where no one has called it by another.
const PROGRAM: &str = "podaudit";

/// `podaudit completions`: the script for this shell.
pub(crate) fn completions(shell: Shell) -> Result<Exit, RunError> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut visible(&definition(PROGRAM)), PROGRAM, &mut script);
    output::write(None, |out| out.write_all(&script))?;
    Ok(Exit::Done)
}

/// The command without its hidden options, which `clap_complete` would offer all the same.
fn visible(command: &Command) -> Command {
    let options = command.get_arguments().filter(|option| !option.is_hide_set()).cloned();
    let visible_command = Command::new(command.get_name().to_owned())
        .args(options)
        .subcommands(command.get_subcommands().map(visible));
    let visible_command = match command.get_version() {
        Some(version) => visible_command.version(version.to_owned()),
        None => visible_command,
    };
    match command.get_about() {
        Some(about) => visible_command.about(about.clone()),
        None => visible_command,
    }
}

/// `podaudit man`: the man page.
pub(crate) fn man() -> Result<Exit, RunError> {
    output::write(None, |out| clap_mangen::Man::new(definition(PROGRAM)).render(out))?;
    Ok(Exit::Done)
}

/// `podaudit version`: what `--version` prints.
pub(crate) fn version() -> Result<Exit, RunError> {
    output::write(None, |out| out.write_all(definition(PROGRAM).render_version().as_bytes()))?;
    Ok(Exit::Done)
}
