//! So many pods that they are read by namespace, from a real API server that is disturbed meanwhile.

use std::collections::BTreeSet;

use podaudit::cluster::ScanScope;
use podaudit::inventory::{Coverage, CoverageState, Resource};
use serde_json::json;

use super::Live;
use super::abuse::{forget_history, read_scope};
use crate::support::lab::ControlPlane;
use crate::support::{Outcome, ensure};

pub(super) fn tests() -> Vec<Live> {
    vec![Live::new(many_pods_by_namespace)]
}

/// More than the 5,000 that are read in one list.
const PODS: usize = 5_200;
const NAMESPACES: usize = 4;

fn name(number: usize) -> String {
    format!("team-{}/pod-{number:04}", number * NAMESPACES / PODS)
}

fn fill(control_plane: &ControlPlane) -> Outcome {
    let api = control_plane.api();
    for namespace in 0..NAMESPACES {
        let namespace = format!("team-{namespace}");
        api.namespace(&namespace)?;
        let own = (0..PODS).map(name);
        let own =
            own.filter_map(|name| name.strip_prefix(&namespace).map(|name| name[1..].to_owned()));
        let pod = |name: String| json!({"metadata": {"name": name}, "spec": {"containers": [{"name": "app", "image": "app"}]}});
        let path = format!("/api/v1/namespaces/{namespace}/pods");
        api.post_all(&path, &own.map(pod).collect::<Vec<_>>(), 16)?;
    }
    Ok(())
}

/// Reads all pods; something happens after the fourth page.
fn read(
    control_plane: &ControlPlane,
    happens: impl Fn() -> Outcome + Sync,
) -> anyhow::Result<(Coverage, Vec<String>)> {
    let scope = ScanScope { resources: vec![Resource::Pods], ..ScanScope::default() };
    let inventory = read_scope(control_plane, &scope, None, (4, happens))?;
    let name = |pod: podaudit::inventory::Pod| format!("{}/{}", pod.namespace(), pod.metadata.name);
    Ok((inventory.coverage(Resource::Pods), inventory.pods().map(name).collect()))
}

/// Complete, and what was there all the time was read once.
fn whole(record: &Coverage, names: &[String], gone: &[usize]) -> Outcome {
    ensure!(record.state == CoverageState::Complete && record.error.is_none(), "{record:?}");
    // Three pages of each namespace, and not eleven of all.
    ensure!(record.pages >= 12, "not by namespace: {record:?}");
    let unique: BTreeSet<_> = names.iter().collect();
    ensure!(unique.len() == names.len(), "a pod twice");
    let missing = (0..PODS).filter(|n| !gone.contains(n) && !unique.contains(&name(*n))).count();
    ensure!(missing == 0, "{missing} pods are missing");
    Ok(())
}

fn many_pods_by_namespace(_: &ControlPlane) -> Outcome {
    let control_plane = ControlPlane::start("")?;
    fill(&control_plane)?;
    let (record, names) = read(&control_plane, || {
        let api = control_plane.api();
        for (namespace, number) in [(0, 0), (3, 5_199)] {
            api.delete(&format!("/api/v1/namespaces/team-{namespace}/pods/pod-{number:04}"))?;
        }
        api.namespace("made-meanwhile")?;
        let pod = json!({"metadata": {"name": "new"}, "spec": {"containers": [{"name": "app", "image": "app"}]}});
        api.post("/api/v1/namespaces/made-meanwhile/pods", &pod).map(drop)
    })?;
    let gone = [0, 5_199];
    whole(&record, &names, &gone)?;
    ensure!(!record.consistent, "lists of more than one moment: {record:?}");
    ensure!(names.iter().any(|name| name == "made-meanwhile/new"), "the new namespace");

    let (record, names) = read(&control_plane, || forget_history(&control_plane))?;
    whole(&record, &names, &gone)?;
    let (record, names) = read(&control_plane, || control_plane.restart_api_server())?;
    whole(&record, &names, &gone)
}
