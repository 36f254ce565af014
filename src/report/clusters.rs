//! One report of several clusters: each in the form of its own report, and those that could not be
//! read with their error.

use std::io::{self, Write};

use jiff::Timestamp;
use serde::Serialize;

use super::json::{self, Tool};
use super::text::{visible, wrap};
use super::{Format, Look, Report, sarif, table};

/// Grows when a field changes its meaning or goes; new fields alone do not count.
const SCHEMA_VERSION: u32 = 1;

/// What came of one cluster.
#[derive(Clone, Debug)]
pub struct Scanned<'a> {
    /// The kubeconfig's context.
    pub name: &'a str,
    /// Its report, or why there is none.
    pub report: Result<Report<'a>, String>,
}

/// Several clusters, in the order of their contexts.
#[derive(Clone, Debug)]
pub struct ClustersReport<'a> {
    /// Each with its report or error.
    pub clusters: Vec<Scanned<'a>>,
    /// When the last scan ended.
    pub scanned_at: Timestamp,
    /// podaudit's own version.
    pub version: &'a str,
}

/// Several clusters; `reports/clusters.schema.json` is made from this.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct Model<'a> {
    /// Version of this format.
    schema_version: u32,
    /// What made the report.
    tool: Tool<'a>,
    /// When the last scan ended, RFC 3339.
    scanned_at: String,
    /// In the order of the contexts.
    clusters: Vec<Cluster<'a>>,
}

/// One cluster.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Cluster<'a> {
    /// The kubeconfig's context.
    name: &'a str,
    /// Why it could not be scanned.
    error: Option<&'a str>,
    /// The report of this cluster alone; null if it could not be scanned.
    report: Option<json::Model<'a>>,
}

impl ClustersReport<'_> {
    /// Writes all clusters in this format.
    ///
    /// # Errors
    /// Whatever the writer says.
    pub fn write(&self, format: Format, look: Look, out: &mut dyn Write) -> io::Result<()> {
        match format {
            Format::Table => self.table(look, out),
            Format::Json => self.json(out),
            Format::Sarif => sarif::write_clusters(self, out),
        }
    }

    fn table(&self, look: Look, out: &mut dyn Write) -> io::Result<()> {
        for Scanned { name, report } in &self.clusters {
            let title = format!("=== {name} ===");
            writeln!(out, "{}\n", look.bold(&visible(&title)))?;
            match report {
                Ok(report) => table::write(report, look, out)?,
                Err(error) => writeln!(out, "{}", wrap(&not_scanned(error), 0, look.width))?,
            }
            writeln!(out)?;
        }
        let failed = self.clusters.iter().filter(|cluster| cluster.report.is_err()).count();
        let count = self.clusters.len();
        writeln!(out, "{} of {count} clusters were scanned.", count - failed)
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        let clusters = self.clusters.iter().map(|scanned| Cluster {
            name: scanned.name,
            error: scanned.report.as_ref().err().map(String::as_str),
            report: scanned.report.as_ref().ok().map(json::model),
        });
        let model = Model {
            schema_version: SCHEMA_VERSION,
            tool: json::tool(self.version),
            scanned_at: self.scanned_at.to_string(),
            clusters: clusters.collect(),
        };
        serde_json::to_writer_pretty(&mut *out, &model)?;
        writeln!(out)
    }
}

pub(super) fn not_scanned(error: &str) -> String {
    visible(&format!("Not scanned, so nothing is known of it: {error}.")).into_owned()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_published_schema_is_that_of_the_structures() {
        let published = expect_test::expect_file!["../../reports/clusters.schema.json"];
        crate::report::json::assert_schema::<super::Model>(&published);
    }
}
