//! Every pod, and each template once: a large cluster has hundred times as many pods as templates.

use std::sync::Arc;

use indexmap::IndexSet;

use super::member::{PodMember, PodMembers};
use super::replica_cache::ReplicaCache;
use super::template::{PodIdentity, PodTemplate};
use super::uid::Uid;
use crate::inventory::collection::{Collection, in_namespace};
use crate::inventory::decode::ReplicaKey;
use crate::inventory::kind::Pod;

/// Every pod that was read.
#[derive(Clone, Debug, Default)]
pub(in crate::inventory) struct Pods {
    pub(super) templates: IndexSet<Box<PodTemplate>>,
    pub(super) nodes: IndexSet<Box<str>>,
    pub(super) members: Arc<PodMembers>,
    replicas: ReplicaCache,
}

impl Collection<Pod> for Pods {
    fn store(&mut self, mut pod: Pod, default_namespace: &str) {
        in_namespace(&mut pod.metadata, default_namespace);
        if pod.metadata.name.is_empty() {
            pod.metadata.name = pod.metadata.generate_name.take().unwrap_or_default();
        }
        self.add(pod);
    }
}

/// No list of pods is longer: it would not fit in memory.
fn short(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

impl Pods {
    /// Adds a pod.
    pub(super) fn add(&mut self, pod: Pod) {
        let (template, identity) = PodTemplate::split(pod);
        let template = self.template_number(&template);
        self.push_pod(template, &identity);
    }

    /// The number of this template.
    pub(super) fn template_number(&mut self, template: &PodTemplate) -> usize {
        match self.templates.get_index_of(template) {
            Some(number) => number,
            // A clone has no spare capacity, unlike what was decoded.
            None => self.templates.insert_full(Box::new(template.clone())).0,
        }
    }

    /// Adds a pod without decoding it, if it is a replica of an earlier one; otherwise gives the
    /// digest for [`Pods::cache_last`].
    pub(in crate::inventory) fn add_replica(
        &mut self,
        key: &ReplicaKey<'_>,
    ) -> Result<(), [u64; 2]> {
        let digest = self.replicas.digest(key);
        let template = *self.replicas.templates.get(&digest).ok_or(digest)?;
        self.push(template as usize, key.name, key.uid, key.node);
        Ok(())
    }

    /// Notes the template of the pod that was added last.
    pub(in crate::inventory) fn cache_last(&mut self, digest: [u64; 2], has_injected: bool) {
        let Some(last) = self.members.pods.last() else { return };
        // A name that was left out of the key has to be left out of the template.
        if !has_injected || self.templates[last.template as usize].has_injected_volume() {
            self.replicas.templates.insert(digest, last.template);
        }
    }

    /// Adds a pod of the template with this number.
    pub(super) fn push_pod(
        &mut self,
        template: usize,
        PodIdentity { name, uid, node }: &PodIdentity,
    ) {
        self.push(template, name, uid.as_deref(), node.as_deref());
    }

    fn push(&mut self, template: usize, name: &str, uid: Option<&str>, node: Option<&str>) {
        let node = node.map(|node| match self.nodes.get_index_of(node) {
            Some(node) => short(node),
            None => short(self.nodes.insert_full(node.into()).0),
        });
        let members = Arc::make_mut(&mut self.members);
        let place = (short(members.names.len()), short(name.len()));
        members.names.push_str(name);
        let is_manifest = self.templates[template].pod.template_of.is_some();
        let (template, uid) = (short(template), Uid::new(uid));
        members.pods.push(PodMember { template, name: place, node, uid, is_manifest });
    }

    /// Takes over the pods of another.
    pub(in crate::inventory) fn absorb(&mut self, other: Self) {
        if self.members.pods.is_empty() {
            return *self = other;
        }
        let (others, first) = (&other.members, short(self.members.names.len()));
        let templates = other
            .templates
            .into_iter()
            .map(|template| short(self.templates.insert_full(template).0));
        let templates: Vec<_> = templates.collect();
        let nodes = other.nodes.into_iter().map(|node| short(self.nodes.insert_full(node).0));
        let nodes: Vec<_> = nodes.collect();
        let members = Arc::make_mut(&mut self.members);
        members.names.push_str(&others.names);
        members.pods.extend(others.pods.iter().map(|member| PodMember {
            template: templates[member.template as usize],
            name: (first.saturating_add(member.name.0), member.name.1),
            node: member.node.map(|node| nodes[node as usize]),
            uid: member.uid.clone(),
            is_manifest: member.is_manifest,
        }));
    }

    /// Brings the pods into their order and drops those that were listed twice.
    pub(in crate::inventory) fn finish(&mut self) {
        self.replicas = ReplicaCache::default();
        let templates = &self.templates;
        let members = Arc::make_mut(&mut self.members);
        let mut pods = std::mem::take(&mut members.pods);
        let namespace = |member: &PodMember| templates[member.template as usize].pod.namespace();
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

    /// One pod of each template, without its name.
    pub(in crate::inventory) fn templates(&self) -> impl Iterator<Item = &Pod> {
        let mut has_pods = vec![false; self.templates.len()];
        self.members.pods.iter().for_each(|member| has_pods[member.template as usize] = true);
        let templates = self.templates.iter().zip(has_pods);
        templates.filter(|(_, has_pods)| *has_pods).map(|(template, _)| &template.pod)
    }

    /// Leaves the pods for which the flag at their place is set.
    fn retain(&mut self, flags: Vec<bool>) {
        let mut flags = flags.into_iter();
        Arc::make_mut(&mut self.members).pods.retain(|_| flags.next() == Some(true));
    }

    /// Leaves the pods of these namespaces; how many are left, and how many went.
    pub(in crate::inventory) fn retain_namespaces(
        &mut self,
        is_left: impl Fn(&str) -> bool,
    ) -> (u64, u64) {
        let namespace = |m: &PodMember| self.templates[m.template as usize].pod.namespace();
        let pods = self.members.pods.iter();
        let flags: Vec<_> = pods.map(|member| is_left(namespace(member))).collect();
        let before = flags.len() as u64;
        self.retain(flags);
        let left = self.members.pods.len() as u64;
        (left, before - left)
    }

    /// Drops what workloads of manifests would make, unless `is_left` says otherwise.
    pub(super) fn retain_manifests(&mut self, is_left: impl Fn(&Pod) -> bool) {
        let pods = self.members.pods.iter();
        let flags = pods.map(|member| !member.is_manifest || is_left(&self.pod(member))).collect();
        self.retain(flags);
    }

    /// The whole pod.
    pub(super) fn pod(&self, member: &PodMember) -> Pod {
        self.templates[member.template as usize].pod(self.identity(member))
    }

    /// What it has of its own.
    pub(super) fn identity(&self, member: &PodMember) -> PodIdentity {
        PodIdentity {
            name: self.members.name_of(member).to_owned(),
            uid: member.uid.text(),
            node: member.node.map(|node| self.nodes[node as usize].to_string()),
        }
    }
}
