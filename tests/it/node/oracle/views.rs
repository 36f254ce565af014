//! The pods as podaudit may come to read them: from a live cluster, from one whose kubelets report
//! less, and as manifests that no API server has seen.

use podaudit::manifest::{self, Options};
use podaudit::posture::PodPosture;
use serde_json::{Value, json};

use super::batch::{NAMESPACE, Ran};
use super::compare::{Difference, Node, pod};
use crate::support::ensure;

/// The objects around the pods.
#[derive(Debug)]
pub(super) struct Surroundings {
    /// Nodes, and Secrets without their data.
    pub(super) live: Vec<Value>,
    /// ServiceAccounts, which manifests have too.
    pub(super) accounts: Vec<Value>,
}

/// Every difference in every view, with the number of the pod.
pub(super) fn compare(
    node: &Node,
    around: &Surroundings,
    pods: &[Ran],
) -> anyhow::Result<Vec<(usize, Difference)>> {
    let live = || around.live.iter().chain(&around.accounts).cloned();
    let stored = || pods.iter().map(|ran| typed(&ran.stored));
    let views = [
        ("live", stored().chain(live()).collect()),
        ("live, pods only", stored().collect()),
        ("an older kubelet", stored().map(without_users).chain(live()).collect::<Vec<_>>()),
        (
            "manifests",
            pods.iter().map(Ran::manifest).chain(around.accounts.iter().cloned()).collect(),
        ),
    ];
    let mut differences = Vec::new();
    for (view, documents) in views {
        let text: Vec<_> = documents.iter().map(Value::to_string).collect();
        let options = Options { namespaces: vec![NAMESPACE.to_owned()], ..Options::default() };
        let inventory = manifest::parse(view, &text.join("\n"), &options);
        let postures: Vec<_> = inventory
            .pods()
            .map(|pod| (pod.metadata.name.clone(), PodPosture::new(&inventory, &pod)))
            .collect();
        ensure!(postures.len() == pods.len(), "{view}: {} of {} pods", postures.len(), pods.len());
        for (index, ran) in pods.iter().enumerate() {
            let own = postures.iter().find(|(name, _)| name == ran.name());
            if let Some((_, posture)) = own {
                let found = pod(view, node, posture, ran)?;
                differences.extend(found.into_iter().map(|difference| (index, difference)));
            }
        }
    }
    Ok(differences)
}

/// Items of a list do not say what they are.
fn typed(pod: &Value) -> Value {
    let mut pod = pod.clone();
    pod["apiVersion"] = json!("v1");
    pod["kind"] = json!("Pod");
    pod
}

/// As a kubelet before 1.33 reports it.
fn without_users(mut pod: Value) -> Value {
    for kind in ["initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses"] {
        for status in pod["status"][kind].as_array_mut().into_iter().flatten() {
            if let Some(status) = status.as_object_mut() {
                status.remove("user");
            }
        }
    }
    pod
}
