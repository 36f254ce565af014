//! Where a result is: a pseudo-path made of cluster, namespace, workload and container, as live objects
//! have no file.

use super::model::{ArtifactLocation, Location, LogicalLocation, PhysicalLocation, Region};
use crate::finding::WorkloadName;

/// Where a result is.
pub(super) struct ResultPlace<'a> {
    pub(super) cluster: &'a str,
    pub(super) namespace: Option<&'a str>,
    pub(super) workload: &'a WorkloadName,
    pub(super) container: Option<&'a str>,
}

/// The workload in words, as messages name it.
pub(super) fn workload_words(place: &ResultPlace) -> String {
    let WorkloadName { kind, name } = place.workload;
    match place.namespace {
        Some(namespace) => format!("{kind} {namespace}/{name}"),
        None => format!("{kind} {name}"),
    }
}

/// A container has a path of its own: GitLab takes two results of one rule in the same lines of one
/// file for the same.
pub(super) fn location(place: &ResultPlace) -> Location {
    let WorkloadName { kind, name } = place.workload;
    let namespace = place.namespace.unwrap_or("_cluster");
    let segments = [place.cluster, namespace, kind, name].map(path_segment);
    let [_, namespace, kind, name] = &segments;
    let container = place.container.map(|c| format!("/{}", path_segment(c))).unwrap_or_default();
    Location {
        message: None,
        physical_location: PhysicalLocation {
            artifact_location: ArtifactLocation {
                uri: format!("clusters/{}{container}.yaml", segments.join("/")),
            },
            region: Region { start_line: 1, start_column: 1, end_line: 1, end_column: 2 },
        },
        logical_locations: [LogicalLocation {
            name: place.container.unwrap_or(name).to_owned(),
            fully_qualified_name: format!("{namespace}/{kind}/{name}{container}"),
            kind: "resource",
        }],
    }
}

/// A context's name can hold slashes, colons and at signs; a relative URI's segment cannot.
pub(super) fn path_segment(text: &str) -> String {
    let keep = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    let segment: String = text.chars().map(|c| if keep(c) { c } else { '_' }).collect();
    if segment.trim_matches('.').is_empty() { "_".to_owned() } else { segment }
}
