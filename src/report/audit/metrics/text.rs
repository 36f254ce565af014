//! The exposition format: families of samples, sorted, without timestamps.
//!
//! Source: OpenMetrics 1.0 (RFC draft-richih-opsawg-openmetrics-00), prometheus/common expfmt

use std::collections::BTreeMap;
use std::io::{self, Write};

use crate::report::style::visible;

/// One metric with all of its series.
pub(super) struct Family<'a> {
    name: &'static str,
    help: &'static str,
    labels: &'static [&'static str],
    samples: BTreeMap<Vec<&'a str>, i64>,
}

impl<'a> Family<'a> {
    /// A metric without series yet.
    pub(super) fn new(
        name: &'static str,
        labels: &'static [&'static str],
        help: &'static str,
    ) -> Self {
        Self { name, help, labels, samples: BTreeMap::new() }
    }

    /// Adds a series; the values of the labels in their order.
    pub(super) fn with(mut self, values: &[&'a str], value: i64) -> Self {
        *self.series(values) = value;
        self
    }

    /// The value of a series, which begins with 0.
    pub(super) fn series(&mut self, values: &[&'a str]) -> &mut i64 {
        debug_assert_eq!(values.len(), self.labels.len());
        self.samples.entry(values.to_vec()).or_default()
    }

    /// Whether the other is the same metric.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.name == other.name
    }

    /// Takes over the series of the same metric.
    pub(super) fn absorb(&mut self, other: Self) {
        self.samples.extend(other.samples);
    }

    pub(super) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let Self { name, help, labels, samples } = self;
        writeln!(out, "# HELP {name} {help}\n# TYPE {name} gauge")?;
        for (values, value) in samples {
            let pairs = labels.iter().zip(values).map(|(l, v)| format!("{l}=\"{}\"", escape(v)));
            writeln!(out, "{name}{{{}}} {value}", pairs.collect::<Vec<_>>().join(","))?;
        }
        Ok(())
    }
}

/// A line feed would be a new sample; what cannot be seen would hide in a dashboard.
fn escape(value: &str) -> String {
    visible(value).replace('\\', "\\\\").replace('"', "\\\"")
}

#[cfg(test)]
mod tests {
    use super::Family;

    #[test]
    fn no_value_ends_its_line_or_its_quotes() {
        let family = Family::new("x", &["a"], "Help.").with(&["1\"} 2\nx{a=\"\\"], 3);
        let mut out = Vec::new();
        family.write(&mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text.lines().count(), 3, "{text}");
        assert_eq!(text.lines().last(), Some("x{a=\"1\\\"} 2\\\\nx{a=\\\"\\\\\"} 3"));
    }
}
