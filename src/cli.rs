//! The command line: kubectl's words with kubectl's meanings. Syntax here, meaning in [`run`].

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};

use crate::cluster::{ConnectOptions, Scope};
use crate::explain::Target;
use crate::finding::{Severity, Verdict};
use crate::inventory::coverage::Resource;
use crate::manifest::{self, Selector};
use crate::policy::{Policy, RuleSetting};
use crate::report::{Filter, Format, SubFormat};
use crate::scan::Source;
use crate::suppression::{self, ExceptionsError};

mod can;
mod clusters;
mod config;
mod diff;
mod explain;
mod help;
mod pss;
mod run;
mod values;

#[cfg(test)]
pub(crate) use config::options_schema;
pub use config::parse;
use diff::FailOn;
pub use help::{EXAMPLES, examples};
pub use run::{RunError, run};
use values::{Color, Output, Show, duration};

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
    /// Write the script that completes command lines in this shell
    Completions {
        /// For example: source <(podaudit completions bash)
        shell: clap_complete::Shell,
    },
    /// Write the man page
    Man,
    /// Show the options of the audit and the rules as configured, and where each value comes from
    Config,
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
}

#[expect(clippy::struct_excessive_bools, reason = "independent flags of a command line")]
#[derive(Debug, Args)]
#[command(next_help_heading = "Source")]
struct SourceArgs {
    /// Path of the kubeconfig file
    #[arg(long, global = true, value_name = "FILE")]
    kubeconfig: Option<PathBuf>,
    /// Kubeconfig context to use
    #[arg(long, global = true, value_name = "NAME")]
    context: Option<String>,
    /// Audit these contexts side by side, in one report
    #[arg(long, value_name = "NAMES", value_delimiter = ',', conflicts_with_all = ONE)]
    contexts: Vec<String>,
    /// Audit every context of the kubeconfig side by side, in one report
    #[arg(long, conflicts_with = "contexts", conflicts_with_all = ONE)]
    all_contexts: bool,
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
    /// Audit a file or folder of manifests or kubectl output, or - for standard input; repeatable
    #[arg(short, long, global = true, value_name = "FILE|DIR|-", conflicts_with_all = LIVE)]
    filename: Vec<PathBuf>,
    /// Audit a built-in sample cluster
    #[arg(long, global = true, conflicts_with = "filename", conflicts_with_all = LIVE)]
    demo: bool,
}

/// The heading of the audit's own options, which are those of the configuration file.
const OUTPUT: &str = "Output";

/// What makes sense for a live cluster only.
const LIVE: [&str; 5] = ["kubeconfig", "context", "cluster", "user", "impersonate"];
/// What several contexts cannot be combined with.
const ONE: [&str; 5] = ["context", "cluster", "filename", "demo", "baseline"];

#[derive(Debug, Args)]
#[command(next_help_heading = OUTPUT)]
struct OutputArgs {
    /// Format, and a file if it is not for standard output: table, json, sarif; repeatable
    #[arg(
        short,
        long = "output",
        env = "PODAUDIT_OUTPUT",
        value_name = "FORMAT[=PATH]",
        default_value = "table"
    )]
    outputs: Vec<Output<Format>>,
    /// What to show: fail, unknown, excepted, fixed (in SARIF, with --baseline), all
    #[arg(
        long,
        value_name = "VERDICT",
        env = "PODAUDIT_SHOW",
        value_delimiter = ',',
        default_value = "fail,unknown"
    )]
    show: Vec<Show>,
    /// Hide findings that are less severe
    #[arg(long, value_name = "SEVERITY", default_value = "low", env = "PODAUDIT_MIN_SEVERITY")]
    min_severity: Severity,
    /// Exit with 1 if a finding is this severe or worse; new:high counts what --baseline has not
    #[arg(long, value_name = "[new:]SEVERITY", env = "PODAUDIT_FAIL_ON")]
    fail_on: Option<FailOn>,
    /// Compare with this older JSON report
    #[arg(long, value_name = "FILE", env = "PODAUDIT_BASELINE")]
    baseline: Option<PathBuf>,
    /// Accept the findings that this file of exceptions names
    #[arg(long, value_name = "FILE", env = "PODAUDIT_EXCEPTIONS")]
    exceptions: Option<PathBuf>,
    /// Accept findings also by annotations on the objects: whoever edits a pod can then hide it
    #[arg(long, env = "PODAUDIT_ALLOW_ANNOTATIONS")]
    allow_annotations: bool,
    /// When to use colours; NO_COLOR and CLICOLOR_FORCE are honoured
    #[arg(long, value_name = "WHEN", env = "PODAUDIT_COLOR", default_value = "auto")]
    color: Color,
    /// Configuration; otherwise podaudit/config.yaml in the folder for configuration, if it is there
    #[arg(long, value_name = "FILE", env = "PODAUDIT_CONFIG")]
    config: Option<PathBuf>,
    /// Profile of the configuration
    #[arg(long, value_name = "NAME", env = "PODAUDIT_PROFILE")]
    profile: Option<String>,
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
    fn source(self, resources: &[Resource]) -> Result<Source, manifest::SelectorError> {
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
        };
        let scope = Scope {
            resources: resources.to_vec(),
            namespaces: self.namespaces,
            selector: self.selector,
            with_secret_metadata: self.with_secret_metadata,
        };
        Ok(Source::Live(connect, scope))
    }
}

impl OutputArgs {
    /// What is decided about rules and findings, on this day.
    fn policy(
        &self,
        rules: &std::collections::BTreeMap<String, RuleSetting>,
        today: jiff::civil::Date,
    ) -> Result<Policy, ExceptionsError> {
        Ok(Policy {
            exceptions: self
                .exceptions
                .as_deref()
                .map(suppression::read)
                .transpose()?
                .unwrap_or_default(),
            annotations: self.allow_annotations,
            today: Some(today),
            rules: rules.clone(),
        })
    }

    /// A usage error that clap cannot see.
    fn lacks_baseline(&self) -> Option<&'static str> {
        let only_new = self.fail_on.is_some_and(|gate| gate.only_new);
        (only_new && self.baseline.is_none()).then_some("--fail-on new: needs --baseline")
    }

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
            excepted: all || self.show.contains(&Show::Excepted),
            fixed: all || self.show.contains(&Show::Fixed),
        }
    }
}

/// A usage error that clap cannot see.
fn conflict<F>(outputs: &[Output<F>]) -> Option<&'static str> {
    let to_stdout = outputs.iter().filter(|output| output.path.is_none()).count();
    (to_stdout > 1).then_some("only one -o can go to standard output; give the others a path")
}
