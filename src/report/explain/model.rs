//! The JSON of `podaudit explain`, schema version 1; `reports/explain.schema.json` is made from
//! these structures.

use serde::Serialize;

use crate::report::json::{Cluster, Evidence, Object, Tool};

/// What is true of the pods that were asked about.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(super) struct Explanation<'a> {
    /// Version of this format.
    pub(super) schema_version: u32,
    /// What made it.
    pub(super) tool: Tool<'a>,
    /// Where the pods are.
    pub(super) cluster: Cluster<'a>,
    /// Pods that are alike in every fact, the largest group first.
    pub(super) groups: Vec<Group<'a>>,
}

/// Pods that are alike.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Group<'a> {
    /// The pods, or the workload whose template was read.
    pub(super) objects: Vec<Object<'a>>,
    /// Whether an API server has stored them; if not, what admission does is predicted.
    pub(super) admitted: bool,
    /// Facts about the pod as a whole.
    pub(super) facts: Vec<Fact<'a>>,
    /// Its containers, in the order in which they start.
    pub(super) containers: Vec<Container<'a>>,
}

/// One container.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(super) struct Container<'a> {
    /// Its name.
    pub(super) name: &'a str,
    /// `init`, `sidecar`, `ephemeral`, or empty for a main container.
    pub(super) role: &'a str,
    /// In one sentence.
    pub(super) in_short: &'a str,
    /// Facts about it.
    pub(super) facts: Vec<Fact<'a>>,
}

/// One fact.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(super) struct Fact<'a> {
    /// Stable.
    pub(super) id: &'a str,
    /// For people.
    pub(super) title: &'a str,
    /// What is true; null if unknown.
    pub(super) value: Option<&'a str>,
    /// Why it is unknown; null if known.
    pub(super) unknown: Option<Gap<'a>>,
    /// How sure the value is: `certain`, `likely` or `possible`.
    pub(super) confidence: &'a str,
    /// What decided, or left the question open.
    pub(super) decided_by: Vec<Evidence<'a>>,
    /// What was set, and lost.
    pub(super) overruled: Vec<Evidence<'a>>,
    /// The upstream file, KEP or manual page that the answer follows.
    pub(super) source: &'a str,
}

/// Why a fact is unknown.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Gap<'a> {
    /// The reason.
    pub(super) reason: &'a str,
    /// What would resolve it.
    pub(super) resolve: &'a str,
}
