//! Holds each fact against what the kernel says: a known one must be its word, an unknown one may
//! be anything that it left open.

use std::fmt::{Debug, Display};

use anyhow::Context;
use podaudit::evidence::Confidence;
use podaudit::posture::{CapSet, ContainerPosture, Effective, PodPosture, ProcMount, StartUser};
use serde_json::Value;

use super::batch::{Ran, Seen};
use super::{host, token};
use crate::node::{Cluster, kernel};

/// What the node itself may do: the most that a container can have.
#[derive(Debug)]
pub(super) struct Node {
    /// All its capabilities; less than everything where the tests run in a container themselves.
    pub(super) capabilities: CapSet,
    /// What the probe prints there.
    pub(super) probe: Value,
}

impl Node {
    /// Asks the kernel.
    pub(super) fn ask(cluster: &Cluster) -> anyhow::Result<Self> {
        let run = cluster.on_node(1).args(["/usr/local/bin/probe", "once"]).output()?;
        let probe: Value = serde_json::from_slice(&run.stdout)?;
        Ok(Self { capabilities: mask(&probe["capabilities"]["bounding"])?, probe })
    }
}

/// A fact that is not what the kernel says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Difference {
    /// What podaudit had read: see `views`.
    pub(super) view: &'static str,
    /// Which container; empty for the pod.
    pub(super) container: String,
    /// Which fact, by its id.
    pub(super) fact: &'static str,
    podaudit: String,
    kernel: String,
}

impl Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { view, container, fact, podaudit, kernel } = self;
        write!(f, "{view} {container} {fact}: podaudit says {podaudit}, the kernel {kernel}")
    }
}

/// One container, and the differences so far.
pub(super) struct Comparison<'a> {
    pub(super) view: &'static str,
    pub(super) container: String,
    pub(super) differences: &'a mut Vec<Difference>,
}

impl Comparison<'_> {
    /// Holds one fact against the kernel's word.
    pub(super) fn fact<T: Debug>(
        &mut self,
        fact: &'static str,
        podaudit: &Effective<T>,
        kernel: impl Display,
        agrees: impl FnOnce(&T) -> bool,
    ) {
        if let Some(value) = podaudit.get() {
            self.value(fact, value, kernel, agrees(value));
        }
    }

    /// The same for what has no confidence of its own.
    pub(super) fn value(
        &mut self,
        fact: &'static str,
        podaudit: impl Debug,
        kernel: impl Display,
        agrees: bool,
    ) {
        if !agrees {
            self.differences.push(Difference {
                view: self.view,
                container: self.container.clone(),
                fact,
                podaudit: format!("{podaudit:?}"),
                kernel: kernel.to_string(),
            });
        }
    }
}

/// Every fact about every container of the pod that ran.
pub(super) fn pod(
    view: &'static str,
    node: &Node,
    posture: &PodPosture,
    ran: &Ran,
) -> anyhow::Result<Vec<Difference>> {
    let mut differences = Vec::new();
    for container in &posture.containers {
        let mut comparison =
            Comparison { view, container: container.name.clone(), differences: &mut differences };
        let Some(seen) = ran.seen.get(&container.name) else {
            refused(&mut comparison, container, ran);
            continue;
        };
        process(&mut comparison, node, container, seen)?;
        token::compare(&mut comparison, posture, container, ran, seen);
        host::compare(&mut comparison, node, posture, container, seen);
    }
    Ok(differences)
}

/// One that the kubelet refused as root is not root: nobody is.
fn refused(comparison: &mut Comparison, container: &ContainerPosture, ran: &Ran) {
    let lists = ["initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses"];
    let statuses = lists.iter().filter_map(|list| ran.stored["status"][list].as_array()).flatten();
    let own = statuses.into_iter().find(|status| status["name"] == container.name.as_str());
    let why = own.and_then(|status| status["state"]["waiting"]["message"].as_str());
    if let Some(why) = why.filter(|why| why.contains("container has runAsNonRoot")) {
        comparison.fact("user", &container.user, why, |user| {
            matches!(user, StartUser::Refused | StartUser::NonRoot)
        });
    }
}

fn process(
    comparison: &mut Comparison,
    node: &Node,
    container: &ContainerPosture,
    seen: &Seen,
) -> anyhow::Result<()> {
    let first = &seen.first;
    let uid = first["uids"][1].as_i64().context("no uid")?;
    comparison.fact("user", &container.user, uid, |user| match user {
        StartUser::Uid(known) => *known == uid,
        StartUser::NonRoot => uid != 0,
        StartUser::Refused | StartUser::Windows(_) => false,
    });
    let gid = first["gids"][1].as_i64().context("no gid")?;
    comparison.fact("group", &container.group, gid, |known| *known == gid);
    let groups: Vec<_> =
        first["groups"].as_array().into_iter().flatten().filter_map(Value::as_i64).collect();
    comparison.fact("groups", &container.groups, format!("{groups:?} and {gid}"), |known| {
        let has_all = known.known.iter().all(|group| *group == gid || groups.contains(group));
        let has_no_more = groups.iter().all(|group| *group == gid || known.known.contains(group));
        has_all && (has_no_more || !known.complete)
    });
    let no_new_privs = first["noNewPrivs"] == 1;
    comparison.fact("no-new-privs", &container.no_new_privs, no_new_privs, |known| {
        *known == no_new_privs
    });
    let mode = &first["seccomp"];
    comparison.fact("seccomp", &container.seccomp, mode, |profile| {
        *mode == if profile == "Unconfined" { 0 } else { 2 }
    });
    // The node has no AppArmor, and nothing says so: what the runtime would apply is not certain.
    if first["label"].is_null() && container.app_armor.confidence() == Confidence::Certain {
        comparison.fact("apparmor", &container.app_armor, "none", |profile| {
            profile.describe() == "Unconfined"
        });
    }
    capabilities(comparison, node, container, seen)?;
    masks(comparison, container, first);
    Ok(())
}

fn capabilities(
    comparison: &mut Comparison,
    node: &Node,
    container: &ContainerPosture,
    seen: &Seen,
) -> anyhow::Result<()> {
    let here = |set: CapSet| set.intersection(node.capabilities);
    let sets = &seen.first["capabilities"];
    let (bounding, effective) = (mask(&sets["bounding"])?, mask(&sets["effective"])?);
    let regained = mask(&seen.setuid["capabilities"]["effective"])?;
    let podaudit = &container.capabilities;
    comparison.fact("capabilities-bounding", podaudit, bounding, |known| {
        let most = known.bounding.union(known.uncertain);
        here(known.bounding).minus(bounding).is_empty() && bounding.minus(most).is_empty()
    });
    comparison.fact("capabilities", podaudit, effective, |known| match known.effective {
        Some(all) if known.uncertain.is_empty() => here(all) == effective,
        Some(least) => here(least).minus(effective).is_empty(),
        None => effective.is_empty() || effective == bounding,
    });
    comparison.fact("capabilities-regainable", podaudit, regained, |known| {
        let least = here(known.regainable);
        // In a user namespace of its own, a pod has what the node lacks.
        let most = known.regainable.union(known.uncertain).union(effective);
        least.minus(regained).is_empty() && regained.minus(most).is_empty()
    });
    Ok(())
}

fn mask(mask: &Value) -> anyhow::Result<CapSet> {
    Ok(CapSet::from_names(&kernel::names(mask)?))
}

/// What runtimes hide and what they make read-only, of which a kernel has some.
const MASKED: [&str; 4] = ["/proc/timer_list", "/proc/keys", "/proc/kcore", "/proc/interrupts"];
const READ_ONLY: [&str; 4] = ["/proc/sys", "/proc/bus", "/proc/fs", "/proc/irq"];

fn masks(comparison: &mut Comparison, container: &ContainerPosture, first: &Value) {
    let states = |paths: [&str; 4]| {
        let states = paths.map(|path| first["masks"][path]["state"].as_str().unwrap_or_default());
        states.into_iter().filter(|state| *state != "absent").collect::<Vec<_>>()
    };
    let (masked, read_only) = (states(MASKED), states(READ_ONLY));
    let kernel = format!("{MASKED:?} {masked:?}, {READ_ONLY:?} {read_only:?}");
    comparison.fact("proc-mount", &container.proc_mount, kernel, |known| match known {
        ProcMount::Default => {
            masked.iter().all(|state| *state == "masked")
                && read_only.iter().all(|state| *state == "readOnly")
        }
        ProcMount::Unmasked => masked.iter().chain(&read_only).all(|state| *state == "open"),
    });
    // The last mount hides those before it.
    let mounts = first["mounts"].as_array().into_iter().flatten();
    let root = mounts.rev().find(|mount| mount["path"] == "/");
    let options = root.and_then(|root| root["options"].as_str()).unwrap_or_default();
    let is_read_only = options.split(',').any(|option| option == "ro");
    comparison.fact("root-filesystem", &container.read_only_root, options, |known| {
        *known == is_read_only
    });
    // The node's own log of the kernel is a device that only privileged mode gives.
    let devices = first["devices"].as_array().into_iter().flatten();
    let has_devices = devices.into_iter().any(|device| device["path"] == "/dev/kmsg");
    comparison
        .fact("privileged", &container.privileged, has_devices, |known| *known == has_devices);
}
