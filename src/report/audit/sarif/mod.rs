//! SARIF 2.1.0. `model` is the part of the standard that podaudit uses; `render` fills the log and
//! its runs, `result` a result, `location` its place and `flow` its path.

mod flow;
mod location;
mod model;
mod render;
mod result;

use super::format_spec::FormatSpec;

pub(super) const FORMAT: FormatSpec = FormatSpec {
    name: "sarif",
    purpose: "SARIF 2.1.0, for code scanning",
    example: "demo.sarif",
    write: |report, _, out| render::write(report, out),
    write_clusters: Some(|report, _, out| render::write_clusters(report, out)),
};
