//! What to make of a scan, and where it goes: the options of the audit and of its subcommands.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;
use jiff::civil::Date;

use super::diff::FailOn;
use super::values::{Color, Output, Show};
use crate::baseline::{self, BaselineError, Side};
use crate::finding::{Severity, Verdict};
use crate::policy::{Policy, RuleSetting};
use crate::push::Gateway;
use crate::report::{Filter, Format, ReportsApi, SubFormat};
use crate::scan::Source;
use crate::suppression::{self, ExceptionsError};

/// The heading of the audit's own options, which are those of the configuration file.
pub(super) const OUTPUT: &str = "Output";

#[derive(Debug, Args)]
#[command(next_help_heading = OUTPUT)]
pub(super) struct OutputArgs {
    /// Format, and a file if it is not for standard output; repeatable; the formats are below
    #[arg(
        short,
        long = "output",
        env = "PODAUDIT_OUTPUT",
        value_name = "FORMAT[=PATH]",
        default_value = "table"
    )]
    pub(super) outputs: Vec<Output<Format>>,
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
    pub(super) fail_on: Option<FailOn>,
    /// Compare with this older JSON report
    #[arg(long, value_name = "FILE", env = "PODAUDIT_BASELINE")]
    pub(super) baseline: Option<PathBuf>,
    /// Compare with the JSON report of the last run that was complete, if it is in this file, and
    /// leave there that of this one, if it is complete
    #[arg(long, value_name = "FILE", env = "PODAUDIT_SINCE_LAST", conflicts_with = "baseline")]
    pub(super) since_last: Option<PathBuf>,
    /// Accept the findings that this file of exceptions names
    #[arg(long, value_name = "FILE", env = "PODAUDIT_EXCEPTIONS")]
    exceptions: Option<PathBuf>,
    /// Accept findings also by annotations on the objects: whoever edits a pod can then hide it
    #[arg(long, env = "PODAUDIT_ALLOW_ANNOTATIONS")]
    allow_annotations: bool,
    /// Send metrics to this Pushgateway as well
    #[arg(long, value_name = "http://HOST:PORT", env = "PODAUDIT_PUSH_GATEWAY")]
    pub(super) push_gateway: Option<Gateway>,
    /// Put the failures into the cluster too, as objects of this API [default: policyreport]
    #[arg(
        long,
        value_name = "API",
        env = "PODAUDIT_APPLY",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = ReportsApi::PolicyReport.as_str()
    )]
    pub(super) apply: Option<ReportsApi>,
    /// Tell workloads apart in metrics: up to four series for each
    #[arg(long, env = "PODAUDIT_METRICS_WORKLOADS")]
    metrics_workloads: bool,
    /// When to use colours; NO_COLOR and CLICOLOR_FORCE are honoured
    #[arg(long, value_name = "WHEN", env = "PODAUDIT_COLOR", default_value = "auto")]
    pub(super) color: Color,
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
pub(super) struct SubOutputArgs {
    /// Format, and a file if it is not for standard output: table, json; repeatable
    #[arg(short, long = "output", value_name = "FORMAT[=PATH]", default_value = "table")]
    pub(super) outputs: Vec<Output<SubFormat>>,
    /// When to use colours; NO_COLOR and CLICOLOR_FORCE are honoured
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub(super) color: Color,
}

impl OutputArgs {
    /// What is decided about rules and findings, on this day.
    pub(super) fn policy(
        &self,
        rules: &BTreeMap<String, RuleSetting>,
        today: Date,
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

    /// The older report to compare with; there is none before the first of `--since-last`.
    pub(super) fn older(&self) -> Result<Option<Side>, BaselineError> {
        let last = self.since_last.as_deref().filter(|path| path.exists());
        self.baseline.as_deref().or(last).map(baseline::read).transpose()
    }

    /// A usage error that clap cannot see.
    pub(super) fn lacks_baseline(&self) -> Option<&'static str> {
        let only_new = self.fail_on.is_some_and(|gate| gate.only_new);
        let compares = self.baseline.is_some() || self.since_last.is_some();
        (only_new && !compares).then_some("--fail-on new: needs --baseline or --since-last")
    }

    /// A usage error: reports of files belong to no cluster, and those of some pods would take the
    /// place of those of all.
    pub(super) fn cannot_apply(&self, source: &Source) -> Option<&'static str> {
        self.apply?;
        match source {
            Source::Live(_, scope) if scope.selector.is_empty() => None,
            Source::Live(..) => Some("--apply needs all pods of a namespace: not with -l"),
            Source::Files(..) | Source::Demo(_) => {
                Some("--apply is for the cluster that is scanned: not with -f or --demo")
            }
        }
    }

    /// A format among the outputs that cannot hold several clusters.
    pub(super) fn for_one_cluster(&self) -> Option<Format> {
        self.outputs.iter().map(|output| output.format).find(|format| !format.holds_clusters())
    }

    pub(super) fn filter(&self) -> Filter {
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
            workload_series: self.metrics_workloads,
        }
    }
}

/// A usage error that clap cannot see.
pub(super) fn conflict<F>(outputs: &[Output<F>]) -> Option<&'static str> {
    let to_stdout = outputs.iter().filter(|output| output.path.is_none()).count();
    (to_stdout > 1).then_some("only one -o can go to standard output; give the others a path")
}
