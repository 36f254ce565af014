//! The command line: kubectl's words with kubectl's meanings. Syntax here, meaning in [`run`].

use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, Subcommand};

use crate::explain::Target;
use crate::inventory::Shard;
use crate::reach;
use crate::report::PathsFormat;

mod audit;
mod can;
mod clusters;
mod config;
mod conflicts;
mod diff;
mod explain;
mod help;
mod merge;
mod output;
mod paths;
mod pss;
mod run;
mod source;
mod values;

#[cfg(test)]
pub(crate) use config::options_schema;
pub use config::parse;
pub use help::{EXAMPLES, examples};
use output::{OUTPUT, OutputArgs, SubOutputArgs};
pub use run::{RunError, run};
use source::SourceArgs;
use values::{Color, Output};

/// Audits the effective security posture of every Pod and ServiceAccount in a Kubernetes cluster
///
/// podaudit reads the current kubeconfig context, or its own cluster when there is none, and
/// judges what is true of the running pods: whether an API token is mounted, whether they run as
/// root, which capabilities they hold.
#[derive(Debug, Parser)]
#[command(version, after_help = help::after_help(), disable_help_subcommand = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    source: SourceArgs,
    #[command(flatten)]
    output: OutputArgs,
    #[arg(skip)]
    effective: config::Effective,
    /// Read one part of the pods only, for example 2/3, and write it for podaudit merge; job/3 is
    /// the part of this pod of an Indexed Job
    #[arg(long, value_name = "I/N", help_heading = "Source", conflicts_with_all = NO_REPORT)]
    #[arg(value_parser = values::shard)]
    shard: Option<Shard>,
}

/// What a shard has no report for.
const NO_REPORT: [&str; 10] = [
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

#[derive(Debug, Subcommand)]
enum Command {
    /// List the rules, or explain one
    Rules {
        /// A rule's id, for example runs-as-root
        id: Option<String>,
    },
    /// Explain what is true of a pod or workload, and what decided it
    Explain {
        /// For example pod/web-1, deploy/web or deploy/web/app for one container
        #[arg(value_name = "KIND/NAME[/CONTAINER]")]
        target: Target,
        #[command(flatten)]
        output: SubOutputArgs,
    },
    /// Show which level of the Pod Security Standards each namespace enforces, and could enforce
    Pss(SubOutputArgs),
    /// Write the script that completes command lines in this shell
    Completions {
        /// For example: source <(podaudit completions bash)
        shell: clap_complete::Shell,
    },
    /// Write the man page
    Man,
    /// Show the options of the audit and the rules as configured, and where each value comes from
    Config(SubOutputArgs),
    /// Show what changed between two JSON reports
    Diff(diff::DiffArgs),
    /// Show what a ServiceAccount may do, how dangerous that is, and what grants it
    Can {
        /// For example shop/cart
        #[arg(value_name = "NAMESPACE/SERVICEACCOUNT")]
        account: can::Account,
        #[command(flatten)]
        output: SubOutputArgs,
    },
    /// Audit a scan that was split with --shard, from the files of all its shards
    Merge {
        /// What --shard wrote
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// Leave out files that are older, or not there: their shards are missing then
        #[arg(long, value_name = "DURATION", value_parser = values::duration)]
        max_age: Option<Duration>,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Show where a takeover of each workload leads, step by step, and what to change first
    Paths {
        /// Only from this workload or ServiceAccount: deploy/web, deploy/web/app or shop/cart
        #[arg(long, value_name = "KIND/NAME[/CONTAINER]|NAMESPACE/SERVICEACCOUNT")]
        from: Option<String>,
        /// Only to cluster-admin, control-plane-node, node or secrets:NAMESPACE
        #[arg(long, value_name = "TARGET")]
        to: Option<reach::PathTarget>,
        /// The few changes that free most workloads, instead of the paths
        #[arg(long, conflicts_with_all = ["from", "to"])]
        cuts: bool,
        /// Format, and a file if it is not for standard output: table, json, mermaid, dot; repeatable
        #[arg(
            short,
            long = "output",
            value_name = "FORMAT[=PATH]",
            default_value = "table",
            help_heading = "Output"
        )]
        outputs: Vec<Output<PathsFormat>>,
        /// When to use colours; NO_COLOR and CLICOLOR_FORCE are honoured
        #[arg(long, value_name = "WHEN", default_value = "auto", help_heading = "Output")]
        color: Color,
    },
}
