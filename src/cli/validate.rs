//! Everything that the syntax allows and that cannot be run: refused once, before anything is read.
//! A conflict is a row of a table or a variant with its message; what passes is an [`Invocation`].

use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, Command, ValueEnum};

use super::args::output::{AuditOutputArgs, OutputArgs};
use super::args::source::{self, Reads};
use super::args::values::{Color, OutputTarget, Show};
use super::args::{AuditArgs, CommandArgs, ExplainArgs, MergeArgs, PathsArgs, output};
use super::command::audit::AuditRun;
use super::command::can::CanRun;
use super::command::cluster_audit::{AuditPlan, OlderReports, PolicyPlan};
use super::command::clusters::ClustersRun;
use super::command::config::ConfigRun;
use super::command::diff::DiffRun;
use super::command::explain::ExplainRun;
use super::command::merge::MergeRun;
use super::command::paths::{PathsQuery, PathsRun};
use super::command::pss::PssRun;
use super::command::shard::ShardRun;
use super::invocation::Invocation;
use super::layers::{EffectiveConfig, Given, Layered};
use super::outputs::Outputs;
use crate::finding::Verdict;
use crate::inventory::Resource;
use crate::output::is_same;
use crate::report::{CanReport, Document, Filter, Format, PathsReport, ReportsApi};
use crate::scan::ScanSource;

/// Options that none of the others can be given with, by their ids.
struct Exclusive {
    option: &'static str,
    others: &'static [&'static str],
}

const EXCLUSIVE: &[Exclusive] = &[
    Exclusive { option: "filename", others: &LIVE },
    Exclusive { option: "demo", others: &LIVE },
    Exclusive { option: "demo", others: &["filename"] },
    Exclusive { option: "with_secret_metadata", others: &["filename", "demo"] },
    Exclusive { option: "all_namespaces", others: &["namespaces"] },
    Exclusive { option: "contexts", others: &ONE_CLUSTER },
    Exclusive { option: "all_contexts", others: &ONE_CLUSTER },
    Exclusive { option: "all_contexts", others: &["contexts"] },
    Exclusive { option: "since_last", others: &["baseline"] },
    Exclusive { option: "cuts", others: &["from", "to"] },
    Exclusive { option: "shard", others: &OF_REPORTS },
    Exclusive { option: "shard", others: &["contexts", "all_contexts"] },
];

/// What makes sense for a cluster only.
const LIVE: [&str; 5] = ["kubeconfig", "context", "cluster", "user", "impersonate"];
/// What is about one cluster, or about none.
const ONE_CLUSTER: [&str; 5] = ["context", "cluster", "filename", "demo", "since_last"];
/// What a shard has no report for.
const OF_REPORTS: [&str; 10] = [
    "show",
    "min_severity",
    "push_gateway",
    "apply",
    "metrics_workloads",
    "fail_on",
    "baseline",
    "since_last",
    "exceptions",
    "api_audiences",
];

/// An option that means nothing without another, by their ids.
struct Requires {
    option: &'static str,
    needs: &'static str,
    /// What to write for the other one.
    written: &'static str,
}

const REQUIRES: &[Requires] =
    &[Requires { option: "impersonate_groups", needs: "impersonate", written: "--as" }];

/// A command line that is well-formed and cannot be run.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Conflict {
    #[error("{option} cannot be used with {other}")]
    Exclusive { option: String, other: String },
    #[error("{option} needs {needs}")]
    Requires { option: String, needs: &'static str },
    #[error("{option} cannot be used with the command {command}")]
    NotOfCommand { option: String, command: String },
    #[error("{option} is an option of the output, and goes behind the command {command}")]
    BeforeCommand { option: String, command: String },
    #[error("only one -o can go to standard output; give the others a path")]
    SeveralToStdout,
    #[error("two -o go to the same file; give each a path of its own")]
    SameFile,
    #[error("--fail-on new: needs --baseline or --since-last")]
    NewWithoutBaseline,
    #[error("--shard writes a file for podaudit merge: -o json or -o json=PATH")]
    ShardFormat,
    #[error("{} holds one cluster; use --context", .0.as_str())]
    FormatOfOneCluster(Format),
    #[error("--apply needs all pods of a namespace: not with -l")]
    ApplyWithSelector,
    #[error("--apply is for the cluster that is scanned: not with -f or --demo")]
    ApplyWithoutCluster,
    #[error("--apply is for the cluster that is scanned, and merge reads files")]
    ApplyOfMerge,
}

impl Conflict {
    /// The usage error of this command, or of the program itself.
    pub(super) fn usage_error(&self, definition: &Command, command: Option<&str>) -> clap::Error {
        let mut definition = definition.clone();
        definition.build();
        let mut place = match command {
            Some(name) => definition.find_subcommand(name).cloned().unwrap_or(definition),
            None => definition,
        };
        place.error(ErrorKind::ArgumentConflict, self)
    }
}

/// Refuses what stands before a command and is not the command's. Its source options may stand there;
/// those of the output may not, because they would be the audit's.
pub(super) fn placement(definition: &Command, matches: &ArgMatches) -> Result<(), Conflict> {
    let Some(name) = matches.subcommand_name() else { return Ok(()) };
    let of_command: Vec<_> =
        definition.find_subcommand(name).into_iter().flat_map(Command::get_arguments).collect();
    for arg in definition.get_arguments() {
        let id = arg.get_id();
        if matches.value_source(id.as_str()) != Some(ValueSource::CommandLine) {
            continue;
        }
        let heading = arg.get_help_heading();
        let is_of_command = of_command.iter().any(|other| other.get_id() == id);
        // `podaudit config` shows what the options before it come to.
        let is_shown = name == "config" && heading == Some(output::HEADING);
        if is_shown || (is_of_command && heading == Some(source::HEADING)) {
            continue;
        }
        let long = arg.get_long().unwrap_or(id.as_str());
        let (option, command) = (format!("--{long}"), name.to_owned());
        return Err(if is_of_command {
            Conflict::BeforeCommand { option, command }
        } else {
            Conflict::NotOfCommand { option, command }
        });
    }
    Ok(())
}

/// What the arguments ask for, if it can be run.
pub(super) fn invocation(layered: Layered) -> Result<Invocation, Conflict> {
    let Layered { cli, given, config } = layered;
    combinations(&given)?;
    let Some(command) = cli.command else { return audit(cli.audit, config) };
    Ok(match command {
        CommandArgs::Rules(args) => args.id.map_or(Invocation::Rules, Invocation::Rule),
        CommandArgs::Explain(args) => explain(args)?,
        CommandArgs::Pss(args) => {
            let reads = Reads::new(&Resource::AUDIT, args.selector.selector);
            let source = args.source.source(reads);
            Invocation::Pss(PssRun { source, outputs: outputs_of(args.output)? })
        }
        CommandArgs::Completions(args) => Invocation::Completions(args.shell),
        CommandArgs::Man => Invocation::Man,
        CommandArgs::Version => Invocation::Version,
        CommandArgs::Config(args) => {
            Invocation::Config(ConfigRun { config, outputs: outputs_of(args)? })
        }
        CommandArgs::Diff(args) => Invocation::Diff(DiffRun {
            old: args.old,
            new: args.new,
            gate: args.fail_on,
            outputs: outputs_of(args.output)?,
        }),
        CommandArgs::Can(args) => Invocation::Can(CanRun {
            account: args.account,
            source: args.source.source(Reads::new(CanReport::READS, None)),
            outputs: outputs_of(args.output)?,
        }),
        CommandArgs::Merge(args) => merge(args, config)?,
        CommandArgs::Paths(args) => paths(args)?,
    })
}

/// Refuses options that exclude each other, or lack one that they need.
fn combinations(given: &Given) -> Result<(), Conflict> {
    for Exclusive { option, others } in EXCLUSIVE {
        let Some(option) = given.get(option) else { continue };
        if let Some(other) = others.iter().find_map(|other| given.get(other)) {
            let (option, other) = (option.to_owned(), other.to_owned());
            return Err(Conflict::Exclusive { option, other });
        }
    }
    for Requires { option, needs, written } in REQUIRES {
        if let (Some(option), None) = (given.get(option), given.get(needs)) {
            return Err(Conflict::Requires { option: option.to_owned(), needs: written });
        }
    }
    Ok(())
}

fn audit(args: AuditArgs, config: EffectiveConfig) -> Result<Invocation, Conflict> {
    let AuditArgs { source, selector, tokens, contexts, shard, output } = args;
    let selector = selector.selector.unwrap_or_default();
    let scope = source.scope(&selector);
    let reads = Reads::new(&Resource::AUDIT, Some(selector));
    let reads = Reads { with_secret_metadata: tokens.with_secret_metadata, shard, ..reads };
    let source = source.source(reads);
    if let Some(shard) = shard {
        return Ok(Invocation::Shard(ShardRun { shard, source, scope, path: shard_path(output)? }));
    }
    let AuditOutputs { plan, older, apply } =
        audit_outputs(output, tokens.audiences.configured(), config)?;
    if apply.is_some() {
        can_apply(&source)?;
    }
    let Some(contexts) = contexts.several() else {
        return Ok(Invocation::Audit(Box::new(AuditRun { source, scope, plan, older, apply })));
    };
    let mut formats = plan.outputs.targets.iter().map(|target| target.format);
    if let Some(format) = formats.find(|format| !format.holds_clusters()) {
        return Err(Conflict::FormatOfOneCluster(format));
    }
    let baseline = older.baseline;
    let run = ClustersRun { source, contexts, scope, plan, baseline, apply };
    Ok(Invocation::Clusters(Box::new(run)))
}

/// Where a shard goes: it is JSON, and goes to one place.
fn shard_path(output: AuditOutputArgs) -> Result<Option<PathBuf>, Conflict> {
    match <[_; 1]>::try_from(output.outputs) {
        Ok([OutputTarget { format: Format::Json, path }]) => Ok(path),
        _ => Err(Conflict::ShardFormat),
    }
}

fn merge(args: MergeArgs, config: EffectiveConfig) -> Result<Invocation, Conflict> {
    let MergeArgs { files, max_age, audiences, output } = args;
    let AuditOutputs { plan, older, apply } =
        audit_outputs(output, audiences.configured(), config)?;
    match apply {
        Some(_) => Err(Conflict::ApplyOfMerge),
        None => Ok(Invocation::Merge(Box::new(MergeRun { files, max_age, plan, older }))),
    }
}

fn explain(args: ExplainArgs) -> Result<Invocation, Conflict> {
    let ExplainArgs { target, source, selector, tokens, output } = args;
    let reads = Reads::new(&Resource::AUDIT, selector.selector);
    let reads = Reads { with_secret_metadata: tokens.with_secret_metadata, ..reads };
    Ok(Invocation::Explain(ExplainRun {
        target,
        source: source.source(reads),
        audiences: tokens.audiences.configured(),
        outputs: outputs_of(output)?,
    }))
}

fn paths(args: PathsArgs) -> Result<Invocation, Conflict> {
    let PathsArgs { from, to, cuts, source, selector, tokens, output } = args;
    let reads = Reads::new(PathsReport::READS, selector.selector);
    let reads = Reads { with_secret_metadata: tokens.with_secret_metadata, ..reads };
    Ok(Invocation::Paths(PathsRun {
        query: if cuts { PathsQuery::Cuts } else { PathsQuery::Paths { from, to } },
        source: source.source(reads),
        audiences: tokens.audiences.configured(),
        outputs: outputs_of(output)?,
    }))
}

/// What the options of the audit's output come to.
struct AuditOutputs {
    plan: AuditPlan,
    older: OlderReports,
    apply: Option<ReportsApi>,
}

fn audit_outputs(
    args: AuditOutputArgs,
    audiences: Option<Vec<String>>,
    config: EffectiveConfig,
) -> Result<AuditOutputs, Conflict> {
    let filter = filter(&args);
    let older = OlderReports { baseline: args.baseline, since_last: args.since_last };
    let compares = older.baseline.is_some() || older.since_last.is_some();
    if args.fail_on.is_some_and(|gate| gate.only_new) && !compares {
        return Err(Conflict::NewWithoutBaseline);
    }
    let plan = AuditPlan {
        policy: PolicyPlan {
            exceptions: args.exceptions,
            annotations: args.allow_annotations,
            rules: config.rule_settings,
        },
        audiences,
        outputs: outputs(args.outputs, args.color)?,
        filter,
        gate: args.fail_on,
        push_gateway: args.push_gateway,
    };
    Ok(AuditOutputs { plan, older, apply: args.apply })
}

/// What a report shows.
fn filter(args: &AuditOutputArgs) -> Filter {
    let shows = |what| args.show.contains(&what) || args.show.contains(&Show::All);
    let verdicts = [
        (Verdict::Fail, shows(Show::Fail)),
        (Verdict::Unknown, shows(Show::Unknown)),
        (Verdict::Pass, args.show.contains(&Show::All)),
        (Verdict::NotApplicable, args.show.contains(&Show::All)),
    ];
    Filter {
        verdicts: verdicts.into_iter().filter(|(_, on)| *on).map(|(verdict, _)| verdict).collect(),
        min_severity: args.min_severity,
        excepted: shows(Show::Excepted),
        fixed: shows(Show::Fixed),
        workload_series: args.metrics_workloads,
    }
}

/// Reports of files belong to no cluster, and those of some pods would take the place of those of all.
fn can_apply(source: &ScanSource) -> Result<(), Conflict> {
    match source {
        ScanSource::Live(_, scope) if scope.selector.is_empty() => Ok(()),
        ScanSource::Live(..) => Err(Conflict::ApplyWithSelector),
        ScanSource::Files(..) | ScanSource::Demo(_) => Err(Conflict::ApplyWithoutCluster),
    }
}

fn outputs_of<F: ValueEnum + Send + Sync>(args: OutputArgs<F>) -> Result<Outputs<F>, Conflict> {
    outputs(args.outputs, args.color)
}

/// Of two reports in one place, one would be lost.
fn outputs<F>(targets: Vec<OutputTarget<F>>, color: Color) -> Result<Outputs<F>, Conflict> {
    let paths: Vec<_> = targets.iter().map(|target| target.path.as_deref()).collect();
    for (number, path) in paths.iter().enumerate() {
        if paths[..number].iter().any(|other| is_same(*path, *other)) {
            let to_stdout = is_same(*path, None);
            return Err(if to_stdout { Conflict::SeveralToStdout } else { Conflict::SameFile });
        }
    }
    Ok(Outputs { targets, color })
}

#[cfg(test)]
mod tests;
