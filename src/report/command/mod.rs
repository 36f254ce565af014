//! The reports of all commands but the audit, one file or folder a command: what it has found, the
//! table for people, and the JSON for machines.

mod can;
mod config;
mod diff;
mod explain;
mod paths;
mod pss;

#[cfg(test)]
pub(super) use can::CanJson;
pub use can::CanReport;
#[cfg(test)]
pub(super) use config::ConfigJson;
pub use config::{ConfigReport, EffectiveOption, EffectiveRule, Origin};
#[cfg(test)]
pub(super) use diff::DiffJson;
pub use diff::DiffReport;
pub(super) use diff::{
    BaselineJson, baseline_json, change_counts, finding_place, statement_label, write_changes,
};
#[cfg(test)]
pub(super) use explain::ExplainJson;
pub use explain::{ExplainReport, ExplainedPods};
#[cfg(test)]
pub(super) use paths::PathsJson;
pub use paths::{PathsFormat, PathsReport};
#[cfg(test)]
pub(super) use pss::PssJson;
pub use pss::PssReport;
