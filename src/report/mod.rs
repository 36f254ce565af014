//! Reports, and the formats they are written in. They write what they are given and decide nothing
//! about the cluster.
//!
//! `audit` has the report of a scan, one file or folder a format; `command` the reports of the
//! other commands; `style` what text looks like. [`Document`] is what every report has.

mod audit;
mod cluster;
mod command;
mod coverage;
mod document;
mod json;
mod schema;
mod style;

pub use audit::{
    AuditReport, ClusterOutcome, ClustersReport, Comparison, Filter, Format, MANAGED_BY,
    ReportObject, ReportsApi, UnusedException, report_objects,
};
pub use cluster::Cluster;
pub use command::{
    CanReport, ConfigReport, DiffReport, EffectiveOption, EffectiveRule, ExplainReport,
    ExplainedPods, Origin, PathsFormat, PathsReport, PssReport,
};
pub use coverage::{is_complete, not_evaluated, unverified};
pub use document::{CommandFormat, Document};
pub use style::{Look, visible};
