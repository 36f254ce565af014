//! `hostProbesAndHostLifecycle`: the kubelet may be sent to the pod only, not to other hosts.

use crate::evidence::Evidence;
use crate::inventory::Handler;
use crate::pss::check::{Breach, Check, Revision};
use crate::pss::level::Level;
use crate::pss::subject::{Member, Subject};
use crate::pss::wording::{Offenders, Values, containers, plural, quoted};

/// Source: `policy/check_hostProbesAndhostLifecycle.go`.
pub(in crate::pss) const CHECK: Check = Check {
    id: "hostProbesAndHostLifecycle",
    level: Level::Baseline,
    revisions: &[Revision::new(34, foreign_hosts)],
};

/// Every host that a handler of the container names, with the path of the field below it.
fn hosts<'a>(member: &Member<'a>) -> impl Iterator<Item = (String, &'a str)> {
    let container = member.container;
    let lifecycle = container.lifecycle.as_ref();
    let handlers: [(_, Option<&Handler>); 5] = [
        ("livenessProbe", container.liveness_probe.as_ref()),
        ("readinessProbe", container.readiness_probe.as_ref()),
        ("startupProbe", container.startup_probe.as_ref()),
        ("lifecycle.postStart", lifecycle.and_then(|hooks| hooks.post_start.as_ref())),
        ("lifecycle.preStop", lifecycle.and_then(|hooks| hooks.pre_stop.as_ref())),
    ];
    handlers.into_iter().flat_map(|(field, handler)| {
        let targets = handler.map(|handler| {
            [("httpGet", handler.http_get.as_ref()), ("tcpSocket", handler.tcp_socket.as_ref())]
        });
        targets.into_iter().flatten().filter_map(move |(kind, target)| {
            let host = target?.host.as_str();
            (!host.is_empty()).then(|| (format!("{field}.{kind}.host"), host))
        })
    })
}

fn foreign_hosts(pod: Subject) -> Option<Breach> {
    let mut offenders = Offenders::default();
    let mut names = Values::new();
    for member in pod.containers() {
        let foreign = hosts(&member).map(|(field, host)| {
            names.insert(host);
            Evidence::field(member.path(&field), host)
        });
        offenders.container(&member, foreign);
    }
    if offenders.is_empty() {
        return None;
    }
    offenders.containers.sort_unstable(); // here upstream sorts, unlike in every other check
    offenders.containers.dedup();
    let detail = format!(
        "{} {} {} {}",
        containers(&offenders.containers),
        plural("uses", "use", offenders.containers.len()),
        plural("probe or lifecycle host", "probe or lifecycle hosts", names.len()),
        quoted(names)
    );
    Some(Breach::new("probe or lifecycle host", detail, offenders.evidence))
}
