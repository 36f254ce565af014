//! The audit of one cluster: judged, compared, written, pushed, and how the run ends.

use jiff::Timestamp;

use super::diff::FailOn;
use super::run::{RunError, look, note_gaps};
use super::{Output, OutputArgs};
use crate::apply::{self, ApplyError};
use crate::audit::{self, Audit};
use crate::baseline::{Scope, Side};
use crate::cluster::ConnectOptions;
use crate::diff::{self, Diff};
use crate::exit::Exit;
use crate::finding::{Severity, Verdict};
use crate::inventory::Inventory;
use crate::output;
use crate::policy::Policy;
use crate::push::Group;
use crate::report::{Cluster, Comparison, Filter, Format, Look, Report, is_complete};

/// What an audit is made in.
pub(super) struct Context<'a> {
    pub(super) cluster: Cluster,
    pub(super) policy: &'a Policy,
    pub(super) scope: &'a Scope,
    pub(super) baseline: Option<&'a Side>,
    /// Where it was read, if not from files.
    pub(super) source: Option<&'a ConnectOptions>,
}

/// An audit of one cluster.
pub(super) struct Judged<'a> {
    context: Context<'a>,
    audit: Audit,
    diff: Option<Diff>,
}

impl<'a> Judged<'a> {
    pub(super) fn new(selected: bool, inventory: Inventory, context: Context<'a>) -> Self {
        let audit = audit::audit_by(context.policy, inventory, selected);
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

/// What a later run compares with: everything that is open, whatever is shown of it.
fn kept() -> Filter {
    Filter {
        verdicts: vec![Verdict::Fail, Verdict::Unknown],
        min_severity: Severity::Low,
        excepted: true,
        fixed: false,
        workload_series: false,
    }
}

impl Judged<'_> {
    /// Puts the failures into the cluster that was read, where that is asked for.
    pub(super) async fn apply(
        &self,
        report: &Report<'_>,
        args: &OutputArgs,
    ) -> Result<(), ApplyError> {
        match (args.apply, self.context.source) {
            (Some(api), Some(options)) => apply::apply(options, api, report).await,
            _ => Ok(()),
        }
    }
}

/// Writes the report to every output, and says how the run ended.
pub(super) async fn audit(
    judged: &Judged<'_>,
    args: &OutputArgs,
    scanned_at: Timestamp,
) -> Result<Exit, RunError> {
    let filter = args.filter();
    let report = judged.report(&filter, scanned_at);
    for Output { format, path } in &args.outputs {
        let look = look(args.color, path.is_none());
        output::write(path.as_deref(), |out| format.write(&report, look, out))?;
    }
    note_gaps(&report.audit.coverage);
    push(&report, args).await?;
    judged.apply(&report, args).await?;
    let exit = exit(&report, args.fail_on);
    // A run that is tried again is compared with what this one was compared with.
    let to_keep = exit != Exit::Incomplete && is_complete(&report.audit.coverage);
    if let Some(path) = args.since_last.as_deref().filter(|_| to_keep) {
        let filter = kept();
        let report = judged.report(&filter, scanned_at);
        output::write(Some(path), |out| Format::Json.write(&report, Look::default(), out))?;
    }
    Ok(exit)
}

/// Sends the metrics where they are asked for.
pub(super) async fn push(report: &Report<'_>, args: &OutputArgs) -> Result<(), RunError> {
    let Some(gateway) = &args.push_gateway else { return Ok(()) };
    let limits = limits(report.scope);
    let group = Group { cluster: &report.cluster.name, scope: limits.as_deref() };
    let mut metrics = Vec::new();
    Format::OpenMetrics.write(report, Look::default(), &mut metrics).map_err(RunError::Render)?;
    Ok(gateway.push(group, metrics, is_complete(&report.audit.coverage)).await?)
}

/// What the scan is limited to, if it is.
fn limits(Scope { namespaces, selector }: &Scope) -> Option<String> {
    let namespaces = (!namespaces.is_empty()).then(|| format!("-n {}", namespaces.join(",")));
    let selector = (!selector.is_empty()).then(|| format!("-l {selector}"));
    let limits: Vec<_> = namespaces.into_iter().chain(selector).collect();
    (!limits.is_empty()).then(|| limits.join(" "))
}

/// How the run ends, by the gate and by what was read.
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
