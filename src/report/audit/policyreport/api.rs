//! The two APIs that reports are objects of: their names, and where a cluster has them.

use crate::object::path_segment;

/// The label of all that podaudit writes to a cluster, and its value.
pub const MANAGED_BY: (&str, &str) = ("app.kubernetes.io/managed-by", "podaudit");

/// The two APIs: the same fields under other names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportsApi {
    /// `wgpolicyk8s.io`, which most readers know.
    PolicyReport,
    /// `openreports.io`, its successor.
    OpenReports,
}

impl ReportsApi {
    /// Both APIs, in the order of the help text.
    pub const ALL: [Self; 2] = [Self::PolicyReport, Self::OpenReports];

    /// The name after `--apply`, which is that of its format.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PolicyReport => "policyreport",
            Self::OpenReports => "openreports",
        }
    }

    /// Group and version.
    #[must_use]
    pub fn api_version(self) -> &'static str {
        match self {
            Self::PolicyReport => "wgpolicyk8s.io/v1alpha2",
            Self::OpenReports => "openreports.io/v1alpha1",
        }
    }

    /// The kind of reports in a namespace, or of those about the cluster.
    #[must_use]
    pub fn kind(self, in_namespace: bool) -> &'static str {
        match (self, in_namespace) {
            (Self::PolicyReport, true) => "PolicyReport",
            (Self::PolicyReport, false) => "ClusterPolicyReport",
            (Self::OpenReports, true) => "Report",
            (Self::OpenReports, false) => "ClusterReport",
        }
    }

    /// The name of that kind in URLs.
    #[must_use]
    pub fn plural(self, in_namespace: bool) -> &'static str {
        match (self, in_namespace) {
            (Self::PolicyReport, true) => "policyreports",
            (Self::PolicyReport, false) => "clusterpolicyreports",
            (Self::OpenReports, true) => "reports",
            (Self::OpenReports, false) => "clusterreports",
        }
    }

    /// Where the objects of a namespace are, or those about the cluster.
    #[must_use]
    pub fn path(self, namespace: Option<&str>) -> String {
        let (root, plural) = (self.api_version(), self.plural(namespace.is_some()));
        match namespace {
            Some(namespace) => {
                format!("/apis/{root}/namespaces/{}/{plural}", path_segment(namespace))
            }
            None => format!("/apis/{root}/{plural}"),
        }
    }

    /// Where the objects of all namespaces are.
    #[must_use]
    pub fn path_of_all(self) -> String {
        format!("/apis/{}/{}", self.api_version(), self.plural(true))
    }
}
