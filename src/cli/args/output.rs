//! What to make of a scan, and where it goes: the options of the audit, and those of the other
//! commands.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::values::{Color, GatewayParser, OutputTarget, Show, names};
use crate::cli::gate::Gate;
use crate::finding::Severity;
use crate::push::Gateway;
use crate::report::{Format, ReportsApi};

/// The heading of the audit's own options, which are those of the configuration file.
pub(crate) const HEADING: &str = "Output";

/// What the audit makes of a scan.
#[derive(Debug, Args)]
#[command(next_help_heading = HEADING)]
pub(crate) struct AuditOutputArgs {
    /// Format, and a file if it is not for standard output; repeatable; the formats are below
    #[arg(
        short,
        long = "output",
        env = "PODAUDIT_OUTPUT",
        value_name = "FORMAT[=PATH]",
        default_value = "table"
    )]
    pub(crate) outputs: Vec<OutputTarget<Format>>,
    /// What to show: fail, unknown, excepted, fixed (in SARIF, with --baseline), all
    #[arg(
        long,
        value_name = "VERDICT",
        env = "PODAUDIT_SHOW",
        value_delimiter = ',',
        default_value = "fail,unknown"
    )]
    pub(crate) show: Vec<Show>,
    /// Hide findings that are less severe
    #[arg(long, value_name = "SEVERITY", default_value = "low", env = "PODAUDIT_MIN_SEVERITY")]
    pub(crate) min_severity: Severity,
    /// Exit with 1 if a finding is this severe or worse; new:high counts what --baseline has not
    #[arg(long, value_name = "[new:]SEVERITY", env = "PODAUDIT_FAIL_ON")]
    pub(crate) fail_on: Option<Gate>,
    /// Compare with this older JSON report
    #[arg(long, value_name = "FILE", env = "PODAUDIT_BASELINE")]
    pub(crate) baseline: Option<PathBuf>,
    /// Compare with the JSON report of the last run that was complete, if it is in this file, and
    /// leave there that of this one, if it is complete
    #[arg(long, value_name = "FILE", env = "PODAUDIT_SINCE_LAST")]
    pub(crate) since_last: Option<PathBuf>,
    /// Accept the findings that this file of exceptions names
    #[arg(long, value_name = "FILE", env = "PODAUDIT_EXCEPTIONS")]
    pub(crate) exceptions: Option<PathBuf>,
    /// Accept findings also by annotations on the objects: whoever edits a pod can then hide it
    #[arg(long, env = "PODAUDIT_ALLOW_ANNOTATIONS")]
    pub(crate) allow_annotations: bool,
    /// Send metrics to this Pushgateway as well
    #[arg(
        long,
        value_name = "http://HOST:PORT",
        env = "PODAUDIT_PUSH_GATEWAY",
        hide_env_values = true,
        value_parser = GatewayParser
    )]
    pub(crate) push_gateway: Option<Gateway>,
    /// Put the failures into the cluster too, as objects of this API [default: policyreport]
    #[arg(
        long,
        value_name = "API",
        env = "PODAUDIT_APPLY",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = ReportsApi::PolicyReport.as_str()
    )]
    pub(crate) apply: Option<ReportsApi>,
    /// Tell workloads apart in metrics: up to four series for each
    #[arg(long, env = "PODAUDIT_METRICS_WORKLOADS")]
    pub(crate) metrics_workloads: bool,
    /// When to use colours; NO_COLOR and CLICOLOR_FORCE are honoured
    #[arg(long, value_name = "WHEN", env = "PODAUDIT_COLOR", default_value = "auto")]
    pub(crate) color: Color,
    // Read from the matches, before the others have their defaults: see `layers`.
    /// Configuration; otherwise podaudit/config.yaml in the folder for configuration, if it is there
    #[arg(long, value_name = "FILE", env = "PODAUDIT_CONFIG")]
    config: Option<PathBuf>,
    /// Profile of the configuration
    #[arg(long, value_name = "NAME", env = "PODAUDIT_PROFILE")]
    profile: Option<String>,
}

/// Where the output of any other command goes, in one of its own formats.
#[derive(Debug, Args)]
#[command(next_help_heading = HEADING)]
pub(crate) struct OutputArgs<F: ValueEnum + Send + Sync + 'static> {
    #[arg(
        short,
        long = "output",
        value_name = "FORMAT[=PATH]",
        default_value = "table",
        help = help::<F>()
    )]
    pub(crate) outputs: Vec<OutputTarget<F>>,
    /// When to use colours; NO_COLOR and CLICOLOR_FORCE are honoured
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Color,
}

fn help<F: ValueEnum>() -> String {
    let formats = names::<F>().join(", ");
    format!("Format, and a file if it is not for standard output: {formats}; repeatable")
}
