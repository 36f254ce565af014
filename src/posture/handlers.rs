//! Where the kubelet's own requests for a container go: a probe or hook with a `host` makes the
//! kubelet talk to others from the node's network.
//!
//! Sources: `pkg/probe/http/request.go` (`NewRequestForHTTPGetAction`: without a host, the pod's
//! address), `pkg/kubelet/lifecycle/handlers.go`.

use std::collections::BTreeSet;

use crate::evidence::Evidence;

use super::Effective;
use super::scope::Scope;

/// Hosts that probes and lifecycle hooks name; empty where all go to the pod itself.
pub(super) fn hosts(scope: &Scope) -> Effective<BTreeSet<String>> {
    let container = scope.container;
    let lifecycle = container.lifecycle.as_ref();
    let handlers = [
        ("livenessProbe", container.liveness_probe.as_ref()),
        ("readinessProbe", container.readiness_probe.as_ref()),
        ("startupProbe", container.startup_probe.as_ref()),
        ("lifecycle.postStart", lifecycle.and_then(|l| l.post_start.as_ref())),
        ("lifecycle.preStop", lifecycle.and_then(|l| l.pre_stop.as_ref())),
    ];
    let targets = handlers.into_iter().filter_map(|(name, handler)| Some((name, handler?)));
    let targets = targets.flat_map(|(name, handler)| {
        let both = [("httpGet", &handler.http_get), ("tcpSocket", &handler.tcp_socket)];
        both.map(|(action, target)| {
            let path = scope.path(name).field(action).field("host");
            target.as_ref().map(|target| (path, target.host.as_str()))
        })
    });
    let (named, own): (Vec<_>, Vec<_>) = targets.flatten().partition(|(_, host)| !host.is_empty());
    let hosts = named.iter().map(|(_, host)| (*host).to_owned()).collect();
    if named.is_empty() {
        return Effective::known(hosts, own.into_iter().map(|(path, _)| Evidence::unset(path)));
    }
    Effective::known(hosts, named.into_iter().map(|(path, host)| Evidence::field(path, host)))
}
