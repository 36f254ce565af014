//! The paths of a node that are worth something to an attacker who has them in a container: one
//! table for the rule about `hostPath` and for attack paths. What a container mounts is decided
//! elsewhere.

/// A path of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HostPathSpec {
    /// A file or a folder; what is below it counts like it.
    pub path: &'static str,
    /// Whether the rule `host-path` judges it higher than others. Paths below one that is so need
    /// no mark of their own.
    pub sensitive: bool,
    /// What an attack path needs of it to be at the node; `None` where none follows it.
    pub node_access: Option<NodeAccess>,
}

/// How a path of a node leads to root of that node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeAccess {
    /// Whoever reads here has keys to the node, or to what it serves.
    Read,
    /// Whoever writes here, or into a folder that holds it, rules the node.
    Write,
}

/// The kubelet serves what is in here as root, links included.
pub const KUBELET_LOGS: &str = "/var/log";

const fn sensitive(path: &'static str, node_access: Option<NodeAccess>) -> HostPathSpec {
    HostPathSpec { path, sensitive: true, node_access }
}

const fn plain(path: &'static str, node_access: NodeAccess) -> HostPathSpec {
    HostPathSpec { path, sensitive: false, node_access: Some(node_access) }
}

use NodeAccess::{Read, Write};

/// Programs, configuration, credentials and workloads of a node, by path.
pub const HOST_PATHS: [HostPathSpec; 40] = [
    sensitive("/bin", None),
    sensitive("/boot", None),
    sensitive("/dev", None),
    sensitive("/etc", None),
    plain("/etc/cron.d", Write),
    plain("/etc/kubernetes/admin.conf", Read),
    plain("/etc/kubernetes/kubelet.conf", Read),
    plain("/etc/kubernetes/manifests", Write),
    plain("/etc/kubernetes/pki", Read),
    plain("/etc/ld.so.preload", Write),
    plain("/etc/passwd", Write),
    plain("/etc/shadow", Read),
    plain("/etc/sudoers.d", Write),
    plain("/etc/systemd/system", Write),
    sensitive("/home", None),
    sensitive("/lib", None),
    sensitive("/lib64", None),
    sensitive("/opt/cni", None),
    plain("/opt/cni/bin", Write),
    sensitive("/proc", None),
    plain("/proc/sys/kernel/core_pattern", Write),
    sensitive("/root", None),
    plain("/root/.ssh", Read),
    sensitive("/run", None),
    sensitive("/sbin", None),
    sensitive("/sys", None),
    sensitive("/usr", None),
    plain("/usr/bin", Write),
    plain("/usr/lib/systemd/system", Write),
    plain("/usr/libexec/kubernetes", Write),
    plain("/usr/local/bin", Write),
    plain("/usr/sbin", Write),
    sensitive("/var/lib/containerd", Some(Write)),
    sensitive("/var/lib/containers", None),
    plain("/var/lib/containers/storage", Write),
    sensitive("/var/lib/docker", Some(Write)),
    sensitive("/var/lib/etcd", Some(Read)),
    sensitive("/var/lib/kubelet", Some(Read)),
    plain("/var/lib/rancher", Read),
    sensitive("/var/spool/cron", Some(Write)),
];
