//! The JSON of `podaudit pss`, schema version 1; `reports/pss.schema.json` is made from these
//! structures.

use serde::Serialize;

use super::report::PssReport;
use crate::inventory::Workload;
use crate::pss::{Demand, LabelError, Level, PodSecurityLabels};
use crate::report::Document;
use crate::report::json::{CoverageJson, HeadJson, coverage, head};
use crate::standards::{Blocked, NamespaceStandards};

/// Grows when a field changes its meaning or goes; new fields alone do not count.
const SCHEMA_VERSION: u32 = 1;

/// The Pod Security Standards in one cluster.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Report"))]
#[serde(rename_all = "camelCase")]
pub(in crate::report) struct PssJson<'a> {
    #[serde(flatten)]
    head: HeadJson<'a>,
    /// When the scan ended, RFC 3339.
    scanned_at: String,
    /// Whether all pods and Namespaces in scope were read.
    complete: bool,
    /// What was read of each kind, and what was not.
    coverage: Vec<CoverageJson<'a>>,
    /// By name.
    namespaces: Vec<NamespaceJson<'a>>,
}

/// One namespace.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Namespace"))]
#[serde(rename_all = "camelCase")]
struct NamespaceJson<'a> {
    /// Its name.
    name: &'a str,
    /// What its labels say; null if they were not read.
    labels: Option<LabelsJson<'a>>,
    /// Pods that were read, and templates that run nothing yet.
    pods: usize,
    /// Version of the standards by which the pods are measured: `latest` or `v1.N`.
    version: String,
    /// Whether that version is the one in the enforce-version label.
    pinned: bool,
    /// The highest level that all pods meet: `privileged`, `baseline` or `restricted`; null if
    /// pods were left out and so nobody knows.
    highest_level: Option<&'a str>,
    /// The highest level that all pods meet that were read.
    at_most: &'a str,
    /// Why these are not all, if so.
    partial: Option<&'a str>,
    /// The level that could be enforced today without violating any pod; null where that is no more
    /// than a label enforces now, or not known.
    could_enforce: Option<&'a str>,
    /// The level above `atMost`; null above restricted.
    next_level: Option<&'a str>,
    /// The checks of that level that some pod fails.
    blocking: Vec<BlockingJson<'a>>,
}

/// The `pod-security.kubernetes.io/` labels of a Namespace.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Labels"))]
struct LabelsJson<'a> {
    /// Violations are refused.
    enforce: DemandJson<'a>,
    /// Violations are noted in the audit log.
    audit: DemandJson<'a>,
    /// Violations are told to whoever creates the pod.
    warn: DemandJson<'a>,
    /// Labels whose value is none; the demands hold what applies instead.
    errors: Vec<LabelErrorJson<'a>>,
}

/// The demand of one mode.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Demand"))]
struct DemandJson<'a> {
    /// `privileged`, `baseline` or `restricted`; null for the default of the cluster.
    level: Option<&'a str>,
    /// `latest` or `v1.N`; null for the default of the cluster.
    version: Option<String>,
}

/// A label whose value is not a level or version.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "LabelError"))]
struct LabelErrorJson<'a> {
    /// The whole key.
    label: &'a str,
    /// The value as written.
    value: &'a str,
    /// What it must be.
    problem: &'a str,
}

/// A check that keeps a namespace from the next level.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Blocking"))]
struct BlockingJson<'a> {
    /// Upstream's id of the check, for example `hostNamespaces`.
    check: &'a str,
    /// Those with a pod that fails it.
    workloads: Vec<BlockedWorkloadJson<'a>>,
}

/// A workload with pods that fail a check.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Workload"))]
struct BlockedWorkloadJson<'a> {
    /// For example `Deployment`.
    kind: &'a str,
    /// Its name.
    name: &'a str,
    /// How many of its pods fail it; a template counts as one.
    pods: usize,
}

/// The document of a report.
pub(super) fn document<'a>(report: &'a PssReport) -> PssJson<'a> {
    PssJson {
        head: head(SCHEMA_VERSION, report.version, report.cluster),
        scanned_at: report.scanned_at.to_string(),
        complete: report.is_complete(),
        coverage: report.coverage.iter().map(coverage).collect(),
        namespaces: report.namespaces.iter().map(namespace).collect(),
    }
}

fn namespace(namespace: &NamespaceStandards) -> NamespaceJson<'_> {
    NamespaceJson {
        name: &namespace.object.name,
        labels: namespace.labels.as_ref().ok().map(labels),
        pods: namespace.pods,
        version: namespace.version().to_string(),
        pinned: namespace.pinned().is_some(),
        highest_level: namespace.highest().map(Level::as_str),
        at_most: namespace.at_most.as_str(),
        partial: namespace.partial.as_ref().map(|gap| &*gap.reason),
        could_enforce: namespace.could_enforce().map(Level::as_str),
        next_level: namespace.next().map(Level::as_str),
        blocking: namespace.blocking.iter().map(blocking).collect(),
    }
}

fn labels(labels: &PodSecurityLabels) -> LabelsJson<'_> {
    LabelsJson {
        enforce: demand(labels.enforce),
        audit: demand(labels.audit),
        warn: demand(labels.warn),
        errors: labels.errors.iter().map(label_error).collect(),
    }
}

fn label_error(error: &LabelError) -> LabelErrorJson<'_> {
    let LabelError { label, value, problem } = error;
    LabelErrorJson { label, value, problem }
}

fn demand(demand: Demand) -> DemandJson<'static> {
    DemandJson {
        level: demand.level.map(Level::as_str),
        version: demand.version.map(|version| version.to_string()),
    }
}

fn blocking<'a>((check, workloads): (&&'a str, &'a Blocked)) -> BlockingJson<'a> {
    let workload = |(workload, pods): (&'a Workload, &usize)| BlockedWorkloadJson {
        kind: &workload.kind,
        name: &workload.name,
        pods: *pods,
    };
    BlockingJson { check, workloads: workloads.iter().map(workload).collect() }
}
