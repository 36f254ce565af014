//! Answers about what confines a container: groups, profiles, masks, file system.

use super::answer::Answer;
use super::facts::list;
use crate::posture::{AppArmor, ContainerPosture, PodPosture, ProcMount};

pub(super) fn group(_: &PodPosture, c: &ContainerPosture) -> Answer {
    Answer::from_effective(&c.group, |gid| match gid {
        0 => "root (gid 0)".to_owned(),
        gid => format!("gid {gid}"),
    })
}

pub(super) fn groups(_: &PodPosture, c: &ContainerPosture) -> Answer {
    Answer::from_effective(&c.groups, |groups| {
        let known = list(groups.known.iter().map(i64::to_string));
        match (groups.complete, groups.known.is_empty()) {
            (true, _) => known,
            (false, true) => "those that the image gives its user".to_owned(),
            (false, false) => format!("{known}, and those that the image gives its user"),
        }
    })
}

pub(super) fn seccomp(_: &PodPosture, c: &ContainerPosture) -> Answer {
    Answer::from_effective(&c.seccomp, Clone::clone)
}

pub(super) fn app_armor(_: &PodPosture, c: &ContainerPosture) -> Answer {
    Answer::from_effective(&c.app_armor, AppArmor::describe)
}

pub(super) fn se_linux(_: &PodPosture, c: &ContainerPosture) -> Answer {
    Answer::from_effective(&c.se_linux, |label| {
        let parts = [("user", &label.user), ("role", &label.role), ("type", &label.r#type)];
        let set = parts.into_iter().filter(|(_, value)| !value.is_empty());
        list(set.map(|(name, value)| format!("{name} {value}")))
    })
}

pub(super) fn proc_mount(_: &PodPosture, c: &ContainerPosture) -> Answer {
    Answer::from_effective(&c.proc_mount, |proc_mount| match proc_mount {
        ProcMount::Default => "masked: the dangerous paths are hidden or read-only".to_owned(),
        ProcMount::Unmasked => "unmasked: every path is there".to_owned(),
    })
}

pub(super) fn root_filesystem(_: &PodPosture, c: &ContainerPosture) -> Answer {
    Answer::from_effective(&c.read_only_root, |read_only| match read_only {
        true => "read-only".to_owned(),
        false => "writable".to_owned(),
    })
}

pub(super) fn handler_hosts(_: &PodPosture, c: &ContainerPosture) -> Answer {
    Answer::from_effective(&c.handler_hosts, |hosts| list(hosts.iter().cloned()))
}
