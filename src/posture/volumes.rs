//! What a container sees of its node's file system and ports.

use std::borrow::Cow;

use crate::evidence::{Evidence, Value};
use crate::inventory::{Volume, VolumeMount, VolumeSource};

use super::image::ImageRef;
use super::scope::ContainerScope;

/// A path of the node's file system inside a container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostMount {
    /// Path on the node; with `subPath`, what is below it.
    pub path: String,
    /// Whether the container can write to it.
    pub writable: bool,
    /// The volume and the mount.
    pub evidence: Vec<Evidence>,
}

/// Whoever connects here starts what it likes on the node; a read-only mount does not hinder that.
const RUNTIME_SOCKETS: [&str; 7] = [
    "/run/containerd/containerd.sock",
    "/run/cri-dockerd.sock",
    "/run/crio/crio.sock",
    "/run/docker.sock",
    "/run/k3s/containerd/containerd.sock",
    "/run/podman/podman.sock",
    "/var/snap/microk8s/common/run/containerd.sock",
];
/// What are links on the nodes of today, and where they lead.
const LINKS: [(&str, &str); 4] =
    [("/bin", "/usr/bin"), ("/lib", "/usr/lib"), ("/sbin", "/usr/sbin"), ("/var/run", "/run")];

impl HostMount {
    /// The path behind the links that nodes have.
    #[must_use]
    pub fn resolved(&self) -> String {
        let link = LINKS.iter().find(|(link, _)| is_inside(&self.path, link));
        link.map_or_else(
            || self.path.clone(),
            |(link, to)| format!("{to}{}", &self.path[link.len()..]),
        )
    }

    /// Whether it has the socket of a container runtime.
    #[must_use]
    pub fn has_runtime_socket(&self) -> bool {
        let path = self.resolved();
        RUNTIME_SOCKETS.iter().any(|socket| is_inside(socket, &path))
    }
}

/// Whether the one path is the other, or is below it.
#[must_use]
pub fn is_inside(inner: &str, outer: &str) -> bool {
    let rest = inner.strip_prefix(outer.trim_end_matches('/'));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The `hostPath` volumes that the container mounts, in the order of its mounts.
pub(super) fn host_mounts(scope: &ContainerScope) -> Vec<HostMount> {
    let mut mounts = Vec::new();
    for (mount, volume) in mounted(scope) {
        for source in &volume.sources {
            if let VolumeSource::HostPath(host_path) = source {
                mounts.push(host_mount(scope, mount, &host_path.path));
            }
        }
    }
    mounts
}

fn host_mount(scope: &ContainerScope, mount: &VolumeMount, path: &str) -> HostMount {
    let sub_path = mount.declared_sub_path();
    let volume = scope.volume(&mount.name);
    let mounted = scope.entry("volumeMounts", &mount.name);
    let read_only = mount.read_only.map_or(Cow::Borrowed("unset"), Value::text);
    HostMount {
        path: clean(&format!("{path}/{sub_path}")),
        writable: !mount.read_only.unwrap_or(false),
        evidence: vec![
            Evidence::field(volume.field("hostPath.path"), path.to_owned()),
            Evidence::field(mounted.field("mountPath"), &mount.mount_path),
            Evidence::field(mounted.field("readOnly"), &read_only),
        ],
    }
}

/// The image volumes that the container mounts (KEP-4639).
pub(super) fn images(scope: &ContainerScope) -> Vec<(Result<ImageRef, &'static str>, Evidence)> {
    let mut images = Vec::new();
    for (_, volume) in mounted(scope) {
        for source in &volume.sources {
            if let VolumeSource::Image(image) = source {
                let path = scope.volume(&volume.name).field("image.reference");
                let evidence = Evidence::field(path, &image.reference);
                images.push((ImageRef::parse(&image.reference), evidence));
            }
        }
    }
    images
}

/// The container's mounts, each with its volume.
pub(super) fn mounted<'a>(
    scope: &ContainerScope<'a>,
) -> impl Iterator<Item = (&'a VolumeMount, &'a Volume)> + use<'a> {
    let volumes = &scope.pod.spec.volumes;
    scope.container.volume_mounts.iter().filter_map(move |mount| {
        Some((mount, volumes.iter().find(|volume| volume.name == mount.name)?))
    })
}

/// The path with `.`, `..` and repeated slashes resolved, as Go's `path.Clean` would.
pub(super) fn clean(path: &str) -> String {
    let mut names: Vec<&str> = Vec::new();
    for name in path.split('/') {
        match name {
            "" | "." => {}
            ".." => drop(names.pop()),
            name => names.push(name),
        }
    }
    format!("/{}", names.join("/"))
}

/// Ports that the container opens on its node.
pub(super) fn host_ports(scope: &ContainerScope) -> Vec<Evidence> {
    let ports = scope.container.ports.iter();
    ports
        .filter_map(|port| {
            let host_port = port.host_port.filter(|p| *p != 0)?;
            let protocol = port.protocol.as_deref().unwrap_or("TCP");
            let container_port = port.container_port.unwrap_or_default().to_string();
            let path = scope.entry("ports", &container_port).field("hostPort");
            Some(Evidence::field(path, format!("{host_port}/{protocol}")))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn paths_are_cleaned_like_go_does() {
        for (path, want) in [
            ("/var/run/../log/", "/var/log"),
            ("//etc", "/etc"),
            ("/../..", "/"),
            ("/./a/./b", "/a/b"),
        ] {
            assert_eq!(clean(path), want);
        }
    }
}
