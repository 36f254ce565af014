//! The container runtimes, and for which pods it matters what their node says about its own.

use indexmap::IndexSet;

use super::kind::{Container, ContainerStatus, Pod};
use super::store::Inventory;

/// Container runtime, as far as its defaults and algorithms differ.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Runtime {
    /// containerd
    Containerd,
    /// CRI-O
    CriO,
    /// Docker Engine behind cri-dockerd
    CriDockerd,
}

impl Runtime {
    /// All known runtimes.
    pub const ALL: [Self; 3] = [Self::Containerd, Self::CriO, Self::CriDockerd];

    /// From `containerd://2.1.4` or `containerd://<container id>`.
    #[must_use]
    pub fn parse(url: &str) -> Option<Self> {
        match url.split_once("://")?.0 {
            "containerd" => Some(Self::Containerd),
            "cri-o" => Some(Self::CriO),
            "docker" => Some(Self::CriDockerd),
            _ => None,
        }
    }

    /// The name that the runtime's project uses.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Containerd => "containerd",
            Self::CriO => "CRI-O",
            Self::CriDockerd => "cri-dockerd",
        }
    }
}

impl Pod {
    /// Whether a container's id tells the runtime of its pod, so that nobody has to ask the node.
    pub(super) fn shows_runtime(&self) -> bool {
        let (spec, status) = (&self.spec, &self.status);
        let tells = |containers: &[Container], statuses: &[ContainerStatus]| {
            containers.iter().any(|container| {
                let status = statuses.iter().find(|status| status.name == container.name);
                status.is_some_and(|status| Runtime::parse(&status.container_id).is_some())
            })
        };
        tells(&spec.init_containers, &status.init_container_statuses)
            || tells(&spec.containers, &status.container_statuses)
            || tells(&spec.ephemeral_containers, &status.ephemeral_container_statuses)
    }
}

/// What a node runs, by numbers that nodes share which run the same.
#[derive(Clone, Copy)]
pub(super) struct Platform {
    pub(super) whole: usize,
    /// All but the version of the container runtime.
    pub(super) without_runtime: usize,
}

impl Inventory {
    /// What each of these nodes runs.
    pub(super) fn platforms<'n>(&self, nodes: impl Iterator<Item = &'n str>) -> Vec<Platform> {
        let mut known: IndexSet<Option<(&str, &str, &str)>> = IndexSet::new();
        let platform = nodes.map(|name| {
            let info = self.nodes.get(name).map(|node| &node.status.node_info);
            let runs = info.map(|i| (&*i.operating_system, &*i.architecture));
            let runtime = info.map_or("", |i| &i.container_runtime_version);
            let mut number = |runtime| {
                known.insert_full(runs.map(|(os, architecture)| (os, architecture, runtime))).0
            };
            Platform { whole: number(runtime), without_runtime: number("") }
        });
        platform.collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::inventory::Inventory;
    use crate::posture::PodPosture;

    /// Two replicas, on nodes with two versions of containerd, whose containers have these statuses.
    fn groups(statuses: &serde_json::Value) -> usize {
        let mut inventory = Inventory::default();
        for n in 0..2 {
            let node = json!({"metadata": {"name": format!("node-{n}")}, "status": {"nodeInfo": {
                "containerRuntimeVersion": format!("containerd://2.{n}.0"), "operatingSystem": "linux",
            }}});
            let node: crate::inventory::Node = serde_json::from_value(node).unwrap();
            inventory.nodes.insert(format!("node-{n}"), node);
            let pod = json!({
                "metadata": {"name": format!("pod-{n}"), "namespace": "ns", "uid": n.to_string()},
                "spec": {"nodeName": format!("node-{n}"), "containers": [{"name": "app"}]},
                "status": {"containerStatuses": statuses},
            });
            inventory.add_pod(serde_json::from_value(pod).unwrap());
        }
        inventory.finish();
        let facts = |pod| format!("{:?}", PodPosture::new(&inventory, &pod).containers);
        let mut postures: Vec<_> = inventory.pods().map(facts).collect();
        postures.dedup();
        let groups = inventory.pod_groups().count();
        assert_eq!(groups, postures.len(), "{postures:?}");
        groups
    }

    #[test]
    fn what_a_node_says_of_its_runtime_counts_where_no_container_shows_it() {
        assert_eq!(groups(&json!([])), 2);
        assert_eq!(groups(&json!([{"name": "app", "containerID": ""}])), 2);
        assert_eq!(groups(&json!([{"name": "app", "containerID": "rkt://1"}])), 2);
        assert_eq!(groups(&json!([{"name": "other", "containerID": "containerd://1"}])), 2);
        assert_eq!(groups(&json!([{"name": "app", "containerID": "containerd://1"}])), 1);
    }
}
