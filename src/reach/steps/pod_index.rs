//! What steps need to know of pods beyond what each variant has: where a name that a role knows is
//! found.

use std::collections::{BTreeMap, BTreeSet};

use crate::inventory::PodNames;
use crate::rbac::Right;
use crate::reach::cluster::index::ClusterIndex;
use crate::reach::cluster::place::{Place, index};

/// The rights that a role can grant on a pod by its name.
const ON_PODS: [Right; 8] = [
    Right::Exec,
    Right::ExecGet,
    Right::PodEdit,
    Right::EphemeralContainers,
    Right::Attach,
    Right::AttachGet,
    Right::PortForward,
    Right::PortForwardGet,
];

/// A container of a variant of pods.
#[derive(Clone, Copy, Debug)]
pub(in crate::reach) struct ContainerAt {
    /// Number of the variant.
    pub(in crate::reach) variant: usize,
    /// Place among the containers of the variant.
    pub(in crate::reach) container: usize,
}

/// Pods and workloads by name, and the containers of all variants by number.
pub(in crate::reach) struct PodIndex<'i> {
    /// Names of workloads by kind and namespace.
    workloads: BTreeMap<(&'i str, u32), BTreeSet<&'i str>>,
    /// Variants of the pods that some role names, by namespace and name.
    pods: BTreeMap<(u32, &'i str), usize>,
    /// Number of the first container of each variant.
    pub(in crate::reach) first_containers: Vec<u32>,
    /// Each container by its number.
    pub(in crate::reach) containers: Vec<ContainerAt>,
}

impl<'i> PodIndex<'i> {
    pub(super) fn new(cluster: &ClusterIndex<'i>) -> Self {
        let granted = cluster.rbac.roles.iter().flat_map(|role| &role.granted.named);
        let on_pods = granted.filter(|named| ON_PODS.contains(&named.right));
        let wanted: BTreeSet<_> = on_pods.map(|named| named.name.as_str()).collect();
        let mut pods = Self {
            workloads: BTreeMap::new(),
            pods: BTreeMap::new(),
            first_containers: Vec::new(),
            containers: Vec::new(),
        };
        for (variant, own) in cluster.variants.iter().enumerate() {
            pods.first_containers.push(index(pods.containers.len()));
            let containers = 0..own.pods.facts.containers.len();
            pods.containers.extend(containers.map(|container| ContainerAt { variant, container }));
            let Some(namespace) = cluster.namespace(&own.workload.namespace) else { continue };
            let key = (own.workload.kind.as_str(), namespace);
            pods.workloads.entry(key).or_default().insert(&own.workload.name);
            if wanted.is_empty() {
                continue;
            }
            let names = own.pods.names.iter().flat_map(PodNames::iter);
            for name in names.filter(|name| wanted.contains(name)) {
                pods.pods.insert((namespace, name), variant);
            }
        }
        pods
    }

    /// The variant of a pod that some role names.
    pub(super) fn variant(&self, namespace: u32, name: &str) -> Option<usize> {
        self.pods.get(&(namespace, name)).copied()
    }

    /// Whether there is a workload of this kind and name.
    pub(super) fn has_workload(&self, kind: &'static str, namespace: u32, name: &str) -> bool {
        self.workloads.get(&(kind, namespace)).is_some_and(|names| names.contains(name))
    }

    /// Whether a workload of the kind has pods there.
    pub(super) fn has_kind(&self, kind: &'static str, place: Place) -> bool {
        match place {
            Place::Namespace(namespace) => self.workloads.contains_key(&(kind, namespace)),
            Place::Cluster | Place::EveryNamespace => {
                self.workloads.keys().any(|(known, _)| *known == kind)
            }
        }
    }
}
