//! The JSON of `podaudit can`, schema version 1; `reports/can.schema.json` is made from these
//! structures.

use serde::Serialize;

use crate::report::json::{Coverage, Head, Object};

/// Grows when a field changes its meaning or goes; new fields alone do not count.
pub(super) const SCHEMA_VERSION: u32 = 1;

/// What one ServiceAccount may do.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(super) struct Report<'a> {
    #[serde(flatten)]
    pub(super) head: Head<'a>,
    /// Whether all roles and bindings in scope were read.
    pub(super) complete: bool,
    /// What was read of each kind that counts, and what was not.
    pub(super) coverage: Vec<Coverage<'a>>,
    /// Whose rights.
    pub(super) service_account: Object<'a>,
    /// The user name in its token.
    pub(super) user: &'a str,
    /// The groups that it is in.
    pub(super) groups: Vec<&'a str>,
    /// Why it may be more than this.
    pub(super) lower_bound: &'a str,
    /// In the order of the bindings: those of the cluster first.
    pub(super) rights: Vec<Right<'a>>,
    /// Its bindings to roles that were not found, which grant nothing now.
    pub(super) dangling_bindings: Vec<Dangling<'a>>,
}

/// A part of a rule.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(super) struct Right<'a> {
    /// Where it can lead: `cluster`, `identities`, `code` or `guards`; null for a right that is
    /// what it says.
    pub(super) danger: Option<&'a str>,
    /// What the ServiceAccount can do with it, without a subject; null with `danger`.
    pub(super) why: Option<&'a str>,
    /// In words.
    pub(super) in_words: String,
    /// Verbs; `*` is all.
    pub(super) verbs: &'a [&'a str],
    /// API groups; empty for paths, and `""` is the core group.
    pub(super) api_groups: &'a [&'a str],
    /// Resources and subresources; empty for paths.
    pub(super) resources: &'a [&'a str],
    /// Names of objects; empty for any.
    pub(super) resource_names: &'a [&'a str],
    /// URLs that are no resources.
    pub(super) paths: &'a [&'a str],
    /// Where; null for the whole cluster.
    pub(super) namespace: Option<&'a str>,
    /// What grants it.
    pub(super) binding: Object<'a>,
    /// The role that the binding names.
    pub(super) role: Role<'a>,
    /// The subject of the binding that applies.
    pub(super) subject: Subject<'a>,
}

/// A role, as a binding names it.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Role<'a> {
    /// `Role` or `ClusterRole`.
    pub(super) kind: &'a str,
    /// Its name; a `Role` is in the namespace of the binding.
    pub(super) name: &'a str,
}

/// Whom a binding is for.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Subject<'a> {
    /// `User`, `Group` or `ServiceAccount`.
    pub(super) kind: &'a str,
    /// Its name.
    pub(super) name: &'a str,
}

/// A binding to nothing.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Dangling<'a> {
    /// Which.
    pub(super) binding: Object<'a>,
    /// What is missing.
    pub(super) role: Role<'a>,
}
