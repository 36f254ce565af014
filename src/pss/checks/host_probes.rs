//! `hostProbesAndHostLifecycle`: the kubelet may be sent to the pod only, not to other hosts.

use crate::evidence::Evidence;
use crate::pss::check::{Breach, Check, Revision};
use crate::pss::checked_pod::CheckedPod;
use crate::pss::level::Level;
use crate::pss::wording::{Offenders, Values, containers, plural, quoted};

/// Source: `policy/check_hostProbesAndhostLifecycle.go`.
pub(in crate::pss) const CHECK: Check = Check {
    id: "hostProbesAndHostLifecycle",
    level: Level::Baseline,
    revisions: &[Revision::new(34, foreign_hosts)],
};

fn foreign_hosts(pod: CheckedPod) -> Option<Breach> {
    let mut offenders = Offenders::default();
    let mut names = Values::new();
    for member in pod.containers() {
        let foreign = member.container.handler_hosts().filter(|(_, host)| !host.is_empty());
        let foreign = foreign.map(|(field, host)| {
            names.insert(host);
            Evidence::field(member.path(field), host.to_owned())
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
