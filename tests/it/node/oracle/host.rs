//! What a container has of its node: namespaces and folders.

use podaudit::posture::{ContainerPosture, PodPosture};
use serde_json::Value;

use super::batch::Seen;
use super::compare::{Comparison, Node};

/// Fields, and the namespaces that they share with the node.
const NAMESPACES: [(&str, &str); 3] =
    [("hostNetwork", "net"), ("hostPID", "pid"), ("hostIPC", "ipc")];

pub(super) fn compare(
    comparison: &mut Comparison,
    node: &Node,
    posture: &PodPosture,
    container: &ContainerPosture,
    seen: &Seen,
) {
    let is_nodes = |kind: &str| seen.first["namespaces"][kind] == node.probe["namespaces"][kind];
    for (field, kind) in NAMESPACES {
        let is_known = posture.host_namespaces.iter().any(|namespace| namespace.field == field);
        comparison.value(
            "host-namespaces",
            (field, is_known),
            is_nodes(kind),
            is_known == is_nodes(kind),
        );
    }
    comparison.fact("host-users", &posture.host_users, is_nodes("user"), |known| {
        *known == is_nodes("user")
    });
    let mut known: Vec<_> =
        container.host_mounts.iter().map(|mount| (mount.path.clone(), mount.writable)).collect();
    let mut kernel = folders(&seen.first);
    known.sort();
    kernel.sort();
    comparison.value("host-paths", &known, format!("{kernel:?}"), known == kernel);
}

/// Folders of the node's disk, and whether the mount is writable. The node's root is a folder
/// `root` of a tmpfs; what the kubelet and the runtime make for each pod is below their own.
fn folders(first: &Value) -> Vec<(String, bool)> {
    const THEIRS: [&str; 3] =
        ["/var/lib/kubelet/pods/", "/var/lib/containerd/", "/run/containerd/"];
    let mounts = first["mounts"].as_array().into_iter().flatten();
    mounts
        .filter(|mount| mount["type"] == "tmpfs")
        .filter_map(|mount| {
            let path = mount["root"].as_str()?.strip_prefix("/root/")?;
            let options = mount["options"].as_str()?;
            let is_writable = options.split(',').any(|option| option == "rw");
            Some((format!("/{path}"), is_writable))
        })
        .filter(|(path, _)| !THEIRS.iter().any(|theirs| path.starts_with(theirs)))
        .collect()
}
