//! The command line: kubectl's words with kubectl's meanings, from arguments to an exit code.
//!
//! ```text
//! args ──> layers ──> validate ──> Invocation ──> command
//! syntax   options    conflicts    valid runs     one file each
//!          before a
//!          command,
//!          configuration
//! ```
//!
//! Nothing here ends the process: help and usage errors are a [`RunError`], and `main` prints them.

use std::ffi::OsString;

use crate::exit::Exit;
use crate::inventory::Resource;

mod args;
mod clock;
mod command;
mod error;
mod gate;
mod invocation;
mod layers;
mod outputs;
mod terminal;
mod validate;

pub use args::examples::{EXAMPLES, Example, examples};
pub use error::RunError;
use invocation::Invocation;
#[cfg(test)]
pub(crate) use layers::options_schema;

/// Runs the command line, which begins with the program's own name. `progress` is called for every
/// page that arrives, with its kind and how many objects there are so far; `stop` ends the reading of a
/// cluster early, with the reason.
///
/// # Errors
/// Help and usage errors; a configuration that cannot be used; nothing was scanned, or a report could
/// not be written.
pub async fn run(
    arguments: impl IntoIterator<Item = OsString>,
    progress: impl Fn(Resource, u64),
    stop: impl Future<Output = String>,
) -> Result<Exit, RunError> {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let invocation = parse(&arguments)?;
    invocation.run(progress, stop).await
}

/// What the arguments, the environment and the configuration file ask for.
fn parse(arguments: &[OsString]) -> Result<Invocation, RunError> {
    let definition = args::definition(args::program(arguments.first()));
    let matches = definition.clone().try_get_matches_from(arguments)?;
    let command = matches.subcommand_name();
    let refuse = |conflict: validate::Conflict| conflict.usage_error(&definition, command);
    validate::placement(&definition, &matches).map_err(refuse)?;
    let config = layers::configuration(&matches)?;
    let layered = layers::layered(definition.clone(), &matches, arguments, config)?;
    Ok(validate::invocation(layered).map_err(refuse)?)
}
