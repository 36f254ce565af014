//! Which workload a pod belongs to: the end of its chain of controllers.

use std::collections::{BTreeMap, BTreeSet};

use super::collection::Collection;
use super::kind::meta::{ObjectMeta, OwnerReference};
use super::kind::{PartialObjectMetadata, Pod};
use crate::object::WorkloadName;

/// The object that a person edits to change a pod.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Workload {
    /// Namespace of the pods.
    pub namespace: String,
    /// Kind, for example `Deployment`; `Pod` for a pod without a controller.
    pub kind: String,
    /// Name.
    pub name: String,
}

/// The kinds of Kubernetes itself that hold a pod template, with group and version.
pub const TEMPLATE_KINDS: [(&str, &str); 8] = [
    ("apps/v1", "Deployment"),
    ("apps/v1", "StatefulSet"),
    ("apps/v1", "DaemonSet"),
    ("apps/v1", "ReplicaSet"),
    ("batch/v1", "Job"),
    ("batch/v1", "CronJob"),
    ("v1", "ReplicationController"),
    ("v1", "PodTemplate"),
];

/// Controllers of the objects that stand between a pod and its workload, by the UID of the
/// object in between.
#[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize)]
pub struct Owners(BTreeMap<String, Option<WorkloadName>>);

impl Owners {
    /// Remembers who controls this ReplicaSet or Job.
    fn insert(&mut self, meta: &ObjectMeta) {
        if let Some(uid) = &meta.uid {
            let controller = meta.controller().map(workload_name);
            self.0.insert(uid.clone(), controller);
        }
    }

    /// Forgets those that control none of the pods, as most ReplicaSets do.
    pub(super) fn retain(&mut self, used: &BTreeSet<&str>) {
        self.0.retain(|uid, _| used.contains(uid.as_str()));
    }

    pub(super) fn absorb(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// The workload of a pod. A ReplicaSet or Job that was not read, or has no controller,
    /// is the workload itself.
    #[must_use]
    pub fn workload(&self, pod: &Pod) -> Workload {
        let WorkloadName { kind, name } = match (&pod.template_of, pod.metadata.controller()) {
            (Some(template), _) => template.clone(),
            // Static pods of one manifest differ only in the node's name at their end.
            (None, Some(owner)) if owner.kind == "Node" => {
                let name = &pod.metadata.name;
                let stem = name.strip_suffix(&format!("-{}", owner.name)).unwrap_or(name);
                WorkloadName { kind: "Pod".to_owned(), name: stem.to_owned() }
            }
            (None, Some(owner)) => self.above(owner),
            (None, None) => {
                WorkloadName { kind: "Pod".to_owned(), name: pod.metadata.name.clone() }
            }
        };
        Workload { namespace: pod.namespace().to_owned(), kind, name }
    }

    /// Whether the workload of such a pod is called after the pod itself.
    pub(super) fn is_named_by_pod(pod: &Pod) -> bool {
        let controller = pod.metadata.controller();
        pod.template_of.is_none() && controller.is_none_or(|owner| owner.kind == "Node")
    }

    fn above(&self, owner: &OwnerReference) -> WorkloadName {
        let known = self.0.get(&owner.uid).cloned().flatten();
        known.unwrap_or_else(|| workload_name(owner))
    }
}

fn workload_name(owner: &OwnerReference) -> WorkloadName {
    WorkloadName { kind: owner.kind.clone(), name: owner.name.clone() }
}

impl Collection<PartialObjectMetadata> for Owners {
    fn store(&mut self, object: PartialObjectMetadata, _: &str) {
        self.insert(&object.metadata);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meta(name: &str, uid: &str, owner: Option<(&str, &str, &str)>) -> ObjectMeta {
        ObjectMeta {
            name: name.into(),
            uid: Some(uid.into()),
            owner_references: owner
                .map(|(kind, name, uid)| OwnerReference {
                    kind: kind.into(),
                    name: name.into(),
                    uid: uid.into(),
                    controller: Some(true),
                })
                .into_iter()
                .collect(),
            ..ObjectMeta::default()
        }
    }

    #[test]
    fn a_pod_belongs_to_the_deployment_above_its_replica_set() {
        let mut owners = Owners::default();
        let pod = |owner| Pod { metadata: meta("web-1-x", "p", Some(owner)), ..Pod::default() };
        let replica = pod(("ReplicaSet", "web-1", "rs"));
        assert_eq!(owners.workload(&replica).kind, "ReplicaSet", "not read: the surest answer");
        let set = meta("web-1", "rs", Some(("Deployment", "web", "d")));
        owners.insert(&set);
        assert_eq!(owners.workload(&replica).name, "web");
        let mirror = Pod {
            metadata: meta("etcd-node-1", "p", Some(("Node", "node-1", "n"))),
            ..Pod::default()
        };
        assert_eq!(owners.workload(&mirror).name, "etcd");
    }
}
