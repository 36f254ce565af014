//! The command line: kubectl's words with kubectl's meanings. Syntax here, meaning in [`run`].

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::cluster::{ConnectOptions, Scope};
use crate::exit::Exit;
use crate::finding::{Severity, Verdict};
use crate::manifest::{self, Selector};
use crate::report::{Filter, Format, StandardsFormat};
use crate::scan::Source;

mod pss;
mod run;

pub use run::{RunError, run};

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
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the rules, or explain one
    Rules {
        /// A rule's id, for example runs-as-root
        id: Option<String>,
    },
    /// Show which level of the Pod Security Standards each namespace enforces, and could enforce
    Pss(pss::PssArgs),
}

#[derive(Debug, Args)]
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

/// What makes sense for a live cluster only.
const LIVE: [&str; 5] = ["kubeconfig", "context", "cluster", "user", "impersonate"];

#[derive(Debug, PartialEq, Args)]
#[command(next_help_heading = "Output")]
struct OutputArgs {
    /// Format, and a file if it is not for standard output: table, json, sarif; repeatable
    #[arg(short, long = "output", value_name = "FORMAT[=PATH]", default_value = "table")]
    outputs: Vec<Output<Format>>,
    /// Verdicts to show: fail, unknown, all
    #[arg(long, value_name = "VERDICT", value_delimiter = ',', default_value = "fail,unknown")]
    show: Vec<Show>,
    /// Hide findings that are less severe
    #[arg(long, value_name = "SEVERITY", default_value = "low")]
    min_severity: Severity,
    /// Exit with 1 if a finding is this severe or worse
    #[arg(long, value_name = "SEVERITY")]
    fail_on: Option<Severity>,
    /// When to use colours; NO_COLOR and CLICOLOR_FORCE are honoured
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    color: Color,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Show {
    Fail,
    Unknown,
    All,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Color {
    Auto,
    Always,
    Never,
}

/// A format and where it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Output<F> {
    format: F,
    /// `None` for standard output.
    path: Option<PathBuf>,
}

impl<F: ValueEnum> FromStr for Output<F> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, path) = match text.split_once('=') {
            Some((_, "")) => return Err("a path must follow =".to_owned()),
            Some((name, "-")) => (name, None),
            Some((name, path)) => (name, Some(PathBuf::from(path))),
            None => (text, None),
        };
        let formats = || {
            let named = |format: &F| Some((*format).clone()).zip(format.to_possible_value());
            F::value_variants().iter().filter_map(named)
        };
        let format = formats().find(|(_, value)| value.get_name() == name).ok_or_else(|| {
            let names: Vec<_> = formats().map(|(_, value)| value.get_name().to_owned()).collect();
            format!("one of {}", names.join(", "))
        })?;
        let format = format.0;
        Ok(Self { format, path })
    }
}

impl ValueEnum for Format {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }
    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(clap::builder::PossibleValue::new(self.as_str()))
    }
}

impl ValueEnum for StandardsFormat {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }
    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(clap::builder::PossibleValue::new(self.as_str()))
    }
}

impl ValueEnum for Severity {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::WORST_FIRST
    }
    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(clap::builder::PossibleValue::new(self.as_str()))
    }
}

/// kubectl's durations: a number of seconds, or numbers with units (`1m30s`).
fn duration(text: &str) -> Result<Duration, String> {
    let invalid = || format!("{text:?} is not a duration such as 30s or 2m");
    if let Ok(seconds) = text.parse() {
        return Ok(Duration::from_secs(seconds));
    }
    let span: jiff::SignedDuration = text.parse().map_err(|_| invalid())?;
    Duration::try_from(span).map_err(|_| invalid())
}

impl SourceArgs {
    fn source(self) -> Result<Source, manifest::SelectorError> {
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
        Ok(Source::Live(connect, Scope { namespaces: self.namespaces, selector: self.selector }))
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
        Filter { verdicts, min_severity: self.min_severity }
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
    format!(
        "Exit codes:{codes}\n\nExamples:\n  \
         podaudit                              the current context, as a table\n  \
         podaudit -n shop --fail-on high       one namespace, as a gate\n  \
         podaudit -o json=night.json -o table  a report to keep and one to read\n  \
         kubectl get pods,sa -A -o json | podaudit -f -\n  \
         podaudit pss                          what namespaces enforce, and could\n  \
         podaudit rules runs-as-root           what a rule means"
    )
}
