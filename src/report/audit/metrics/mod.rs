//! Metrics: gauges in a text that is OpenMetrics 1.0 and Prometheus' older text format at once, so
//! that Prometheus, the Pushgateway and the node exporter's textfile collector all read it.
//!
//! Counts are those of the whole audit, whatever the report shows. There is no series for a pod or
//! a finding; what there can be at most is in the README.

mod families;
mod text;

use super::format_spec::FormatSpec;

pub(super) const FORMAT: FormatSpec = FormatSpec {
    name: "openmetrics",
    purpose: "gauges for Prometheus",
    example: "demo.prom",
    write: |report, _, out| families::write(report, out),
    write_clusters: Some(|report, _, out| families::write_clusters(report, out)),
};
