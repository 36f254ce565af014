//! The command line: kubectl's words with kubectl's meanings. Syntax here, meaning in [`run`].

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};

use crate::cluster::{ConnectOptions, Gzip, Scope};
use crate::exit::Exit;
use crate::explain::Target;
use crate::finding::{Severity, Verdict};
use crate::inventory::Shard;
use crate::inventory::coverage::Resource;
use crate::manifest::{self, Selector};
use crate::push::Gateway;
use crate::reach;
use crate::report::{Filter, Format, PathsFormat, SubFormat};
use crate::scan::Source;

mod can;
mod explain;
mod merge;
mod paths;
mod pss;
mod run;
mod values;

pub use run::{RunError, run};
use values::{Color, Output, Show, duration, limits};

/// Audits the effective security posture of every Pod and ServiceAccount in a Kubernetes cluster
///
/// podaudit reads the current kubeconfig context, or its own cluster when there is none, and
/// judges what is true of the running pods: whether an API token is mounted, whether they run as
/// root, which capabilities they hold.
#[derive(Debug, Parser)]
#[command(version, after_help = after_help(), disable_help_subcommand = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    source: SourceArgs,
    #[command(flatten)]
    output: OutputArgs,
    /// Read one part of the pods only, for example 2/3, and write it for podaudit merge
    #[arg(long, value_name = "I/N", help_heading = "Source", conflicts_with_all = NO_REPORT)]
    shard: Option<Shard>,
}

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
        to: Option<reach::Target>,
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

#[derive(Debug, PartialEq, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch on the command line")]
#[command(next_help_heading = "Source")]
struct SourceArgs {
    /// Path of the kubeconfig file
    #[arg(long, global = true, value_name = "FILE")]
    kubeconfig: Option<PathBuf>,
    /// Kubeconfig context to use
    #[arg(long, global = true, value_name = "NAME")]
    context: Option<String>,
    /// Kubeconfig cluster to use
    #[arg(long, global = true, value_name = "NAME")]
    cluster: Option<String>,
    /// Kubeconfig user to use
    #[arg(long, global = true, value_name = "NAME")]
    user: Option<String>,
    /// User to impersonate
    #[arg(long = "as", global = true, value_name = "USER")]
    impersonate: Option<String>,
    /// Group to impersonate; repeatable
    #[arg(long = "as-group", global = true, value_name = "GROUP", requires = "impersonate")]
    impersonate_groups: Vec<String>,
    /// Only this namespace; repeatable
    #[arg(short, long = "namespace", global = true, value_name = "NAMESPACE")]
    namespaces: Vec<String>,
    /// All namespaces, which is the default
    #[arg(short = 'A', long, global = true, conflicts_with = "namespaces")]
    all_namespaces: bool,
    /// Only pods with these labels, for example app=web,tier!=test
    #[arg(short = 'l', long, global = true, value_name = "SELECTOR", default_value = "")]
    selector: String,
    /// List the names of token Secrets, never their data; needs the right to list secrets
    #[arg(long, global = true, conflicts_with = "filename", conflicts_with = "demo")]
    with_secret_metadata: bool,
    /// The API server's --api-audiences, which no API shows
    #[arg(long, global = true, value_name = "AUDIENCE", value_delimiter = ',')]
    api_audiences: Vec<String>,
    /// Limit for one request, for example 30s or 2m; 0 for none
    #[arg(long, global = true, value_name = "DURATION", default_value = "60s", value_parser = duration)]
    request_timeout: Duration,
    /// Limit for reading the cluster, for example 10m; the report then says what is missing; 0 for none
    #[arg(long, global = true, value_name = "DURATION", default_value = "10m", value_parser = duration)]
    timeout: Duration,
    /// When to ask for compressed answers; auto is not in the cluster and not on loopback
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    gzip: Gzip,
    /// Ask for JSON, never for protobuf: to tell faults of the two apart
    #[arg(long, global = true, hide = true)]
    json_only: bool,
    /// Audit a file or folder of manifests or kubectl output, or - for standard input; repeatable
    #[arg(short, long, global = true, value_name = "FILE|DIR|-", conflicts_with_all = LIVE)]
    filename: Vec<PathBuf>,
    /// Audit a built-in sample cluster
    #[arg(long, global = true, conflicts_with = "filename", conflicts_with_all = LIVE)]
    demo: bool,
}

/// What a shard has no report for.
const NO_REPORT: [&str; 6] =
    ["show", "min_severity", "push_gateway", "metrics_workloads", "fail_on", "api_audiences"];

/// What makes sense for a live cluster only.
const LIVE: [&str; 5] = ["kubeconfig", "context", "cluster", "user", "impersonate"];

#[derive(Debug, PartialEq, Args)]
#[command(next_help_heading = "Output")]
struct OutputArgs {
    /// Format, and a file if it is not for standard output; repeatable; the formats are below
    #[arg(short, long = "output", value_name = "FORMAT[=PATH]", default_value = "table")]
    outputs: Vec<Output<Format>>,
    /// Verdicts to show: fail, unknown, all
    #[arg(long, value_name = "VERDICT", value_delimiter = ',', default_value = "fail,unknown")]
    show: Vec<Show>,
    /// Hide findings that are less severe
    #[arg(long, value_name = "SEVERITY", default_value = "low")]
    min_severity: Severity,
    /// Send metrics to this Pushgateway as well
    #[arg(long, value_name = "http://HOST:PORT")]
    push_gateway: Option<Gateway>,
    /// Tell workloads apart in metrics: up to four series for each
    #[arg(long)]
    metrics_workloads: bool,
    /// Exit with 1 if a finding is this severe or worse
    #[arg(long, value_name = "SEVERITY")]
    fail_on: Option<Severity>,
    /// When to use colours; NO_COLOR and CLICOLOR_FORCE are honoured
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    color: Color,
}

/// Where the output of a subcommand goes.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
struct SubOutputArgs {
    /// Format, and a file if it is not for standard output: table, json; repeatable
    #[arg(short, long = "output", value_name = "FORMAT[=PATH]", default_value = "table")]
    outputs: Vec<Output<SubFormat>>,
    /// When to use colours; NO_COLOR and CLICOLOR_FORCE are honoured
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    color: Color,
}

impl SourceArgs {
    fn source(
        self,
        resources: &[Resource],
        shard: Option<Shard>,
    ) -> Result<Source, manifest::SelectorError> {
        let selector: Selector = self.selector.parse()?;
        let options = manifest::Options { namespaces: self.namespaces.clone(), selector };
        if self.demo {
            return Ok(Source::Demo(options));
        }
        if !self.filename.is_empty() {
            return Ok(Source::Files(self.filename, options));
        }
        let connect = ConnectOptions {
            kubeconfig: self.kubeconfig,
            context: self.context,
            cluster: self.cluster,
            user: self.user,
            impersonate: self.impersonate,
            impersonate_groups: self.impersonate_groups,
            request_timeout: (!self.request_timeout.is_zero()).then_some(self.request_timeout),
            timeout: (!self.timeout.is_zero()).then_some(self.timeout),
            gzip: self.gzip,
            json_only: self.json_only,
        };
        let scope = Scope {
            resources: resources.to_vec(),
            namespaces: self.namespaces,
            selector: self.selector,
            with_secret_metadata: self.with_secret_metadata,
            shard,
        };
        Ok(Source::Live(connect, scope))
    }
}

impl OutputArgs {
    fn filter(&self) -> Filter {
        let verdicts = [
            (Verdict::Fail, self.show.contains(&Show::Fail)),
            (Verdict::Unknown, self.show.contains(&Show::Unknown)),
            (Verdict::Pass, false),
            (Verdict::NotApplicable, false),
        ];
        let all = self.show.contains(&Show::All);
        let verdicts = verdicts.into_iter().filter(|(_, on)| *on || all).map(|(v, _)| v).collect();
        Filter {
            verdicts,
            min_severity: self.min_severity,
            workload_series: self.metrics_workloads,
        }
    }
}

/// A usage error that clap cannot see.
fn conflict<F>(outputs: &[Output<F>]) -> Option<&'static str> {
    let to_stdout = outputs.iter().filter(|output| output.path.is_none()).count();
    (to_stdout > 1).then_some("only one -o can go to standard output; give the others a path")
}

fn after_help() -> String {
    let usage = (2, "usage error");
    let mut codes: Vec<_> = Exit::ALL.iter().map(|e| (e.code(), e.meaning())).collect();
    codes.push(usage);
    codes.sort_unstable();
    let codes: Vec<_> = codes.iter().map(|(code, text)| format!("\n  {code}  {text}")).collect();
    let codes = codes.concat();
    let formats = Format::ALL.map(|f| format!("\n  {:<12} {}", f.as_str(), f.purpose())).concat();
    format!(
        "Formats:{formats}\n\nExit codes:{codes}\n\nExamples:\n  \
         podaudit                              the current context, as a table\n  \
         podaudit -n shop --fail-on high       one namespace, as a gate\n  \
         podaudit -o json=night.json -o table  a report to keep and one to read\n  \
         kubectl get pods,sa,ns -A -o json | podaudit -f -\n  \
         podaudit explain deploy/web -n shop   what is true of it, and why\n  \
         podaudit pss                          what namespaces enforce, and could\n  \
         podaudit can shop/cart                what a ServiceAccount may do\n  \
         podaudit paths --cuts                 what to change first, and what that frees\n  \
         podaudit --shard 1/2 -o json=1.json   a part of a large cluster, for podaudit merge\n  \
         podaudit rules runs-as-root           what a rule means"
    )
}
