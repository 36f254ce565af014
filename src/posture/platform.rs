//! What the pod runs on: operating system, container runtime, user namespace.

use crate::evidence::{Evidence, EvidenceSource};
pub use crate::inventory::Runtime;
use crate::inventory::{Inventory, Node, Pod};
use crate::object::{FieldPath, Parent};

use super::scope::ContainerScope;
use super::{Effective, Gap};

/// Operating system of the containers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Os {
    /// Linux
    Linux,
    /// Windows
    Windows,
}

/// The operating system: declared, the node's, observed, selected, or assumed to be Linux.
pub(super) fn os(inventory: &Inventory, pod: &Pod) -> Effective<Os> {
    let parse =
        |name: &str| if name.eq_ignore_ascii_case("windows") { Os::Windows } else { Os::Linux };
    let spec = pod.spec_path();
    if let Some(os) = &pod.spec.os {
        return Effective::known(
            parse(&os.name),
            [Evidence::field(spec.field("os.name"), &os.name)],
        );
    }
    if let Some(node) = node(inventory, pod) {
        let name = &node.status.node_info.operating_system;
        if !name.is_empty() {
            return Effective::known(parse(name), [on_node("operatingSystem", name)]);
        }
    }
    if pod.status.all().any(|s| s.user.as_ref().is_some_and(|u| u.linux.is_some())) {
        let path = FieldPath::new("status.containerStatuses.user.linux");
        return Effective::known(Os::Linux, [Evidence::new(EvidenceSource::Observed, path, "set")]);
    }
    if let Some(name) = pod.spec.node_selector.get("kubernetes.io/os") {
        let path = spec.entry("nodeSelector", "kubernetes.io/os").into();
        return Effective::known(parse(name), [Evidence::field(path, name)]);
    }
    let assumed = Evidence::new(EvidenceSource::Assumed, spec.field("os.name"), "linux");
    Effective::known(Os::Linux, [assumed])
}

/// The runtime: from the container's id, its neighbours' or the node.
pub(super) fn runtime(scope: &ContainerScope) -> Effective<Runtime> {
    let own = scope.status().map(|status| (scope.status_path("containerID"), status));
    let others = ContainerScope::all(scope.inventory, scope.pod)
        .filter_map(|other| Some((other.status_path("containerID"), other.status()?)));
    for (path, status) in own.into_iter().chain(others) {
        if let Some(runtime) = Runtime::parse(&status.container_id) {
            let prefix = status.container_id.split_inclusive("://").next().unwrap_or_default();
            let observed = Evidence::new(EvidenceSource::Observed, path, format!("{prefix}…"));
            return Effective::known(runtime, [observed]);
        }
    }
    if let Some(node) = node(scope.inventory, scope.pod) {
        let version = &node.status.node_info.container_runtime_version;
        let evidence = on_node("containerRuntimeVersion", version);
        return match Runtime::parse(version) {
            Some(runtime) => Effective::known(runtime, [evidence]),
            None => Effective::unknown(
                Gap::new(
                    "the node runs a container runtime whose defaults are not known",
                    "compare the container's capabilities on the node",
                ),
                [evidence],
            ),
        };
    }
    everywhere(scope)
}

/// A pod without a node to look at runs on the runtime that all nodes have in common.
fn everywhere(scope: &ContainerScope) -> Effective<Runtime> {
    let mut runtimes = scope.inventory.nodes.values().map(|node| {
        Runtime::parse(&node.status.node_info.container_runtime_version).map(|r| (node, r))
    });
    if let Some(Some((node, first))) = runtimes.next()
        && runtimes.all(|other| other.is_some_and(|(_, r)| r == first))
    {
        let version = &node.status.node_info.container_runtime_version;
        let mut evidence = on_node("containerRuntimeVersion", version);
        evidence.source = EvidenceSource::Assumed;
        return Effective::known(first, [evidence]);
    }
    // Without its name here too.
    let node = scope.pod.spec.node_name.as_ref().map_or("unset", |_| "a node that was not read");
    let node_name = Evidence::field(scope.pod_path("nodeName"), node);
    Effective::unknown(
        Gap::new(
            "no container has started and the node was not read, so the runtime is not known",
            "scan once the pod runs, or allow podaudit to list nodes",
        ),
        [node_name],
    )
}

/// Whether the pod shares the host's user namespace (KEP-127): if not, root and capabilities
/// count only inside the pod.
pub(super) fn host_users(pod: &Pod) -> Effective<bool> {
    let path = pod.spec_path().field("hostUsers");
    match pod.spec.host_users {
        Some(value) => Effective::known(value, [Evidence::field(path, value)]),
        None => Effective::known(true, [Evidence::new(EvidenceSource::Default, path, "true")]),
    }
}

/// The node's architecture, for example `arm64`.
pub(super) fn architecture(scope: &ContainerScope) -> Option<String> {
    let name = &node(scope.inventory, scope.pod)?.status.node_info.architecture;
    (!name.is_empty()).then(|| name.clone())
}

fn node<'a>(inventory: &'a Inventory, pod: &Pod) -> Option<&'a Node> {
    inventory.nodes.get(pod.spec.node_name.as_ref()?)
}

/// The pod's node goes without its name: replicas on other nodes have the same posture.
fn on_node(field: &'static str, value: &str) -> Evidence {
    Evidence::new(
        EvidenceSource::Observed,
        Parent::new("node.status.nodeInfo").field(field),
        value.to_owned(),
    )
}
