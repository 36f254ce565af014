//! The JSON of `podaudit pss`, schema version 1; `reports/pss.schema.json` is made from these
//! structures.

use serde::Serialize;

use crate::report::json::{Coverage, Head};

/// Grows when a field changes its meaning or goes; new fields alone do not count.
pub(super) const SCHEMA_VERSION: u32 = 1;

/// The Pod Security Standards in one cluster.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(super) struct Report<'a> {
    #[serde(flatten)]
    pub(super) head: Head<'a>,
    /// When the scan ended, RFC 3339.
    pub(super) scanned_at: String,
    /// Whether all pods and Namespaces in scope were read.
    pub(super) complete: bool,
    /// What was read of each kind, and what was not.
    pub(super) coverage: Vec<Coverage<'a>>,
    /// By name.
    pub(super) namespaces: Vec<Namespace<'a>>,
}

/// One namespace.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(super) struct Namespace<'a> {
    /// Its name.
    pub(super) name: &'a str,
    /// What its labels say; null if they were not read.
    pub(super) labels: Option<Labels<'a>>,
    /// Pods that were read, and templates that run nothing yet.
    pub(super) pods: usize,
    /// Version of the standards by which the pods are measured: `latest` or `v1.N`.
    pub(super) version: String,
    /// Whether that version is the one in the enforce-version label.
    pub(super) pinned: bool,
    /// The highest level that all pods meet: `privileged`, `baseline` or `restricted`; null if
    /// pods were left out and so nobody knows.
    pub(super) highest_level: Option<&'a str>,
    /// The highest level that all pods meet that were read.
    pub(super) at_most: &'a str,
    /// Why these are not all, if so.
    pub(super) partial: Option<&'a str>,
    /// The level that could be enforced today without violating any pod; null where that is no more
    /// than a label enforces now, or not known.
    pub(super) could_enforce: Option<&'a str>,
    /// The level above `atMost`; null above restricted.
    pub(super) next_level: Option<&'a str>,
    /// The checks of that level that some pod fails.
    pub(super) blocking: Vec<Blocking<'a>>,
}

/// The `pod-security.kubernetes.io/` labels of a Namespace.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Labels<'a> {
    /// Violations are refused.
    pub(super) enforce: Demand<'a>,
    /// Violations are noted in the audit log.
    pub(super) audit: Demand<'a>,
    /// Violations are told to whoever creates the pod.
    pub(super) warn: Demand<'a>,
    /// Labels whose value is none; the demands hold what applies instead.
    pub(super) errors: Vec<LabelError<'a>>,
}

/// The demand of one mode.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Demand<'a> {
    /// `privileged`, `baseline` or `restricted`; null for the default of the cluster.
    pub(super) level: Option<&'a str>,
    /// `latest` or `v1.N`; null for the default of the cluster.
    pub(super) version: Option<String>,
}

/// A label whose value is not a level or version.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct LabelError<'a> {
    /// The whole key.
    pub(super) label: &'a str,
    /// The value as written.
    pub(super) value: &'a str,
    /// What it must be.
    pub(super) problem: &'a str,
}

/// A check that keeps a namespace from the next level.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Blocking<'a> {
    /// Upstream's id of the check, for example `hostNamespaces`.
    pub(super) check: &'a str,
    /// Those with a pod that fails it.
    pub(super) workloads: Vec<Workload<'a>>,
}

/// A workload with pods that fail a check.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Workload<'a> {
    /// For example `Deployment`.
    pub(super) kind: &'a str,
    /// Its name.
    pub(super) name: &'a str,
    /// How many of its pods fail it; a template counts as one.
    pub(super) pods: usize,
}
