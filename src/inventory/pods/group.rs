//! Replicas taken together: what is judged of one pod of a group is true of all.

use std::collections::BTreeMap;

use indexmap::IndexSet;

use super::member::PodId;
use super::template::PodTemplate;
use crate::inventory::kind::Pod;
use crate::inventory::owner::{Owners, Workload};
use crate::inventory::runtime::Platform;
use crate::inventory::store::Inventory;

/// Pods of one template, on nodes with the same platform: what is judged of one is true of all.
#[derive(Clone, Debug)]
pub struct PodGroup {
    /// The first of them by name, complete.
    pub pod: Pod,
    /// All of them, by name.
    pub ids: Box<[PodId]>,
}

/// The templates of an inventory's pods, taken out of it.
#[derive(Debug)]
pub struct PodTemplates(IndexSet<Box<PodTemplate>>);

impl Inventory {
    /// Every pod in its group; in the order of the first of each.
    pub fn pod_groups(&self) -> impl Iterator<Item = PodGroup> {
        let groups = self.group_ids(&self.pods.templates).into_iter();
        groups.map(|ids| PodGroup { pod: self.pod(ids[0]), ids })
    }

    /// Takes out the templates of the pods. What is left knows names and nodes of pods, and nothing
    /// else of them.
    pub fn take_pod_templates(&mut self) -> PodTemplates {
        PodTemplates(std::mem::take(&mut self.pods.templates))
    }

    fn group_ids(&self, templates: &IndexSet<Box<PodTemplate>>) -> Vec<Box<[PodId]>> {
        let members = &self.pods.members.pods;
        let platforms = self.platforms(self.pods.nodes.iter().map(AsRef::as_ref));
        let shows_runtime: Vec<_> = templates.iter().map(|t| t.pod.shows_runtime()).collect();
        let group = |id: PodId| {
            let member = &members[id.0 as usize];
            let platform = |node| {
                let Platform { whole, without_runtime } = platforms[node as usize];
                if shows_runtime[member.template as usize] { without_runtime } else { whole }
            };
            (member.template, member.node.map(platform))
        };
        let mut ids: Vec<_> = (0..).take(members.len()).map(PodId).collect();
        ids.sort_by_key(|id| (group(*id), *id));
        let mut groups: Vec<Box<[PodId]>> =
            ids.chunk_by(|a, b| group(*a) == group(*b)).map(Into::into).collect();
        groups.sort_unstable();
        groups
    }

    /// The workloads of a group's pods: one, unless workloads are named after the pods themselves.
    #[must_use]
    pub fn by_workload(&self, group: &PodGroup) -> BTreeMap<Workload, Vec<PodId>> {
        if !Owners::is_named_by_pod(&group.pod) {
            return [(self.owners.workload(&group.pod), group.ids.to_vec())].into();
        }
        let mut workloads: BTreeMap<_, Vec<_>> = BTreeMap::new();
        let (template, _) = PodTemplate::split(group.pod.clone());
        for id in &group.ids {
            let pod = template.pod(self.pods.identity(&self.pods.members.pods[id.0 as usize]));
            workloads.entry(self.owners.workload(&pod)).or_default().push(*id);
        }
        workloads
    }
}

impl PodTemplates {
    /// The groups of the inventory's pods, as [`Inventory::pod_groups`] has them. `inventory` is the
    /// one that the templates were taken from; each is given up with its last pods.
    pub fn into_groups(self, inventory: &Inventory) -> impl Iterator<Item = PodGroup> {
        let members = &inventory.pods.members.pods;
        let member = |ids: &[PodId]| &members[ids[0].0 as usize];
        let groups = inventory.group_ids(&self.0);
        let mut last = vec![0; self.0.len()];
        for (number, ids) in groups.iter().enumerate() {
            last[member(ids).template as usize] = number;
        }
        let mut templates: Vec<_> = self.0.into_iter().map(Some).collect();
        groups.into_iter().enumerate().filter_map(move |(number, ids)| {
            let member = member(&ids);
            let template = &mut templates[member.template as usize];
            let is_last = last[member.template as usize] == number;
            let template = if is_last { template.take()? } else { template.as_ref()?.clone() };
            Some(PodGroup { pod: template.into_pod(inventory.pods.identity(member)), ids })
        })
    }
}
