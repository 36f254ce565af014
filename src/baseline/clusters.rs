//! Reads a JSON report of several clusters, to compare each with its own part.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use super::file::{BaselineError, StoredReport, StoredTool, parse, readable, snapshot};
use super::{ReportScope, ReportSnapshot};

/// A report of several clusters.
#[derive(Clone, Debug)]
pub struct ClustersSnapshot {
    version: String,
    scanned_at: String,
    snapshots: BTreeMap<String, Result<ReportSnapshot, String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct StoredClusters {
    schema_version: u32,
    tool: StoredTool,
    scanned_at: String,
    clusters: Vec<StoredClusterEntry>,
}

#[derive(Deserialize)]
struct StoredClusterEntry {
    name: String,
    error: Option<String>,
    report: Option<StoredReport>,
}

/// Reads the report of several clusters in this file.
///
/// # Errors
/// No such file, or one that is no such report.
pub fn read_clusters(path: &Path) -> Result<ClustersSnapshot, BaselineError> {
    let bytes = std::fs::read(path).map_err(|e| BaselineError::File(path.to_owned(), e))?;
    let name = path.display().to_string();
    let document: StoredClusters =
        serde_json::from_slice(&bytes).map_err(|error| match parse(&bytes, &name) {
            Ok(_) => BaselineError::Single(name.clone()),
            Err(_) => BaselineError::Format(name.clone(), error),
        })?;
    readable(document.schema_version, &name)?;
    let mut snapshots = BTreeMap::new();
    for cluster in document.clusters {
        let snapshot = match cluster.report {
            Some(report) => Ok(snapshot(report, &name)?),
            None => Err(cluster.error.unwrap_or_default()),
        };
        snapshots.insert(cluster.name, snapshot);
    }
    Ok(ClustersSnapshot {
        version: document.tool.version,
        scanned_at: document.scanned_at,
        snapshots,
    })
}

impl ClustersSnapshot {
    /// What the report says of this cluster; of one that it has not, that nothing is known.
    #[must_use]
    pub fn snapshot(&self, name: &str) -> ReportSnapshot {
        let why = match self.snapshots.get(name) {
            Some(Ok(snapshot)) => return snapshot.clone(),
            Some(Err(error)) => format!("the cluster was not scanned ({error})"),
            None => "the cluster was not in the report".to_owned(),
        };
        ReportSnapshot {
            cluster: name.to_owned(),
            version: self.version.clone(),
            scanned_at: self.scanned_at.clone(),
            scope: Some(ReportScope::default()),
            unread: Some(why),
            ..ReportSnapshot::default()
        }
    }

    /// The clusters that it has, by name.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.snapshots.keys().map(String::as_str)
    }
}
