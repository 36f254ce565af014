//! One report of several clusters: each in the form of its own report, and those that could not be
//! read with their error.

use std::io::{self, Write};

use jiff::Timestamp;
use serde::Serialize;

use super::json::{self, Each, Tool};
use super::text::{visible, wrap};
use super::{Look, Report, table};

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
#[cfg_attr(test, schemars(rename = "Model"))]
#[serde(rename_all = "camelCase")]
struct Model<'a, C> {
    /// Version of this format.
    schema_version: u32,
    /// What made the report.
    tool: Tool<'a>,
    /// When the last scan ended, RFC 3339.
    scanned_at: String,
    /// In the order of the contexts.
    #[cfg_attr(test, schemars(with = "Vec<Cluster<json::Model<(), ()>>>"))]
    clusters: C,
}

/// One cluster.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Cluster"))]
struct Cluster<'a, R> {
    /// The kubeconfig's context.
    name: &'a str,
    /// Why it could not be scanned.
    error: Option<&'a str>,
    /// The report of this cluster alone; null if it could not be scanned.
    report: Option<R>,
}

pub(super) fn table(report: &ClustersReport, look: Look, out: &mut dyn Write) -> io::Result<()> {
    for Scanned { name, report } in &report.clusters {
        let title = format!("=== {name} ===");
        writeln!(out, "{}\n", look.bold(&visible(&title)))?;
        match report {
            Ok(report) => table::write(report, look, out)?,
            Err(error) => writeln!(out, "{}", wrap(&not_scanned(error), 0, look.width))?,
        }
        writeln!(out)?;
    }
    let failed = report.clusters.iter().filter(|cluster| cluster.report.is_err()).count();
    let count = report.clusters.len();
    writeln!(out, "{} of {count} clusters were scanned.", count - failed)
}

pub(super) fn json(report: &ClustersReport, out: &mut dyn Write) -> io::Result<()> {
    let model = Model {
        schema_version: SCHEMA_VERSION,
        tool: json::tool(report.version),
        scanned_at: report.scanned_at.to_string(),
        clusters: Each(|| report.clusters.iter().map(cluster)),
    };
    serde_json::to_writer_pretty(&mut *out, &model)?;
    writeln!(out)
}

fn cluster<'a>(Scanned { name, report }: &'a Scanned<'a>) -> Cluster<'a, impl Serialize + use<'a>> {
    let error = report.as_ref().err().map(String::as_str);
    Cluster { name, error, report: report.as_ref().ok().map(json::model) }
}

/// What is said of a cluster that has no report.
pub(super) fn not_scanned(error: &str) -> String {
    visible(&format!("Not scanned, so nothing is known of it: {error}.")).into_owned()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_published_schema_is_that_of_the_structures() {
        let published = expect_test::expect_file!["../../reports/clusters.schema.json"];
        crate::report::json::assert_schema::<super::Model<()>>(&published);
    }
}
