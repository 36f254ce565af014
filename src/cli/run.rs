//! What the command line asks for: read, judge, write, and the exit code.

use std::io::{self, IsTerminal, Write};

use clap::CommandFactory;
use clap::error::ErrorKind;
use jiff::Timestamp;

use super::{Cli, Color, Command, FailOn, Output, OutputArgs, SubOutputArgs, conflict};
use crate::audit::{self, Audit};
use crate::baseline::{self, BaselineError, Scope, Side};
use crate::config::ConfigError;
use crate::diff::{self, Diff};
use crate::exit::Exit;
use crate::finding::{Severity, Verdict};
use crate::inventory::Inventory;
use crate::inventory::coverage::{Coverage, Resource, State};
use crate::output::{self, OutputError};
use crate::policy::Policy;
use crate::report::{
    CanReport, Cluster, Comparison, Filter, Look, Report, SubFormat, is_complete, visible,
};
use crate::rules;
use crate::scan::{self, ScanError, Source};
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
    /// `podaudit rules` with an id that is not in the catalogue.
    #[error("no rule {0:?}; podaudit rules lists them")]
    NoSuchRule(String),
    /// `podaudit explain` of something that is not there.
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

/// Runs the command. `progress` is told of every page that arrives.
///
/// # Errors
/// Nothing was scanned, or a report could not be written.
pub async fn run(cli: Cli, progress: impl Fn(Resource, u64)) -> Result<Exit, RunError> {
    let usage = |kind, message: &str| Cli::command().error(kind, message).exit();
    let conflict = match &cli.command {
        Some(
            Command::Pss(output) | Command::Explain { output, .. } | Command::Can { output, .. },
        ) => conflict(&output.outputs),
        Some(Command::Diff(args)) => conflict(&args.output.outputs),
        _ => conflict(&cli.output.outputs).or_else(|| cli.output.lacks_baseline()),
    };
    if let Some(conflict) = conflict {
        usage(ErrorKind::ArgumentConflict, conflict);
    }
    if cli.command.is_some() && cli.source.several().is_some() {
        usage(ErrorKind::ArgumentConflict, "several contexts are for the audit alone");
    }
    if let Some(Command::Rules { id }) = &cli.command {
        return id.as_ref().map_or_else(list_rules, |id| show_rule(id));
    }
    match &cli.command {
        Some(Command::Config) => return super::config::show(&cli.effective),
        Some(Command::Completions { shell }) => return super::help::completions(*shell),
        Some(Command::Man) => return super::help::man(),
        _ => {}
    }
    if let Some(Command::Diff(args)) = &cli.command {
        return super::diff::diff(args);
    }
    let baseline = cli.output.baseline.as_deref().map(baseline::read).transpose()?;
    let policy =
        cli.output.policy(&cli.effective.rules, now()?.to_zoned(jiff::tz::TimeZone::UTC).date())?;
    let scope = cli.source.scope();
    let audiences = cli.source.api_audiences.clone();
    let contexts = cli.source.several();
    let resources = match &cli.command {
        Some(Command::Can { .. }) => &CanReport::READS[..],
        _ => &Resource::AUDIT,
    };
    let source = cli.source.source(resources);
    let source = source.unwrap_or_else(|e| usage(ErrorKind::ValueValidation, &e.to_string()));
    if let Some(named) = contexts.filter(|_| cli.command.is_none()) {
        let sources = scan::contexts(&source, &named)?;
        let audiences = (!audiences.is_empty()).then_some(&audiences);
        let args = &cli.output;
        return super::clusters::audit(&sources, &policy, &scope, audiences, args, progress).await;
    }
    let (mut inventory, cluster) = scan::read(&source, progress).await?;
    inventory.audiences.configured = (!audiences.is_empty()).then_some(audiences);
    match cli.command {
        Some(Command::Explain { target, output }) => {
            super::explain::explain(&inventory, &cluster, &target, &output)
        }
        Some(Command::Can { account, output }) => {
            super::can::can(&inventory, &cluster, &account, &output)
        }
        Some(Command::Pss(output)) => super::pss::pss(&source, &inventory, &cluster, &output),
        _ => {
            let baseline = baseline.as_ref();
            let context = Context { cluster, policy: &policy, scope: &scope, baseline };
            audit(&Judged::new(&source, &inventory, context), &cli.output)
        }
    }
}

/// What an audit is made in.
pub(super) struct Context<'a> {
    pub(super) cluster: Cluster,
    pub(super) policy: &'a Policy,
    pub(super) scope: &'a Scope,
    pub(super) baseline: Option<&'a Side>,
}

/// An audit of one cluster.
pub(super) struct Judged<'a> {
    context: Context<'a>,
    audit: Audit,
    diff: Option<Diff>,
}

impl<'a> Judged<'a> {
    pub(super) fn new(source: &Source, inventory: &Inventory, context: Context<'a>) -> Self {
        let audit = audit::audit_by(context.policy, inventory, source.has_selector());
        let diff = context.baseline.map(|old| {
            let side = Side {
                cluster: context.cluster.name.clone(),
                version: env!("CARGO_PKG_VERSION").to_owned(),
                scope: Some(context.scope.clone()),
                rules: Some(context.policy.rules().map(|rule| rule.id.to_owned()).collect()),
                ..Side::default()
            };
            diff::compare(old, &side.scanned(&audit.findings, &audit.coverage))
        });
        Self { context, audit, diff }
    }

    pub(super) fn report<'r>(&'r self, filter: &'r Filter, scanned_at: Timestamp) -> Report<'r> {
        let compared = self.context.baseline.zip(self.diff.as_ref());
        Report {
            audit: &self.audit,
            cluster: &self.context.cluster,
            scanned_at,
            filter,
            version: env!("CARGO_PKG_VERSION"),
            policy: self.context.policy,
            scope: self.context.scope,
            comparison: compared.map(|(baseline, diff)| Comparison { baseline, diff }),
        }
    }
}

fn audit(judged: &Judged, args: &OutputArgs) -> Result<Exit, RunError> {
    let filter = args.filter();
    let report = judged.report(&filter, now()?);
    for Output { format, path } in &args.outputs {
        let look = look(args.color, path.is_none());
        output::write(path.as_deref(), |out| format.write(&report, look, out))?;
    }
    note_gaps(&report.audit.coverage);
    Ok(exit(&report, args.fail_on))
}

pub(super) fn exit(report: &Report, fail_on: Option<FailOn>) -> Exit {
    if let (Some(gate), Some(comparison)) = (fail_on.filter(|on| on.only_new), report.comparison) {
        let complete = is_complete(&report.audit.coverage);
        let otherwise = if complete { Exit::Done } else { Exit::Incomplete };
        return gate.exit(comparison.diff).unwrap_or(otherwise);
    }
    let failed = |from: FailOn| {
        let severities = Severity::WORST_FIRST.into_iter().filter(|s| *s >= from.severity);
        severities.map(|s| report.count(Verdict::Fail, Some(s))).sum::<usize>() > 0
    };
    match (fail_on.is_some_and(failed), is_complete(&report.audit.coverage)) {
        (true, _) => Exit::Findings,
        (false, false) => Exit::Incomplete,
        (false, true) => Exit::Done,
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
pub(super) fn finish(
    args: &SubOutputArgs,
    coverage: &[Coverage],
    complete: bool,
    write: impl Fn(SubFormat, Look, &mut dyn Write) -> io::Result<()>,
) -> Result<Exit, RunError> {
    for Output { format, path } in &args.outputs {
        let look = look(args.color, path.is_none());
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
