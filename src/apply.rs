//! `--apply`: reports as objects of the cluster that was scanned. A complete scan replaces those of
//! the scan before it, and deletes those that it no longer needs: none without its label, and none
//! outside the namespaces that it read.

use std::collections::BTreeSet;

use futures::{StreamExt, stream};

use crate::cluster::{ClusterError, ConnectOptions, Connection, connect};
use crate::inventory::ObjectMeta;
use crate::object::path_segment;
use crate::report::{
    AuditReport, MANAGED_BY, ReportObject, ReportsApi, is_complete, report_objects,
};

/// Objects in flight: each is made when its turn comes, and has at most some 200 KiB.
const AT_A_TIME: usize = 2;

/// Reports did not get into the cluster, or not all of them.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// No kubeconfig, or a broken one.
    #[error("unable to apply reports to {0}")]
    Connect(String, #[source] ClusterError),
    /// The `CustomResourceDefinition` is not installed.
    #[error(
        "unable to apply reports to {cluster}: it has no {resource} of {api}; install their CRDs"
    )]
    NoApi {
        /// The cluster's name.
        cluster: String,
        /// The resource, in the plural.
        resource: &'static str,
        /// Group and version.
        api: &'static str,
    },
    /// What is there is not known, so nothing was changed.
    #[error("unable to list the reports in {0}")]
    List(String, #[source] ClusterError),
    /// Some objects were refused. Those of the scan before are still there.
    #[error("unable to apply all reports to {cluster}: {applied} of {total} are there")]
    Refused {
        /// The cluster's name.
        cluster: String,
        /// How many objects were applied.
        applied: usize,
        /// How many there are to apply.
        total: usize,
        /// The first refusal.
        source: ClusterError,
    },
    /// All is applied, and what is out of date is still there.
    #[error("unable to delete reports that are out of date from {0}")]
    Delete(String, #[source] ClusterError),
}

/// Applies the report. If the scan was not complete, all that it changes are the objects that tell
/// what was not read: what it did not see is not gone.
///
/// # Errors
/// The cluster cannot be reached, has no such API, or refuses.
pub async fn apply(
    options: &ConnectOptions,
    api: ReportsApi,
    report: &AuditReport<'_>,
) -> Result<(), ApplyError> {
    let cluster = || report.cluster.name.clone();
    let connection =
        connect(options).await.map_err(|error| ApplyError::Connect(cluster(), error))?;
    // Before anything else: it tells whether the API is there.
    let mut ours = Vec::new();
    for ReportList { namespaced, path } in lists(api, &report.scope.namespaces) {
        let found = connection.labelled(&path, MANAGED_BY).await.map_err(|error| match error {
            ClusterError::Status { code: 404, .. } => {
                let resource = api.plural(namespaced);
                ApplyError::NoApi { cluster: cluster(), resource, api: api.api_version() }
            }
            error => ApplyError::List(cluster(), error),
        })?;
        ours.extend(found);
    }
    let complete = is_complete(&report.audit.coverage);
    let mut objects = report_objects(report, api);
    objects.retain(|object| complete || object.is_of_gaps);
    if let Err(Unfinished { applied, error }) = apply_all(&connection, &objects).await {
        let (cluster, total) = (cluster(), objects.len());
        return Err(ApplyError::Refused { cluster, applied, total, source: error });
    }
    if complete {
        delete_others(&connection, api, &ours, &objects)
            .await
            .map_err(|error| ApplyError::Delete(cluster(), error))?;
    }
    Ok(())
}

/// A list of reports that are in the cluster.
struct ReportList {
    /// Whether it is of objects in namespaces.
    namespaced: bool,
    path: String,
}

/// Where the scan speaks for everything. An audit of some namespaces has no findings outside of them.
fn lists(api: ReportsApi, namespaces: &[String]) -> Vec<ReportList> {
    let list = |namespaced, path| ReportList { namespaced, path };
    match namespaces {
        [] => vec![list(true, api.path_of_all()), list(false, api.path(None))],
        names => names.iter().map(|name| list(true, api.path(Some(name)))).collect(),
    }
}

/// Why not all objects were applied.
struct Unfinished {
    /// How many were.
    applied: usize,
    /// The first error.
    error: ClusterError,
}

/// Applies each object. A refusal concerns one object, and the others go on; after any other fault
/// they would fail as well.
async fn apply_all(
    connection: &Connection,
    objects: &[ReportObject<'_>],
) -> Result<(), Unfinished> {
    let requests = objects.iter().map(async |object| {
        let json = object.to_json().map_err(|error| {
            ClusterError::Undecodable(format!("report {}: {error}", object.name))
        })?;
        match connection.apply(&object.path(), &json).await {
            // A namespace that went after the scan takes its reports with it.
            Err(error) if object.namespace.is_some() && is_of_gone_namespace(&error) => Ok(()),
            answer => answer,
        }
    });
    let mut answers = stream::iter(requests).buffered(AT_A_TIME);
    let (mut applied, mut first) = (0, None);
    while let Some(answer) = answers.next().await {
        let Err(error) = answer else {
            applied += 1;
            continue;
        };
        let is_refusal = matches!(error, ClusterError::Status { code: 400..=428, .. });
        first = first.or(Some(error));
        if !is_refusal {
            break;
        }
    }
    first.map_or(Ok(()), |error| Err(Unfinished { applied, error }))
}

/// The API is there, so what is not found is the namespace; one that ends takes no new objects.
fn is_of_gone_namespace(error: &ClusterError) -> bool {
    match error {
        ClusterError::Status { code: 404, .. } => true,
        ClusterError::Status { code: 403, message, .. } => message.contains("being terminated"),
        _ => false,
    }
}

/// Deletes what is ours and was not written again.
async fn delete_others(
    connection: &Connection,
    api: ReportsApi,
    ours: &[ObjectMeta],
    written: &[ReportObject<'_>],
) -> Result<(), ClusterError> {
    let written: BTreeSet<_> = written.iter().map(ReportObject::path).collect();
    for object in ours {
        let path =
            format!("{}/{}", api.path(object.namespace.as_deref()), path_segment(&object.name));
        if let (Some(uid), false) = (&object.uid, written.contains(&path)) {
            connection.delete(&path, uid).await?;
        }
    }
    Ok(())
}
