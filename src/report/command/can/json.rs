//! The JSON of `podaudit can`, schema version 1; `reports/can.schema.json` is made from these
//! structures.

use serde::Serialize;

use super::report::{CanReport, LOWER_BOUND};
use crate::inventory::RoleBinding;
use crate::object::ObjectRef;
use crate::rbac::{self, Permission, PermissionTarget};
use crate::report::Document;
use crate::report::json::{CoverageJson, HeadJson, ObjectJson, binding, coverage, head, object};

/// Grows when a field changes its meaning or goes; new fields alone do not count.
const SCHEMA_VERSION: u32 = 1;

/// What one ServiceAccount may do.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Report"))]
#[serde(rename_all = "camelCase")]
pub(in crate::report) struct CanJson<'a> {
    #[serde(flatten)]
    head: HeadJson<'a>,
    /// Whether all roles and bindings in scope were read.
    complete: bool,
    /// What was read of each kind that counts, and what was not.
    coverage: Vec<CoverageJson<'a>>,
    /// Whose rights.
    service_account: ObjectJson<'a>,
    /// The user name in its token.
    user: &'a str,
    /// The groups that it is in.
    groups: Vec<&'a str>,
    /// Why it may be more than this.
    lower_bound: &'a str,
    /// In the order of the bindings: those of the cluster first.
    rights: Vec<RightJson<'a>>,
    /// Its bindings to roles that were not found, which grant nothing now.
    dangling_bindings: Vec<DanglingJson<'a>>,
}

/// A part of a rule.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Right"))]
#[serde(rename_all = "camelCase")]
struct RightJson<'a> {
    /// Where it can lead: `cluster`, `identities`, `code` or `guards`; null for a right that is
    /// what it says.
    danger: Option<&'a str>,
    /// What the ServiceAccount can do with it, without a subject; null with `danger`.
    why: Option<&'a str>,
    /// In words.
    in_words: String,
    /// Verbs; `*` is all.
    verbs: &'a [&'a str],
    /// API groups; empty for paths, and `""` is the core group.
    api_groups: &'a [&'a str],
    /// Resources and subresources; empty for paths.
    resources: &'a [&'a str],
    /// Names of objects; empty for any.
    resource_names: &'a [&'a str],
    /// URLs that are no resources.
    paths: &'a [&'a str],
    /// Where; null for the whole cluster.
    namespace: Option<&'a str>,
    /// What grants it.
    binding: ObjectJson<'a>,
    /// The role that the binding names.
    role: RoleJson<'a>,
    /// The subject of the binding that applies.
    subject: SubjectJson<'a>,
}

/// A role, as a binding names it.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Role"))]
struct RoleJson<'a> {
    /// `Role` or `ClusterRole`.
    kind: &'a str,
    /// Its name; a `Role` is in the namespace of the binding.
    name: &'a str,
}

/// Whom a binding is for.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Subject"))]
struct SubjectJson<'a> {
    /// `User`, `Group` or `ServiceAccount`.
    kind: &'a str,
    /// Its name.
    name: &'a str,
}

/// A binding to nothing.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Dangling"))]
struct DanglingJson<'a> {
    /// Which.
    binding: ObjectJson<'a>,
    /// What is missing.
    role: RoleJson<'a>,
}

/// The document of a report.
pub(super) fn document<'a>(report: &'a CanReport) -> CanJson<'a> {
    CanJson {
        head: head(SCHEMA_VERSION, report.version, report.cluster),
        complete: report.is_complete(),
        coverage: report.coverage.iter().map(coverage).collect(),
        service_account: object(&report.account),
        user: &report.identity.user,
        groups: report.identity.groups.iter().map(String::as_str).collect(),
        lower_bound: LOWER_BOUND,
        rights: report.rights.iter().map(right).collect(),
        dangling_bindings: report.dangling.iter().map(dangling).collect(),
    }
}

fn right<'a>(right: &'a Permission) -> RightJson<'a> {
    let grant = right.grant;
    let json = RightJson {
        danger: right.risk.map(|risk| risk.danger.as_str()),
        why: right.risk.map(|risk| risk.why),
        in_words: rbac::permission_in_words(right),
        verbs: &right.verbs,
        api_groups: &[],
        resources: &[],
        resource_names: &[],
        paths: &[],
        namespace: grant.namespace(),
        binding: binding(grant.binding),
        role: role(grant.binding),
        subject: SubjectJson { kind: &grant.subject.kind, name: &grant.subject.name },
    };
    match &right.target {
        PermissionTarget::Resources { groups, resources, names } => {
            RightJson { api_groups: groups, resources, resource_names: names, ..json }
        }
        PermissionTarget::Paths(paths) => RightJson { paths, ..json },
    }
}

fn dangling<'a>((dangling, _): &'a (&'a RoleBinding, ObjectRef)) -> DanglingJson<'a> {
    DanglingJson { binding: binding(dangling), role: role(dangling) }
}

fn role(binding: &RoleBinding) -> RoleJson<'_> {
    RoleJson { kind: &binding.role_ref.kind, name: &binding.role_ref.name }
}
