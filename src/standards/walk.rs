//! Walks over the pods once, replicas together, and tells each namespace what it needs to know of
//! them.

use std::collections::BTreeMap;

use super::namespace::NamespaceStandards;
use super::pod::PodStandards;
use crate::inventory::{
    CoverageState, Inventory, POD_SECURITY_LABEL_PREFIX, Pod, Resource, Workload,
};
use crate::object::ObjectRef;
use crate::posture::Gap;
use crate::pss::{Level, PodSecurityLabels};

/// The standards of an inventory, while its pods are counted.
pub struct Standards<'i> {
    inventory: &'i Inventory,
    selected: bool,
    namespaces: BTreeMap<String, NamespaceStandards>,
}

/// Every namespace of the inventory, by name. `selected` says that a label selector left pods out.
#[must_use]
pub fn namespaces(inventory: &Inventory, selected: bool) -> Vec<NamespaceStandards> {
    let mut standards = Standards::new(inventory, selected);
    for group in inventory.pod_groups() {
        let pod = standards.pod(&group.pod);
        for (workload, ids) in inventory.by_workload(&group) {
            standards.count(&pod, &workload, ids.len());
        }
    }
    standards.finish()
}

impl<'i> Standards<'i> {
    /// Before the first pod. `selected` says that a label selector left pods out; then only the
    /// namespaces of the others count.
    #[must_use]
    pub fn new(inventory: &'i Inventory, selected: bool) -> Self {
        let mut standards = Self { inventory, selected, namespaces: BTreeMap::new() };
        if !selected {
            for name in inventory.namespaces.keys() {
                standards.namespace(name);
            }
        }
        standards
    }

    /// Measures a pod.
    pub fn pod(&mut self, pod: &Pod) -> PodStandards {
        PodStandards::new(pod, self.namespace(pod.namespace()))
    }

    /// Counts this pod as so many replicas of a workload.
    pub fn count(&mut self, pod: &PodStandards, workload: &Workload, pods: usize) {
        self.namespace(&pod.namespace).count(&pod.compliance, workload, pods);
    }

    /// After the last pod: the namespaces, by name.
    #[must_use]
    pub fn finish(self) -> Vec<NamespaceStandards> {
        self.namespaces.into_values().collect()
    }

    fn namespace(&mut self, name: &str) -> &mut NamespaceStandards {
        let (inventory, selected) = (self.inventory, self.selected);
        let new = || new(inventory, selected, name);
        self.namespaces.entry(name.to_owned()).or_insert_with(new)
    }
}

fn new(inventory: &Inventory, selected: bool, name: &str) -> NamespaceStandards {
    let meta = inventory.namespaces.get(name);
    let values = meta.into_iter().flat_map(|meta| &meta.labels).filter_map(|(key, value)| {
        Some((key.strip_prefix(POD_SECURITY_LABEL_PREFIX)?.to_owned(), value.clone()))
    });
    NamespaceStandards {
        object: ObjectRef {
            kind: Resource::Namespaces.kind().to_owned(),
            namespace: None,
            name: name.to_owned(),
            uid: meta.and_then(|meta| meta.uid.clone()),
        },
        labels: meta.map(PodSecurityLabels::from_metadata).ok_or_else(|| unread(inventory)),
        values: values.collect(),
        pods: 0,
        at_most: Level::Restricted,
        partial: partial(inventory, selected, name),
        blocking: BTreeMap::new(),
    }
}

fn unread(inventory: &Inventory) -> Gap {
    match inventory.coverage(Resource::Namespaces).state {
        CoverageState::Incomplete => {
            Gap::new("the Namespace could not be read", "grant list on namespaces (get with -n)")
        }
        _ => Gap::new("the Namespace was not read", "include the Namespace in the input"),
    }
}

/// Why the pods that were read are not all pods of the namespace.
fn partial(inventory: &Inventory, selected: bool, name: &str) -> Option<Gap> {
    if selected {
        return Some(Gap::new("a label selector leaves pods out", "leave the selector out"));
    }
    let record = inventory.coverage(Resource::Pods);
    let bad = |namespace: Option<&str>| namespace.is_none_or(|namespace| namespace == name);
    let unread = record.error.is_some()
        || record.undecodable.iter().any(|pod| bad(pod.object.namespace.as_deref()));
    match record.state {
        CoverageState::Absent | CoverageState::NotRequested => {
            Some(Gap::new("no pods were read", "include the pods in the input"))
        }
        CoverageState::Incomplete if unread => {
            Some(Gap::new("not all of its pods were read", "see the coverage of pods"))
        }
        CoverageState::Incomplete | CoverageState::Complete => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::{self, Options};
    use crate::pss::{LevelVersion, Version};

    const INPUT: &str = r"
apiVersion: v1
kind: Namespace
metadata: {name: a, labels: {pod-security.kubernetes.io/enforce: Baseline}}
---
apiVersion: v1
kind: Namespace
metadata: {name: pinned, labels: {pod-security.kubernetes.io/enforce-version: v1.18}}
---
apiVersion: v1
kind: Pod
metadata: {name: plain, namespace: a}
spec: {containers: [{name: app}]}
---
apiVersion: v1
kind: Pod
metadata: {name: host, namespace: a}
spec: {hostPID: true, containers: [{name: app}]}
---
apiVersion: v1
kind: Pod
metadata: {name: plain, namespace: pinned}
spec: {securityContext: {runAsNonRoot: true}, containers: [{name: app, securityContext: {allowPrivilegeEscalation: false}}]}
---
apiVersion: v1
kind: Pod
metadata: {name: plain, namespace: unread}
spec: {containers: [{name: app}]}
";

    fn read(selected: bool, input: &str) -> Vec<NamespaceStandards> {
        namespaces(&manifest::parse("test", input, &Options::default()), selected)
    }

    #[test]
    fn a_namespace_is_as_good_as_its_worst_pod() {
        let found = read(false, INPUT);
        let levels: Vec<_> = found.iter().map(|n| (n.object.name.as_str(), n.highest())).collect();
        let want = [
            ("a", Some(Level::Privileged)),
            ("pinned", Some(Level::Restricted)),
            ("unread", Some(Level::Baseline)),
        ];
        assert_eq!(levels, want);
        assert_eq!(found[0].blocking.keys().copied().collect::<Vec<_>>(), ["hostNamespaces"]);
        assert_eq!(found[1].version(), Version::V1(18));
        assert_eq!(found[1].could_enforce(), Some(Level::Restricted));
        assert_eq!(found[2].could_enforce(), None, "its labels are not known");
    }

    #[test]
    fn an_invalid_level_is_enforced_as_restricted() {
        let found = &read(false, INPUT)[0];
        assert_eq!(
            found.enforced(),
            Ok(Some(LevelVersion { level: Level::Restricted, version: Version::Latest }))
        );
        assert_eq!(found.enforce_label().value, "Baseline", "the evidence is what is written");
    }

    #[test]
    fn part_of_the_pods_is_an_upper_bound() {
        let levels: Vec<_> = read(true, INPUT).iter().map(NamespaceStandards::highest).collect();
        // Nothing that was left out can make a namespace worse than the worst.
        assert_eq!(levels, [Some(Level::Privileged), None, None]);
        let broken = format!(
            "{INPUT}---\napiVersion: v1\nkind: Pod\nmetadata: {{name: bad, \
             namespace: pinned}}\nspec: {{hostPID: 7}}\n"
        );
        let levels: Vec<_> = read(false, &broken).iter().map(NamespaceStandards::highest).collect();
        assert_eq!(levels, [Some(Level::Privileged), None, Some(Level::Baseline)]);
    }
}
