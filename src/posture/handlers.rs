//! Where the kubelet's own requests for a container go: a probe or hook with a `host` makes the
//! kubelet talk to others from the node's network.
//!
//! Sources: `pkg/probe/http/request.go` (`NewRequestForHTTPGetAction`: without a host, the pod's
//! address), `pkg/kubelet/lifecycle/handlers.go`.

use std::collections::BTreeSet;

use crate::evidence::Evidence;

use super::Effective;
use super::scope::ContainerScope;

/// Hosts that probes and lifecycle hooks name; empty where all go to the pod itself.
pub(super) fn hosts(scope: &ContainerScope) -> Effective<BTreeSet<String>> {
    let (named, own): (Vec<_>, Vec<_>) =
        scope.container.handler_hosts().partition(|(_, host)| !host.is_empty());
    let hosts = named.iter().map(|(_, host)| (*host).to_owned()).collect();
    let field = |(path, host): (_, &str)| match host {
        "" => Evidence::unset(scope.path(path)),
        host => Evidence::field(scope.path(path), host.to_owned()),
    };
    let decisive = if named.is_empty() { own } else { named };
    Effective::known(hosts, decisive.into_iter().map(field))
}
