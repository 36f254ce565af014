//! The JSON of `podaudit paths`, schema version 1; `reports/paths.schema.json` is made from these
//! structures.

use serde::Serialize;

use crate::report::json::{Blast, Coverage, Evidence, Head, Object};

/// Grows when a field changes its meaning or goes; new fields alone do not count.
pub(super) const SCHEMA_VERSION: u32 = 1;

/// Where takeovers lead.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(super) struct Report<'a> {
    #[serde(flatten)]
    pub(super) head: Head<'a>,
    /// Whether everything in scope was read.
    pub(super) complete: bool,
    /// What was read of each kind that counts, and what was not.
    pub(super) coverage: Vec<Coverage<'a>>,
    /// What no path shows.
    pub(super) limits: &'a [&'a str],
    /// What leads to something, the worst first.
    pub(super) exposed: Vec<Exposed<'a>>,
    /// What to change first; null if that was not asked for.
    pub(super) cuts: Option<Cuts<'a>>,
}

/// Something that can be taken over.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(super) struct Exposed<'a> {
    /// Kind of a workload, or `ServiceAccount`.
    pub(super) kind: &'a str,
    /// Its namespace.
    pub(super) namespace: &'a str,
    /// Its name.
    pub(super) name: &'a str,
    /// One container only; null for all.
    pub(super) container: Option<&'a str>,
    /// Pods that run it.
    pub(super) pods: usize,
    /// How far it leads.
    pub(super) blast_radius: Blast<'a>,
    /// The shortest certain path to the worst that is certain; then one to what is worse, and
    /// possible.
    pub(super) paths: Vec<Path<'a>>,
    /// Every first step from it, with `--from` alone; else null.
    pub(super) steps: Option<Vec<Hop<'a>>>,
}

/// A way.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(super) struct Path<'a> {
    /// `cluster-admin`, `control-plane-node`, `node`, `secrets:NAMESPACE` or `namespace`.
    pub(super) target: String,
    /// `certain` or `possible`.
    pub(super) certainty: &'a str,
    /// Its steps.
    pub(super) hops: Vec<Hop<'a>>,
}

/// A step.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(super) struct Hop<'a> {
    /// What is had before.
    pub(super) from: Thing<'a>,
    /// What is had after.
    pub(super) to: Thing<'a>,
    /// What the step leads to any of, if `to` is one of several.
    pub(super) through: Option<Thing<'a>>,
    /// An id of `docs/paths.md`, for example `pod-create`.
    pub(super) edge: &'a str,
    /// What is done, without a subject.
    pub(super) does: &'a str,
    /// `certain` or `possible`.
    pub(super) certainty: &'a str,
    /// What allows it.
    pub(super) because: Vec<Because<'a>>,
    /// The one change that would cut it.
    pub(super) cut: &'a str,
}

/// Something on a path.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(super) struct Thing<'a> {
    /// `container`, `serviceAccount`, `user`, `group`, `node`, `namespace` or `cluster`.
    pub(super) sort: &'a str,
    /// Null for what is in none.
    pub(super) namespace: Option<&'a str>,
    /// Its name; of a container with its workload.
    pub(super) name: &'a str,
}

/// A right with what grants it, a field, or something that the path itself brought about.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(super) struct Because<'a> {
    /// The same in words.
    pub(super) in_words: String,
    /// Verbs and resource.
    pub(super) right: Option<&'a str>,
    /// What grants the right.
    pub(super) binding: Option<Object<'a>>,
    /// The role that the binding names: `ClusterRole NAME` or `Role NAMESPACE/NAME`.
    pub(super) role: Option<String>,
    /// The field that decides.
    pub(super) field: Option<Evidence<'a>>,
}

/// What to change first.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(super) struct Cuts<'a> {
    /// Workloads that lead to something as things are.
    pub(super) exposed: usize,
    /// Whether changes were left untried.
    pub(super) bounded: bool,
    /// The best first; each counts on those before it.
    pub(super) changes: Vec<Cut<'a>>,
}

/// A change.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(super) struct Cut<'a> {
    /// What to do.
    pub(super) change: String,
    /// The workloads that it frees.
    pub(super) frees: Vec<Freed<'a>>,
    /// Workloads that still lead to something then.
    pub(super) left: usize,
    /// Those of them that may still lead to the whole cluster.
    pub(super) left_cluster: usize,
}

/// A workload that a change frees.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(super) struct Freed<'a> {
    /// Kind of the workload.
    pub(super) kind: &'a str,
    /// Its namespace.
    pub(super) namespace: &'a str,
    /// Its name.
    pub(super) name: &'a str,
    /// How far it led.
    pub(super) before: Blast<'a>,
    /// How far it leads then.
    pub(super) after: Blast<'a>,
}
