//! What was read of a cluster, in slim structures that hold only what verdicts need. No input or
//! output, no verdicts, and no field that could hold a secret.

use std::collections::BTreeMap;

mod container;
pub mod coverage;
mod decode;
mod kinds;
mod meta;
mod owner;
mod pod;
mod status;
mod volume;

pub use container::*;
use coverage::{Coverage, Resource, State};
pub(crate) use decode::describe;
pub use kinds::*;
pub use meta::{
    APPARMOR_ANNOTATION_PREFIX, MIRROR_ANNOTATION, ObjectMeta, OwnerReference,
    POD_SECURITY_LABEL_PREFIX, SECCOMP_ANNOTATION_PREFIX, SECCOMP_POD_ANNOTATION,
};
pub use owner::{Owners, Workload};
pub use pod::*;
pub use status::*;
pub use volume::*;

/// Everything that was read in one scan.
#[derive(Clone, Debug, Default)]
pub struct Inventory {
    /// Pods, sorted by namespace and name once the scan is over.
    pub pods: Vec<Pod>,
    /// ServiceAccounts by namespace and name.
    pub service_accounts: BTreeMap<(String, String), ServiceAccount>,
    /// Namespaces by name.
    pub namespaces: BTreeMap<String, ObjectMeta>,
    /// Nodes by name.
    pub nodes: BTreeMap<String, Node>,
    /// Who owns the owners of pods.
    pub owners: Owners,
    coverage: BTreeMap<Resource, Coverage>,
}

impl Inventory {
    /// The record of this kind.
    #[must_use]
    pub fn coverage(&self, resource: Resource) -> Coverage {
        let absent = || Coverage::new(resource, State::default());
        self.coverage.get(&resource).cloned().unwrap_or_else(absent)
    }

    /// The record of this kind, to add to.
    pub fn coverage_mut(&mut self, resource: Resource) -> &mut Coverage {
        let absent = || Coverage::new(resource, State::default());
        self.coverage.entry(resource).or_insert_with(absent)
    }

    /// The records of all kinds.
    pub fn coverages(&self) -> impl Iterator<Item = Coverage> {
        Resource::ALL.into_iter().map(|resource| self.coverage(resource))
    }

    /// The ServiceAccount of that name, if it was read.
    #[must_use]
    pub fn service_account(&self, namespace: &str, name: &str) -> Option<&ServiceAccount> {
        self.service_accounts.get(&(namespace.to_owned(), name.to_owned()))
    }

    /// Takes over everything that was read into another inventory.
    pub fn absorb(&mut self, other: Self) {
        self.pods.extend(other.pods);
        self.service_accounts.extend(other.service_accounts);
        self.namespaces.extend(other.namespaces);
        self.nodes.extend(other.nodes);
        self.owners.absorb(other.owners);
        self.coverage.extend(other.coverage);
    }

    /// Brings the pods into their order and drops those that were listed twice.
    pub fn finish(&mut self) {
        self.pods.sort_by(|a, b| key(a).cmp(&key(b)));
        self.pods.dedup_by(|a, b| a.metadata.uid.is_some() && key(a) == key(b));
    }
}

fn key(pod: &Pod) -> (&str, &str, Option<&str>) {
    (pod.namespace(), &pod.metadata.name, pod.metadata.uid.as_deref())
}
