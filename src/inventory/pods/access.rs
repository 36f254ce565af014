//! Pods of an inventory: added, counted and made whole again, one by one.

use std::collections::BTreeSet;

use super::member::{NodeId, PodId};
use super::names::PodNames;
use crate::inventory::kind::Pod;
use crate::inventory::owner::{Owners, Workload};
use crate::inventory::resource::Resource;
use crate::inventory::store::Inventory;
use crate::object::ObjectRef;

impl Inventory {
    /// Adds a pod.
    pub fn add_pod(&mut self, pod: Pod) {
        self.pods.add(pod);
    }

    /// Adds a pod with a template of its own, field by field.
    #[cfg(test)]
    pub(crate) fn add_pod_apart(&mut self, pod: Pod) {
        let (template, identity) = super::template::PodTemplate::whole(pod);
        let template = self.pods.templates.insert_full(Box::new(template)).0;
        self.pods.push_pod(template, &identity);
    }

    /// Every pod, in the order of namespace and name; each is made from its template.
    pub fn pods(&self) -> impl Iterator<Item = Pod> {
        self.pods.members.pods.iter().map(|member| self.pods.pod(member))
    }

    /// The nodes of these pods.
    #[must_use]
    pub fn nodes_of(&self, ids: &[PodId]) -> BTreeSet<NodeId> {
        let node = |id: &PodId| self.pods.members.pods[id.0 as usize].node.map(NodeId);
        ids.iter().filter_map(node).collect()
    }

    /// The name of a node that pods name, which may not have been read.
    #[must_use]
    pub fn node_name(&self, id: NodeId) -> &str {
        &self.pods.nodes[id.0 as usize]
    }

    /// A pod by its number.
    #[must_use]
    pub fn pod(&self, id: PodId) -> Pod {
        self.pods.pod(&self.pods.members.pods[id.0 as usize])
    }

    /// The name to show of a pod of this workload.
    #[must_use]
    pub fn pod_reference(&self, id: PodId, workload: &Workload) -> ObjectRef {
        let member = &self.pods.members.pods[id.0 as usize];
        let (kind, name) = if member.is_manifest {
            (workload.kind.as_str(), workload.name.as_str())
        } else {
            (Resource::Pods.kind(), self.pods.members.name_of(member))
        };
        ObjectRef {
            kind: kind.to_owned(),
            namespace: Some(workload.namespace.clone()),
            name: name.to_owned(),
            uid: member.uid.text(),
        }
    }

    /// The names of these pods; what a workload of a manifest would make has none.
    #[must_use]
    pub fn pod_names(&self, ids: impl IntoIterator<Item = PodId>) -> PodNames {
        let members = &self.pods.members;
        let is_pod = |id: &PodId| !members.pods[id.0 as usize].is_manifest;
        PodNames { members: members.clone(), ids: ids.into_iter().filter(is_pod).collect() }
    }

    /// One pod of each template, without its name, UID and node.
    pub fn pod_templates(&self) -> impl Iterator<Item = &Pod> {
        self.pods.templates()
    }

    /// Drops what workloads of manifests would make, unless `is_left` says otherwise.
    pub(crate) fn retain_manifests(&mut self, is_left: impl Fn(&Pod, &Owners) -> bool) {
        self.pods.retain_manifests(|pod| is_left(pod, &self.owners));
    }
}
