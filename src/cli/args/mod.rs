//! The syntax of the command line, and nothing of its meaning: a structure of arguments for each
//! command. A command has the source options that it uses; which options exclude each other is said
//! in `validate`.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, Command, CommandFactory, Parser, Subcommand};

use crate::explain::ExplainTarget;
use crate::inventory::Shard;
use crate::reach;
use crate::report::{CommandFormat, PathsFormat};

pub(super) mod examples;
pub(super) mod output;
pub(super) mod source;
pub(super) mod values;

use super::gate::Gate;
use output::{AuditOutputArgs, OutputArgs};
use source::{AudienceArgs, ContextsArgs, SelectorArgs, SourceArgs, TokenArgs};
use values::AccountName;

/// Audits the effective security posture of every Pod and ServiceAccount in a Kubernetes cluster
///
/// podaudit reads the current kubeconfig context, or its own cluster when there is none, and
/// judges what is true of the running pods: whether an API token is mounted, whether they run as
/// root, which capabilities they hold.
#[derive(Debug, Parser)]
#[command(version)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Option<CommandArgs>,
    #[command(flatten)]
    pub(super) audit: AuditArgs,
}

/// Arguments of the audit, which is what podaudit does without a command.
#[derive(Debug, Args)]
pub(super) struct AuditArgs {
    #[command(flatten)]
    pub(super) source: SourceArgs,
    #[command(flatten)]
    pub(super) selector: SelectorArgs,
    #[command(flatten)]
    pub(super) tokens: TokenArgs,
    #[command(flatten)]
    pub(super) contexts: ContextsArgs,
    /// Read one part of the pods only, for example 2/3, and write it for podaudit merge; job/3 is
    /// the part of this pod of an Indexed Job
    #[arg(long, value_name = "I/N", help_heading = source::HEADING, value_parser = values::shard)]
    pub(super) shard: Option<Shard>,
    #[command(flatten)]
    pub(super) output: AuditOutputArgs,
}

#[derive(Debug, Subcommand)]
pub(super) enum CommandArgs {
    /// List the rules, or explain one
    Rules(RulesArgs),
    /// Explain what is true of a pod or workload, and what decided it
    Explain(ExplainArgs),
    /// Show which level of the Pod Security Standards each namespace enforces, and could enforce
    Pss(PssArgs),
    /// Write the script that completes command lines in this shell
    Completions(CompletionsArgs),
    /// Write the man page
    Man,
    /// Show the options of the audit and the rules as configured, and where each value comes from
    Config(OutputArgs<CommandFormat>),
    /// Show what changed between two JSON reports
    Diff(DiffArgs),
    /// Show what a ServiceAccount may do, how dangerous that is, and what grants it
    Can(CanArgs),
    /// Audit a scan that was split with --shard, from the files of all its shards
    Merge(MergeArgs),
    /// Show where a takeover of each workload leads, step by step, and what to change first
    Paths(PathsArgs),
    /// Print the version
    Version,
}

#[derive(Debug, Args)]
pub(super) struct RulesArgs {
    /// A rule's id, for example runs-as-root
    pub(super) id: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// For example pod/web-1, deploy/web or deploy/web/app for one container
    #[arg(value_name = "KIND/NAME[/CONTAINER]")]
    pub(super) target: ExplainTarget,
    #[command(flatten)]
    pub(super) source: SourceArgs,
    #[command(flatten)]
    pub(super) selector: SelectorArgs,
    #[command(flatten)]
    pub(super) tokens: TokenArgs,
    #[command(flatten)]
    pub(super) output: OutputArgs<CommandFormat>,
}

#[derive(Debug, Args)]
pub(super) struct PssArgs {
    #[command(flatten)]
    pub(super) source: SourceArgs,
    #[command(flatten)]
    pub(super) selector: SelectorArgs,
    #[command(flatten)]
    pub(super) output: OutputArgs<CommandFormat>,
}

#[derive(Debug, Args)]
pub(super) struct CompletionsArgs {
    /// For example: source <(podaudit completions bash)
    pub(super) shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub(super) struct DiffArgs {
    /// The older JSON report
    #[arg(value_name = "OLD.json")]
    pub(super) old: PathBuf,
    /// The newer JSON report
    #[arg(value_name = "NEW.json")]
    pub(super) new: PathBuf,
    /// Exit with 1 if a finding is new and this severe or worse; new: may stand before it
    #[arg(long, value_name = "[new:]SEVERITY")]
    pub(super) fail_on: Option<Gate>,
    #[command(flatten)]
    pub(super) output: OutputArgs<CommandFormat>,
}

#[derive(Debug, Args)]
pub(super) struct CanArgs {
    /// For example shop/cart
    #[arg(value_name = "NAMESPACE/SERVICEACCOUNT")]
    pub(super) account: AccountName,
    #[command(flatten)]
    pub(super) source: SourceArgs,
    #[command(flatten)]
    pub(super) output: OutputArgs<CommandFormat>,
}

#[derive(Debug, Args)]
pub(super) struct MergeArgs {
    /// What --shard wrote
    #[arg(required = true, value_name = "FILE")]
    pub(super) files: Vec<PathBuf>,
    /// Leave out files that are older, or not there: their shards are missing then
    #[arg(long, value_name = "DURATION", value_parser = values::duration)]
    pub(super) max_age: Option<Duration>,
    #[command(flatten)]
    pub(super) audiences: AudienceArgs,
    #[command(flatten)]
    pub(super) output: AuditOutputArgs,
}

#[derive(Debug, Args)]
pub(super) struct PathsArgs {
    /// Only from this workload or ServiceAccount: deploy/web, deploy/web/app or shop/cart
    #[arg(long, value_name = "KIND/NAME[/CONTAINER]|NAMESPACE/SERVICEACCOUNT")]
    pub(super) from: Option<String>,
    /// Only to cluster-admin, control-plane-node, node or secrets:NAMESPACE
    #[arg(long, value_name = "TARGET")]
    pub(super) to: Option<reach::PathTarget>,
    /// The few changes that free most workloads, instead of the paths
    #[arg(long)]
    pub(super) cuts: bool,
    #[command(flatten)]
    pub(super) source: SourceArgs,
    #[command(flatten)]
    pub(super) selector: SelectorArgs,
    #[command(flatten)]
    pub(super) tokens: TokenArgs,
    #[command(flatten)]
    pub(super) output: OutputArgs<PathsFormat>,
}

/// The name that whoever called the program knows it by, from its first argument.
pub(super) fn program(called_as: Option<&OsString>) -> &'static str {
    let name = called_as.map(Path::new).and_then(Path::file_stem);
    // kubectl finds a plugin under either name.
    match name.and_then(|name| name.to_str()) {
        Some("kubectl-podaudit" | "kubectl_podaudit") => "kubectl podaudit",
        _ => "podaudit",
    }
}

/// The one definition of the command line: parser, help, completions and the man page.
pub(super) fn definition(program: &'static str) -> Command {
    Cli::command().bin_name(program).after_help(examples::after_help(program))
}

#[cfg(test)]
mod tests {
    use super::{definition, program};

    #[test]
    fn the_definition_is_sound() {
        definition("podaudit").debug_assert();
    }

    #[test]
    fn a_plugin_is_called_as_kubectl_calls_it() {
        let called = |name: &str| program(Some(&name.into()));
        assert_eq!(called("/usr/local/bin/kubectl-podaudit"), "kubectl podaudit");
        assert_eq!(called("kubectl_podaudit.exe"), "kubectl podaudit");
        assert_eq!(called("./podaudit"), "podaudit");
        assert_eq!(program(None), "podaudit");
    }
}
