//! The audit of one cluster once it is read: judged, compared, written, pushed and applied. What one
//! cluster, several clusters and merged shards have in common; it reads no cluster.

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::apply::{self, ApplyError};
use crate::audit::{self, Audit};
use crate::baseline::{self, BaselineError, ReportScope, ReportSnapshot};
use crate::cli::error::RunError;
use crate::cli::gate::{self, Gate};
use crate::cli::outputs::Outputs;
use crate::cli::terminal::note_gaps;
use crate::cluster::ConnectOptions;
use crate::diff::{self, Diff};
use crate::exit::Exit;
use crate::finding::{Severity, Verdict};
use crate::inventory::Inventory;
use crate::output;
use crate::policy::{Policy, RuleSetting};
use crate::push::{Gateway, MetricsGroup};
use crate::report::{
    AuditReport, Cluster, Comparison, Filter, Format, Look, ReportsApi, is_complete,
};
use crate::suppression::{self, ExceptionsError};

/// What to make of each cluster.
#[derive(Debug)]
pub(crate) struct AuditPlan {
    pub(crate) policy: PolicyPlan,
    /// The API server's audiences, if they were given.
    pub(crate) audiences: Option<Vec<String>>,
    pub(crate) outputs: Outputs<Format>,
    pub(crate) filter: Filter,
    pub(crate) gate: Option<Gate>,
    pub(crate) push_gateway: Option<Gateway>,
}

/// Where the operator's decisions are.
#[derive(Debug)]
pub(crate) struct PolicyPlan {
    pub(crate) exceptions: Option<PathBuf>,
    /// Whether annotations on objects count as exceptions.
    pub(crate) annotations: bool,
    /// By the rule's id.
    pub(crate) rules: BTreeMap<String, RuleSetting>,
}

impl PolicyPlan {
    /// The decisions as they are on this day.
    pub(crate) fn read(&self, today: Date) -> Result<Policy, ExceptionsError> {
        let exceptions = self.exceptions.as_deref().map(suppression::read).transpose()?;
        Ok(Policy {
            exceptions: exceptions.unwrap_or_default(),
            annotations: self.annotations,
            today: Some(today),
            rules: self.rules.clone(),
        })
    }
}

/// The files of older reports of one cluster.
#[derive(Debug)]
pub(crate) struct OlderReports {
    /// `--baseline`: a report to compare with.
    pub(crate) baseline: Option<PathBuf>,
    /// `--since-last`: a report to compare with, if it is there, and to replace.
    pub(crate) since_last: Option<PathBuf>,
}

impl OlderReports {
    /// The report to compare with; there is none before the first run of `--since-last`.
    pub(crate) fn read(&self) -> Result<Option<ReportSnapshot>, BaselineError> {
        let last = self.since_last.as_deref().filter(|path| path.exists());
        self.baseline.as_deref().or(last).map(baseline::read).transpose()
    }
}

/// What a cluster is judged by.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Criteria<'a> {
    pub(crate) policy: &'a Policy,
    /// Which namespaces and pods were read.
    pub(crate) scope: &'a ReportScope,
    /// Whether a label selector left pods out.
    pub(crate) has_selector: bool,
    /// The older report, if there is one.
    pub(crate) baseline: Option<&'a ReportSnapshot>,
}

/// A cluster that was judged.
#[derive(Debug)]
pub(crate) struct ClusterAudit<'a> {
    cluster: Cluster,
    criteria: Criteria<'a>,
    audit: Audit,
    diff: Option<Diff>,
}

impl<'a> ClusterAudit<'a> {
    /// Judges what was read, and compares it.
    pub(crate) fn new(inventory: Inventory, cluster: Cluster, criteria: Criteria<'a>) -> Self {
        let audit = audit::audit_by(criteria.policy, inventory, criteria.has_selector);
        let diff = criteria.baseline.map(|old| {
            let snapshot = ReportSnapshot {
                cluster: cluster.name.clone(),
                version: env!("CARGO_PKG_VERSION").to_owned(),
                scope: Some(criteria.scope.clone()),
                rules: Some(criteria.policy.rules().map(|rule| rule.id.to_owned()).collect()),
                ..ReportSnapshot::default()
            };
            diff::compare(old, &snapshot.with_scan(&audit.findings, &audit.coverage))
        });
        Self { cluster, criteria, audit, diff }
    }

    /// The report of what the filter lets through.
    pub(crate) fn report<'r>(
        &'r self,
        filter: &'r Filter,
        scanned_at: Timestamp,
    ) -> AuditReport<'r> {
        let compared = self.criteria.baseline.zip(self.diff.as_ref());
        AuditReport {
            audit: &self.audit,
            cluster: &self.cluster,
            scanned_at,
            filter,
            version: env!("CARGO_PKG_VERSION"),
            policy: self.criteria.policy,
            scope: self.criteria.scope,
            comparison: compared.map(|(baseline, diff)| Comparison { baseline, diff }),
        }
    }

    /// Writes the report to every output, pushes its metrics, applies its failures, and says how the
    /// run ended. A run that was complete takes the place of the last one.
    pub(crate) async fn finish(
        &self,
        plan: &AuditPlan,
        older: &OlderReports,
        apply: Option<ApplyTo<'_>>,
        scanned_at: Timestamp,
    ) -> Result<Exit, RunError> {
        let report = self.report(&plan.filter, scanned_at);
        plan.outputs.write(|format, look, out| format.write(&report, look, out))?;
        note_gaps(&report.audit.coverage);
        plan.push(&report).await?;
        if let Some(apply) = apply {
            apply.apply(&report).await?;
        }
        let exit = gate::exit(&report, plan.gate);
        // A run that is tried again is compared with what this one was compared with.
        let replaces = exit != Exit::Incomplete && is_complete(&report.audit.coverage);
        if let Some(path) = older.since_last.as_deref().filter(|_| replaces) {
            let filter = baseline_filter();
            let report = self.report(&filter, scanned_at);
            output::write(Some(path), |out| Format::Json.write(&report, Look::default(), out))?;
        }
        Ok(exit)
    }
}

/// What a later run compares with: everything that is open, whatever this run shows of it.
fn baseline_filter() -> Filter {
    Filter {
        verdicts: vec![Verdict::Fail, Verdict::Unknown],
        min_severity: Severity::Low,
        excepted: true,
        fixed: false,
        workload_series: false,
    }
}

/// The cluster that takes the failures of its own audit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ApplyTo<'a> {
    pub(crate) api: ReportsApi,
    pub(crate) options: &'a ConnectOptions,
}

impl ApplyTo<'_> {
    /// Puts the failures there.
    pub(crate) async fn apply(self, report: &AuditReport<'_>) -> Result<(), ApplyError> {
        apply::apply(self.options, self.api, report).await
    }
}

impl AuditPlan {
    /// Sends the metrics to the Pushgateway, if there is one.
    pub(crate) async fn push(&self, report: &AuditReport<'_>) -> Result<(), RunError> {
        let Some(gateway) = &self.push_gateway else { return Ok(()) };
        let scope = scope_options(report.scope);
        let group = MetricsGroup { cluster: &report.cluster.name, scope: scope.as_deref() };
        let mut metrics = Vec::new();
        Format::OpenMetrics
            .write(report, Look::default(), &mut metrics)
            .map_err(RunError::Render)?;
        Ok(gateway.push(group, metrics, is_complete(&report.audit.coverage)).await?)
    }
}

/// What the scan is limited to, as options; `None` for a whole cluster.
fn scope_options(ReportScope { namespaces, selector }: &ReportScope) -> Option<String> {
    let namespaces = (!namespaces.is_empty()).then(|| format!("-n {}", namespaces.join(",")));
    let selector = (!selector.is_empty()).then(|| format!("-l {selector}"));
    let options: Vec<_> = namespaces.into_iter().chain(selector).collect();
    (!options.is_empty()).then(|| options.join(" "))
}
