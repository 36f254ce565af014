//! Options that exclude each other: usage errors that clap cannot see.

use clap::CommandFactory;
use clap::error::ErrorKind;

use super::output::conflict;
use super::{Cli, Command};

/// Ends the process with a usage error.
pub(super) fn usage(kind: ErrorKind, message: &str) -> ! {
    Cli::command().error(kind, message).exit()
}

/// Refuses options that exclude each other where clap cannot see it.
pub(super) fn refuse(cli: &Cli) {
    let conflict = match &cli.command {
        Some(
            Command::Pss(output)
            | Command::Config(output)
            | Command::Explain { output, .. }
            | Command::Can { output, .. },
        ) => conflict(&output.outputs),
        Some(Command::Diff(args)) => conflict(&args.output.outputs),
        Some(Command::Paths { outputs, .. }) => conflict(outputs),
        Some(Command::Merge { output, .. }) => super::merge::cannot(output),
        _ if cli.shard.is_some() => super::merge::conflict(&cli.output.outputs),
        _ => conflict(&cli.output.outputs).or_else(|| cli.output.lacks_baseline()),
    };
    if let Some(conflict) = conflict {
        usage(ErrorKind::ArgumentConflict, conflict);
    }
    if cli.command.is_some() && cli.shard.is_some() {
        usage(ErrorKind::ArgumentConflict, "--shard is for an audit, not for a subcommand");
    }
    if cli.source.several().is_some() {
        if cli.command.is_some() {
            usage(ErrorKind::ArgumentConflict, "several contexts are for the audit alone");
        }
        if let Some(format) = cli.output.for_one_cluster() {
            let message = format!("{} holds one cluster; use --context", format.as_str());
            usage(ErrorKind::ArgumentConflict, &message);
        }
    }
}
