//! Reads a JSON report of several clusters, to compare each with its own part.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::file::{BaselineError, Report, Tool, readable, side};
use super::{Scope, Side};

/// A report of several clusters.
#[derive(Clone, Debug)]
pub struct Clusters {
    version: String,
    scanned_at: String,
    sides: BTreeMap<String, Result<Side, String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    schema_version: u32,
    tool: Tool,
    scanned_at: String,
    clusters: Vec<Cluster>,
}

#[derive(Deserialize)]
struct Cluster {
    name: String,
    error: Option<String>,
    report: Option<Report>,
}

/// Reads the report of several clusters in this file.
///
/// # Errors
/// No such file, or one that is no such report.
pub fn read_clusters(path: &Path) -> Result<Clusters, BaselineError> {
    let bytes = std::fs::read(path).map_err(|e| BaselineError::File(path.to_owned(), e))?;
    let name = path.display().to_string();
    let document: Document =
        serde_json::from_slice(&bytes).map_err(|error| match super::parse(&bytes, &name) {
            Ok(_) => BaselineError::Single(name.clone()),
            Err(_) => BaselineError::Format(name.clone(), error),
        })?;
    readable(document.schema_version, &name)?;
    let mut sides = BTreeMap::new();
    for cluster in document.clusters {
        let side = match cluster.report {
            Some(report) => Ok(side(report, &name)?),
            None => Err(cluster.error.unwrap_or_default()),
        };
        sides.insert(cluster.name, side);
    }
    Ok(Clusters { version: document.tool.version, scanned_at: document.scanned_at, sides })
}

/// Whether it is a report of several clusters.
pub(super) fn is_of_several(bytes: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Any {
        #[serde(rename = "clusters")]
        _clusters: Vec<IgnoredAny>,
    }
    serde_json::from_slice::<Any>(bytes).is_ok()
}

impl Clusters {
    /// What the report says of this cluster; of one that it has not, that nothing is known.
    #[must_use]
    pub fn side(&self, name: &str) -> Side {
        let why = match self.sides.get(name) {
            Some(Ok(side)) => return side.clone(),
            Some(Err(error)) => format!("the cluster was not scanned ({error})"),
            None => "the cluster was not in the report".to_owned(),
        };
        Side {
            cluster: name.to_owned(),
            version: self.version.clone(),
            scanned_at: self.scanned_at.clone(),
            scope: Some(Scope::default()),
            unread: Some(why),
            ..Side::default()
        }
    }

    /// The clusters that it has, by name.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.sides.keys().map(String::as_str)
    }
}
