//! Pods that are alike, taken together: what is judged of one is true of all.

use std::collections::BTreeMap;

use indexmap::IndexSet;

use super::{Class, Inventory, Pod, PodId};
use crate::inventory::runtime::Platform;
use crate::inventory::{Owners, Workload};

/// Pods that are alike, on nodes that are alike: whatever is judged of one is true of all.
#[derive(Clone, Debug)]
pub struct Alike {
    /// The first of them by name, complete.
    pub pod: Pod,
    /// All of them, by name.
    pub ids: Box<[PodId]>,
}

/// What the pods of each class have in common.
#[derive(Debug)]
pub struct Classes(IndexSet<Box<Class>>);

impl Inventory {
    /// Every pod, with those together that are alike; in the order of the first of each.
    pub fn alike(&self) -> impl Iterator<Item = Alike> {
        let groups = self.groups(&self.pods.classes).into_iter();
        groups.map(|ids| Alike { pod: self.pod(ids[0]), ids })
    }

    /// Takes out what the pods of each class have in common. What is left knows names and nodes of
    /// pods, and nothing else of them.
    pub fn take_classes(&mut self) -> Classes {
        Classes(std::mem::take(&mut self.pods.classes))
    }

    fn groups(&self, classes: &IndexSet<Box<Class>>) -> Vec<Box<[PodId]>> {
        let members = &self.pods.members.pods;
        let platforms = self.platforms(self.pods.nodes.iter().map(AsRef::as_ref));
        let shows_runtime: Vec<_> = classes.iter().map(|class| class.pod.shows_runtime()).collect();
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
        groups
    }

    /// The workloads of pods that are alike: one, unless the pods' own names are those of their
    /// workloads.
    #[must_use]
    pub fn by_workload(&self, alike: &Alike) -> BTreeMap<Workload, Vec<PodId>> {
        if !Owners::is_named_by_pod(&alike.pod) {
            return [(self.owners.workload(&alike.pod), alike.ids.to_vec())].into();
        }
        let mut workloads: BTreeMap<_, Vec<_>> = BTreeMap::new();
        let class = Class::of(alike.pod.clone()).0;
        for id in &alike.ids {
            let pod = class.pod(self.pods.identity(&self.pods.members.pods[id.0 as usize]));
            workloads.entry(self.owners.workload(&pod)).or_default().push(*id);
        }
        workloads
    }
}

impl Classes {
    /// The same as [`Inventory::alike`], of the inventory that they were taken from. A class is given
    /// up with its last pods.
    pub fn into_alike(self, inventory: &Inventory) -> impl Iterator<Item = Alike> {
        let members = &inventory.pods.members.pods;
        let member = |ids: &[PodId]| &members[ids[0].0 as usize];
        let groups = inventory.groups(&self.0);
        let mut last = vec![0; self.0.len()];
        for (number, ids) in groups.iter().enumerate() {
            last[member(ids).class as usize] = number;
        }
        let mut classes: Vec<_> = self.0.into_iter().map(Some).collect();
        groups.into_iter().enumerate().filter_map(move |(number, ids)| {
            let member = member(&ids);
            let class = &mut classes[member.class as usize];
            let is_last = last[member.class as usize] == number;
            let class = if is_last { class.take()? } else { class.as_ref()?.clone() };
            Some(Alike { pod: class.into_pod(inventory.pods.identity(member)), ids })
        })
    }
}
