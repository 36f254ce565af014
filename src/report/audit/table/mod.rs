//! The format for people: workloads worst first, findings by rule, and what was not covered.

mod clusters;
mod findings;
mod summary;
mod workloads;
mod write;

pub(super) use write::write;

use super::format_spec::FormatSpec;

pub(super) const FORMAT: FormatSpec = FormatSpec {
    name: "table",
    purpose: "to read in a terminal",
    example: "demo.txt",
    write,
    write_clusters: Some(clusters::write_clusters),
};
