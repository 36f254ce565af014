//! Whether the image's file system can be written to.

use super::{Judge, Rule};
use crate::finding::{Judgement, Severity};
use crate::inventory::Resource;
use crate::posture::{ContainerPosture, PodPosture};

pub(super) const RULE: Rule = Rule {
    id: "writable-root-filesystem",
    summary: "The container can write to its root file system",
    severity: Severity::Low,
    judge: Judge::LinuxContainer(judge),
    reads: &[Resource::Pods],
    page: include_str!("../../docs/rules/writable-root-filesystem.md"),
};

fn judge(_: &PodPosture, container: &ContainerPosture) -> Judgement {
    let evidence = container.read_only_root.decided_by.clone();
    if container.read_only_root.is(|read_only| *read_only) {
        Judgement::pass("the root file system is read-only", evidence)
    } else {
        Judgement::fail("the root file system is writable", evidence)
    }
}
