//! The objects as both APIs spell them; what they have and podaudit does not use is left out.

use std::collections::BTreeMap;

use serde::Serialize;

/// Several objects in one file, as `kubectl get` writes them and `kubectl apply` reads them.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ObjectList<I> {
    pub(super) api_version: &'static str,
    pub(super) kind: &'static str,
    pub(super) items: I,
}

/// One report.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PolicyReportJson<'a> {
    pub(super) api_version: &'static str,
    pub(super) kind: &'static str,
    pub(super) metadata: ReportMetadata<'a>,
    /// Only `openreports.io` has it here, beside that of each result.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) source: Option<&'static str>,
    /// What results without a resource of their own are about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) scope: Option<ResourceReference<'a>>,
    pub(super) summary: ResultCounts,
    pub(super) results: Vec<PolicyResult<'a>>,
}

#[derive(Serialize)]
pub(super) struct ReportMetadata<'a> {
    pub(super) name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) namespace: Option<&'a str>,
    pub(super) labels: BTreeMap<&'static str, &'static str>,
}

/// How many of the results are of each kind.
#[derive(Default, Serialize)]
pub(super) struct ResultCounts {
    pub(super) pass: usize,
    pub(super) fail: usize,
    pub(super) warn: usize,
    pub(super) error: usize,
    pub(super) skip: usize,
}

/// One result.
#[derive(Serialize)]
pub(super) struct PolicyResult<'a> {
    pub(super) source: &'static str,
    pub(super) policy: &'a str,
    pub(super) rule: &'a str,
    pub(super) category: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) severity: Option<&'static str>,
    /// `fail`, or `error` for what could not be judged.
    pub(super) result: &'static str,
    pub(super) scored: bool,
    pub(super) timestamp: ResultTime,
    pub(super) message: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) resources: Vec<ResourceReference<'a>>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) properties: BTreeMap<&'static str, String>,
}

/// `metav1.Timestamp`: seconds since 1970, and nanoseconds.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct ResultTime {
    pub(super) seconds: i64,
    pub(super) nanos: i32,
}

/// `corev1.ObjectReference`
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ResourceReference<'a> {
    /// Not known of kinds that others have defined.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) api_version: Option<&'static str>,
    pub(super) kind: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) namespace: Option<&'a str>,
    pub(super) name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) uid: Option<&'a str>,
}
