//! What the command line asks for: read, judge, write, and the exit code.

use std::io::{self, IsTerminal, Write};

use clap::Parser as _;
use clap::error::ErrorKind;
use jiff::Timestamp;

use super::audit::{Context, Judged, audit};
use super::conflicts::{self, usage};
use super::{Cli, Color, Command, Output};
use crate::apply::ApplyError;
use crate::baseline::{self, BaselineError};
use crate::config::ConfigError;
use crate::exit::Exit;
use crate::inventory::coverage::{Coverage, Resource, State};
use crate::output::{self, OutputError};
use crate::push::PushError;
use crate::report::{CanReport, Look, PathsReport, visible};
use crate::rules;
use crate::scan::{self, ScanError};
use crate::shards::ShardError;
use crate::suppression::ExceptionsError;

/// Nothing was scanned or reported.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The source could not be read.
    #[error(transparent)]
    Scan(#[from] ScanError),
    /// A report could not be written.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// An older report could not be read.
    #[error(transparent)]
    Baseline(#[from] BaselineError),
    /// The file of exceptions could not be read.
    #[error(transparent)]
    Exceptions(#[from] ExceptionsError),
    /// The configuration could not be read.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Files are not the shards of one scan.
    #[error(transparent)]
    Shards(#[from] ShardError),
    /// Metrics could not be written down.
    #[error("unable to write metrics")]
    Render(#[source] io::Error),
    /// Metrics did not arrive.
    #[error(transparent)]
    Push(#[from] PushError),
    /// Reports did not get into the cluster.
    #[error(transparent)]
    Apply(#[from] ApplyError),
    /// `podaudit rules` with an id that is not in the catalogue.
    #[error("no rule {0:?}; podaudit rules lists them")]
    NoSuchRule(String),
    /// `podaudit explain` or `podaudit paths` of something that is not there.
    #[error("no pod, workload or container {0} in what was read")]
    NotFound(String),
    /// `podaudit explain` of a name in several namespaces.
    #[error("{0} is in several namespaces ({1}); choose one with -n")]
    Ambiguous(String, String),
    /// `podaudit can` of a ServiceAccount that is not there.
    #[error("no ServiceAccount {0} in what was read")]
    NoSuchAccount(String),
    /// `SOURCE_DATE_EPOCH` is not a number of seconds.
    #[error("SOURCE_DATE_EPOCH is not a time in seconds")]
    Clock,
}

impl RunError {
    /// Whether the reader of a pipe has gone, which needs no message.
    #[must_use]
    pub fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Output(error) if error.is_broken_pipe())
    }
}

/// Runs the command. `progress` is told of every page that arrives; `stop` ends the reading of a
/// cluster early, with the reason.
///
/// # Errors
/// Nothing was scanned, or a report could not be written.
pub async fn run(
    cli: Cli,
    progress: impl Fn(Resource, u64),
    stop: impl Future<Output = String>,
) -> Result<Exit, RunError> {
    conflicts::refuse(&cli);
    if let Some(Command::Rules { id }) = &cli.command {
        return id.as_ref().map_or_else(list_rules, |id| show_rule(id));
    }
    match &cli.command {
        Some(Command::Config(output)) => return super::config::show(&cli.effective, output),
        Some(Command::Completions { shell }) => return super::help::completions(*shell),
        Some(Command::Man) => return super::help::man(),
        _ => {}
    }
    if let Some(Command::Diff(args)) = &cli.command {
        return super::diff::diff(args);
    }
    let output = match &cli.command {
        Some(Command::Merge { output, .. }) => output,
        _ => &cli.output,
    };
    let policy =
        output.policy(&cli.effective.rules, now()?.to_zoned(jiff::tz::TimeZone::UTC).date())?;
    let scope = cli.source.scope();
    let audiences = cli.source.api_audiences.clone();
    let audiences = (!audiences.is_empty()).then_some(audiences);
    let contexts = cli.source.several();
    let (baseline, baselines) = match contexts {
        None => (output.older()?, None),
        Some(_) => (None, output.baseline.as_deref().map(baseline::read_clusters).transpose()?),
    };
    if let Some(Command::Merge { files, max_age, output }) = &cli.command {
        if cli.source.tells_what_to_read(Cli::parse_from([""]).source) {
            let message = "merge reads files: what to read is told to --shard";
            usage(ErrorKind::ArgumentConflict, message);
        }
        let files = super::merge::Files { files, max_age: *max_age };
        return super::merge::merge(files, audiences, (&policy, baseline.as_ref()), output).await;
    }
    let resources = match &cli.command {
        Some(Command::Can { .. }) => &CanReport::READS[..],
        Some(Command::Paths { .. }) => &PathsReport::READS[..],
        _ => &Resource::AUDIT,
    };
    let source = cli.source.source(resources, cli.shard);
    let source = source.unwrap_or_else(|e| usage(ErrorKind::ValueValidation, &e.to_string()));
    if let Some(conflict) = cli.output.cannot_apply(&source) {
        usage(ErrorKind::ArgumentConflict, conflict);
    }
    if let Some(named) = contexts.filter(|_| cli.command.is_none()) {
        let sources = scan::contexts(&source, &named)?;
        let baseline = baselines;
        let asked = super::clusters::Asked { policy: &policy, scope: &scope, audiences, baseline };
        return super::clusters::audit(&sources, &asked, &cli.output, progress, stop).await;
    }
    let (mut inventory, cluster) = scan::read(&source, progress, stop).await?;
    if let Some(shard) = cli.shard {
        let asked = super::merge::Asked { shard, scope };
        return super::merge::write(asked, inventory, cluster, &cli.output.outputs[0]);
    }
    inventory.audiences.configured = audiences;
    match cli.command {
        Some(Command::Explain { target, output }) => {
            super::explain::explain(&inventory, &cluster, &target, &output)
        }
        Some(Command::Can { account, output }) => {
            super::can::can(&inventory, &cluster, &account, &output)
        }
        Some(Command::Paths { from, to, cuts, outputs, color }) => {
            let asked = super::paths::Asked { from, to, cuts };
            super::paths::paths(&source, &inventory, &cluster, &asked, (&outputs, color))
        }
        Some(Command::Pss(output)) => super::pss::pss(&source, &inventory, &cluster, &output),
        _ => {
            let selected = source.has_selector();
            let (baseline, source) = (baseline.as_ref(), source.cluster());
            let context = Context { cluster, policy: &policy, scope: &scope, baseline, source };
            audit(&Judged::new(selected, inventory, context), &cli.output, now()?).await
        }
    }
}

/// What was not read is told on standard error too: a report in a file is not looked at.
pub(super) fn note_gaps(coverage: &[Coverage]) {
    for record in coverage.iter().filter(|record| record.state == State::Incomplete) {
        for problem in record.problems() {
            note(&problem);
        }
    }
}

/// One line on standard error about what is missing.
pub(super) fn note(problem: &str) {
    let _ = writeln!(std::io::stderr().lock(), "podaudit: incomplete: {}", visible(problem));
}

/// Writes to every output of a subcommand, notes what was not read, and says how the run ended.
pub(super) fn finish<F: Copy>(
    (outputs, color): (&[Output<F>], Color),
    coverage: &[Coverage],
    complete: bool,
    write: impl Fn(F, Look, &mut dyn Write) -> io::Result<()>,
) -> Result<Exit, RunError> {
    for Output { format, path } in outputs {
        let look = look(color, path.is_none());
        output::write(path.as_deref(), |out| write(*format, look, out))?;
    }
    note_gaps(coverage);
    Ok(if complete { Exit::Done } else { Exit::Incomplete })
}

/// The time of the scan; `SOURCE_DATE_EPOCH` makes a report reproducible.
pub(super) fn now() -> Result<Timestamp, RunError> {
    match std::env::var("SOURCE_DATE_EPOCH") {
        Ok(seconds) => {
            let seconds = seconds.parse().map_err(|_| RunError::Clock)?;
            Timestamp::from_second(seconds).map_err(|_| RunError::Clock)
        }
        Err(_) => Ok(Timestamp::from_second(Timestamp::now().as_second()).unwrap_or_default()),
    }
}

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

fn list_rules() -> Result<Exit, RunError> {
    output::write(None, |out| {
        let width = rules::ALL.iter().map(|rule| rule.id.len()).max().unwrap_or_default();
        for rule in rules::ALL {
            writeln!(out, "{:<width$}  {:<8}  {}", rule.id, rule.severity.as_str(), rule.summary)?;
        }
        Ok(())
    })?;
    Ok(Exit::Done)
}

fn show_rule(id: &str) -> Result<Exit, RunError> {
    let rule = rules::find(id).ok_or_else(|| RunError::NoSuchRule(id.to_owned()))?;
    let page = rule.documentation();
    output::write(None, |out| {
        writeln!(out, "{} ({})\n{}\n\n{}", rule.id, rule.severity.as_str(), page.title, page.prose)
    })?;
    Ok(Exit::Done)
}
