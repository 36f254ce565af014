//! Findings as objects of the cluster that they are about: `PolicyReport` and its successor, which
//! dashboards and `kubectl` read. Failures only, in objects that are small beside etcd's limit.
//!
//! Source: wgpolicyk8s.io/v1alpha2, openreports.io/v1alpha1

mod api;
mod model;
mod objects;
mod result;

pub use api::{MANAGED_BY, ReportsApi};
pub use objects::{ReportObject, report_objects};

use super::format_spec::FormatSpec;

pub(super) const POLICY_REPORT: FormatSpec = FormatSpec {
    name: ReportsApi::PolicyReport.as_str(),
    purpose: "failures as PolicyReports (wgpolicyk8s.io), for kubectl apply",
    example: "demo.policyreport.json",
    write: |report, _, out| objects::write(report, ReportsApi::PolicyReport, out),
    write_clusters: None,
};

pub(super) const OPEN_REPORTS: FormatSpec = FormatSpec {
    name: ReportsApi::OpenReports.as_str(),
    purpose: "failures as Reports (openreports.io), for kubectl apply",
    example: "demo.openreports.json",
    write: |report, _, out| objects::write(report, ReportsApi::OpenReports, out),
    write_clusters: None,
};
