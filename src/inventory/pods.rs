//! Every pod, and each class of pods that are alike once: a large cluster has hundred times as many
//! pods as classes. What a pod has of its own takes some 70 bytes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use indexmap::IndexSet;
use serde::Deserialize;

use super::class::{Class, Identity};
use super::protobuf::Likeness;
use super::runtime::Platform;
use super::seen::Seen;
use super::{Inventory, Owners, Pod, Workload};
use crate::object::ObjectRef;
use uid::Uid;

mod names;
mod part;
mod uid;

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

/// Pods that are alike, on nodes that are alike: whatever is judged of one is true of all.
#[derive(Clone, Debug)]
pub struct Alike {
    /// The first of them by name, complete.
    pub pod: Pod,
    /// All of them, by name.
    pub ids: Box<[PodId]>,
}

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
        members.pods.push(Member { class: short(class), name: place, node, uid: Uid::new(uid) });
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
        self.classes.iter().map(|class| &class.pod)
    }

    fn retain(&mut self, kept: Vec<bool>) {
        let mut kept = kept.into_iter();
        Arc::make_mut(&mut self.members).pods.retain(|_| kept.next() == Some(true));
    }

    fn is_template(&self, member: &Member) -> bool {
        self.classes[member.class as usize].pod.template_of.is_some()
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

    /// Every pod, with those together that are alike; in the order of the first of each.
    pub fn alike(&self) -> impl Iterator<Item = Alike> {
        let members = &self.pods.members.pods;
        let platforms = self.platforms(self.pods.nodes.iter().map(AsRef::as_ref));
        let classes = self.pods.classes();
        let shows_runtime: Vec<_> = classes.map(Pod::shows_runtime).collect();
        let group = |id: PodId| {
            let member = &members[id.0 as usize];
            let platform = |node| {
                let Platform { whole, without_runtime } = platforms[node as usize];
                if shows_runtime[member.class as usize] { without_runtime } else { whole }
            };
            (member.class, member.node.map(platform))
        };
        let mut ids: Vec<_> = (0..).take(members.len()).map(PodId).collect();
        ids.sort_by_key(|id| (group(*id), *id));
        let mut groups: Vec<Box<[PodId]>> =
            ids.chunk_by(|a, b| group(*a) == group(*b)).map(Into::into).collect();
        groups.sort_unstable();
        groups.into_iter().map(|ids| Alike { pod: self.pod(ids[0]), ids })
    }

    /// The workloads of pods that are alike: one, unless the pods' own names are those of their
    /// workloads.
    #[must_use]
    pub fn by_workload(&self, alike: &Alike) -> BTreeMap<Workload, Vec<PodId>> {
        if !Owners::is_named_by_pod(&alike.pod) {
            return [(self.owners.workload(&alike.pod), alike.ids.to_vec())].into();
        }
        let mut workloads: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for id in &alike.ids {
            workloads.entry(self.owners.workload(&self.pod(*id))).or_default().push(*id);
        }
        workloads
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

    /// The name to show of a pod.
    #[must_use]
    pub fn pod_reference(&self, id: PodId) -> ObjectRef {
        let member = &self.pods.members.pods[id.0 as usize];
        let class = &self.pods.classes[member.class as usize].pod;
        class.reference_as(self.pods.members.name_of(member), member.uid.text())
    }

    /// The names of these pods; a template is none.
    #[must_use]
    pub fn pod_names(&self, ids: impl IntoIterator<Item = PodId>) -> PodNames {
        let members = &self.pods.members;
        let is_pod = |id: &PodId| !self.pods.is_template(&members.pods[id.0 as usize]);
        PodNames { members: members.clone(), ids: ids.into_iter().filter(is_pod).collect() }
    }

    /// Drops the templates of workloads that are not to be kept.
    pub(crate) fn retain_templates(&mut self, keep: impl Fn(&Pod, &Owners) -> bool) {
        let (pods, owners) = (&self.pods, &self.owners);
        let kept = |m: &Member| !pods.is_template(m) || keep(&pods.pod(m), owners);
        let kept = pods.members.pods.iter().map(kept).collect();
        self.pods.retain(kept);
    }
}
