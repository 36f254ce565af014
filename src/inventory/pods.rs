//! Every pod, and each class of pods that are alike once: a large cluster has hundred times as many
//! pods as classes. What a pod has of its own takes some 70 bytes.

use std::collections::BTreeSet;
use std::sync::Arc;

use indexmap::IndexSet;
use serde::Deserialize;

use super::class::{Class, Identity};
use super::coverage::Resource;
use super::protobuf::Likeness;
use super::seen::Seen;
use super::{Inventory, Owners, Pod, Workload};
use crate::object::ObjectRef;
use uid::Uid;

mod alike;
mod names;
mod part;
mod uid;

pub use alike::{Alike, Classes};
pub use names::PodNames;

/// Every pod that was read.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(try_from = "part::Read")]
pub(super) struct Pods {
    classes: IndexSet<Box<Class>>,
    nodes: IndexSet<Box<str>>,
    members: Arc<Members>,
    seen: Seen,
}

/// What pods have of their own.
#[derive(Clone, Debug, Default)]
struct Members {
    pods: Vec<Member>,
    /// All names, one behind the other.
    names: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Member {
    class: u32,
    /// Where in the names its own begins, and its length.
    name: (u32, u32),
    node: Option<u32>,
    uid: Uid,
    /// Whether it is no pod, but the template of a workload.
    is_template: bool,
}

impl Members {
    fn name(&self, id: PodId) -> &str {
        self.name_of(&self.pods[id.0 as usize])
    }

    fn name_of(&self, member: &Member) -> &str {
        let (start, length) = (member.name.0 as usize, member.name.1 as usize);
        &self.names[start..start + length]
    }
}

/// A pod's number, in the order of namespace and name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PodId(u32);

/// The number of a node that pods name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NodeId(u32);

/// No list of pods is longer: it would not fit in memory.
fn short(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

impl Pods {
    pub(super) fn add(&mut self, pod: Pod) {
        let (class, own) = Class::of(pod);
        let class = self.class(&class);
        self.push_own(class, &own);
    }

    /// The number of this class.
    fn class(&mut self, class: &Class) -> usize {
        match self.classes.get_index_of(class) {
            Some(class) => class,
            // A clone has no spare capacity, unlike what was decoded.
            None => self.classes.insert_full(Box::new(class.clone())).0,
        }
    }

    /// Keeps a pod that is like an earlier one, if it is; otherwise the key to [`Pods::remember`].
    pub(super) fn add_alike(&mut self, likeness: &Likeness<'_>) -> Result<(), [u64; 2]> {
        let key = self.seen.key(likeness);
        let class = *self.seen.classes.get(&key).ok_or(key)?;
        self.push(class as usize, likeness.name, likeness.uid, likeness.node);
        Ok(())
    }

    /// Notes the class of the pod that was added last.
    pub(super) fn remember(&mut self, key: [u64; 2], has_injected: bool) {
        let Some(last) = self.members.pods.last() else { return };
        // A name that was left out of the likeness has to be left out of the class.
        if !has_injected || self.classes[last.class as usize].has_injected_volume() {
            self.seen.classes.insert(key, last.class);
        }
    }

    fn push_own(&mut self, class: usize, Identity { name, uid, node }: &Identity) {
        self.push(class, name, uid.as_deref(), node.as_deref());
    }

    fn push(&mut self, class: usize, name: &str, uid: Option<&str>, node: Option<&str>) {
        let node = node.map(|node| match self.nodes.get_index_of(node) {
            Some(node) => short(node),
            None => short(self.nodes.insert_full(node.into()).0),
        });
        let members = Arc::make_mut(&mut self.members);
        let place = (short(members.names.len()), short(name.len()));
        members.names.push_str(name);
        let is_template = self.classes[class].pod.template_of.is_some();
        let (class, uid) = (short(class), Uid::new(uid));
        members.pods.push(Member { class, name: place, node, uid, is_template });
    }

    /// Takes over the pods of another.
    pub(super) fn absorb(&mut self, other: Self) {
        if self.members.pods.is_empty() {
            return *self = other;
        }
        let (others, first) = (&other.members, short(self.members.names.len()));
        let classes =
            other.classes.into_iter().map(|class| short(self.classes.insert_full(class).0));
        let classes: Vec<_> = classes.collect();
        let nodes = other.nodes.into_iter().map(|node| short(self.nodes.insert_full(node).0));
        let nodes: Vec<_> = nodes.collect();
        let members = Arc::make_mut(&mut self.members);
        members.names.push_str(&others.names);
        members.pods.extend(others.pods.iter().map(|member| Member {
            class: classes[member.class as usize],
            name: (first.saturating_add(member.name.0), member.name.1),
            node: member.node.map(|node| nodes[node as usize]),
            uid: member.uid.clone(),
            is_template: member.is_template,
        }));
    }

    /// Brings the pods into their order and drops those that were listed twice.
    pub(super) fn finish(&mut self) {
        self.seen = Seen::default();
        let classes = &self.classes;
        let members = Arc::make_mut(&mut self.members);
        let mut pods = std::mem::take(&mut members.pods);
        let namespace = |member: &Member| classes[member.class as usize].pod.namespace();
        pods.sort_by(|a, b| {
            let key = |member| (namespace(member), members.name_of(member));
            key(a).cmp(&key(b)).then_with(|| a.uid.cmp(&b.uid))
        });
        pods.dedup_by(|a, b| {
            a.uid != Uid::None
                && a.uid == b.uid
                && (namespace(a), members.name_of(a)) == (namespace(b), members.name_of(b))
        });
        pods.shrink_to_fit();
        members.names.shrink_to_fit();
        members.pods = pods;
    }

    /// One pod of each class, without its name.
    pub(super) fn classes(&self) -> impl Iterator<Item = &Pod> {
        let mut has_pods = vec![false; self.classes.len()];
        self.members.pods.iter().for_each(|member| has_pods[member.class as usize] = true);
        let classes = self.classes.iter().zip(has_pods);
        classes.filter(|(_, has_pods)| *has_pods).map(|(class, _)| &class.pod)
    }

    fn retain(&mut self, kept: Vec<bool>) {
        let mut kept = kept.into_iter();
        Arc::make_mut(&mut self.members).pods.retain(|_| kept.next() == Some(true));
    }

    fn pod(&self, member: &Member) -> Pod {
        self.classes[member.class as usize].pod(self.identity(member))
    }

    fn identity(&self, member: &Member) -> Identity {
        Identity {
            name: self.members.name_of(member).to_owned(),
            uid: member.uid.text(),
            node: member.node.map(|node| self.nodes[node as usize].to_string()),
        }
    }
}

impl Inventory {
    /// Keeps a pod.
    pub fn add_pod(&mut self, pod: Pod) {
        self.pods.add(pod);
    }

    /// Keeps a pod as a class of its own, field by field.
    #[cfg(test)]
    pub(crate) fn add_pod_apart(&mut self, pod: Pod) {
        let (class, own) = Class::apart(pod);
        let class = self.pods.classes.insert_full(Box::new(class)).0;
        self.pods.push_own(class, &own);
    }

    /// Every pod, in the order of namespace and name; each is made from its class.
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
        let (kind, name) = if member.is_template {
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

    /// The names of these pods; a template is none.
    #[must_use]
    pub fn pod_names(&self, ids: impl IntoIterator<Item = PodId>) -> PodNames {
        let members = &self.pods.members;
        let is_pod = |id: &PodId| !members.pods[id.0 as usize].is_template;
        PodNames { members: members.clone(), ids: ids.into_iter().filter(is_pod).collect() }
    }

    /// Drops the templates of workloads that are not to be kept.
    pub(crate) fn retain_templates(&mut self, keep: impl Fn(&Pod, &Owners) -> bool) {
        let (pods, owners) = (&self.pods, &self.owners);
        let kept = |m: &Member| !m.is_template || keep(&pods.pod(m), owners);
        let kept = pods.members.pods.iter().map(kept).collect();
        self.pods.retain(kept);
    }
}
