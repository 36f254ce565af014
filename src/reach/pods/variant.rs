//! Pods of a workload that do not differ in what leads on: their tokens, what lets them out to a
//! node, and where they run. Pods are taken one after the other and not kept.

use std::collections::{BTreeMap, BTreeSet};

use super::escape::{Escape, escapes, writes_logs};
use crate::evidence::{Certainty, Evidence};
use crate::inventory::{Inventory, NodeId, Pod, PodId, PodNames, Workload};
use crate::object::ContainerPlace;
use crate::posture::{ContainerPosture, PodPosture, TokenAccess};
use crate::pss::{Level, PodSecurityLabels, Version, highest_level};

/// All pods of a cluster, by workload and what leads on from them.
#[derive(Clone, Debug, Default)]
pub struct PodVariants {
    /// Most workloads have one variant.
    pub(in crate::reach) by_workload: BTreeMap<Workload, Vec<PodVariant>>,
    /// The nodes that have a control plane, as their pods show.
    pub(in crate::reach) control_plane: BTreeSet<NodeId>,
}

/// Pods of one workload that do not differ in what leads on.
#[derive(Clone, Debug)]
pub(in crate::reach) struct PodVariant {
    pub(in crate::reach) facts: PodFacts,
    /// How many; a template that runs nothing counts as none.
    pub(in crate::reach) pods: usize,
    pub(in crate::reach) names: Vec<PodNames>,
    /// The nodes that run them, sorted; empty for pods that have none yet.
    pub(in crate::reach) nodes: Vec<NodeId>,
}

/// What is true of every pod of a variant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::reach) struct PodFacts {
    /// The mirror of a static pod, which its node runs whatever the API says.
    pub(in crate::reach) mirror: bool,
    pub(in crate::reach) account: String,
    /// The highest level of the Pod Security Standards that they meet.
    pub(in crate::reach) level: Level,
    /// Whether no container has a token, or a way out to its node.
    pub(in crate::reach) sealed: bool,
    /// What makes containers share their processes, if they do.
    pub(in crate::reach) shared_processes: Option<Evidence>,
    pub(in crate::reach) containers: Vec<ContainerFacts>,
}

/// What is true of one container of every pod of a variant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::reach) struct ContainerFacts {
    pub(in crate::reach) place: ContainerPlace,
    pub(in crate::reach) tokens: Vec<ReadableToken>,
    pub(in crate::reach) escapes: Vec<Escape>,
    /// Where it can write logs of its node, for the kubelet to serve.
    pub(in crate::reach) logs: Option<Vec<Evidence>>,
}

/// A token that a container may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::reach) struct ReadableToken {
    pub(in crate::reach) account: String,
    pub(in crate::reach) certainty: Certainty,
    pub(in crate::reach) evidence: Vec<Evidence>,
}

/// Containers of static pods that make their node one of the control plane.
const CONTROL_PLANE: [&str; 3] = ["kube-apiserver", "kube-controller-manager", "etcd"];

impl PodVariants {
    /// All pods of an inventory.
    #[must_use]
    pub fn from_inventory(inventory: &Inventory) -> Self {
        let mut pods = Self::default();
        for group in inventory.pod_groups() {
            let posture = PodPosture::new(inventory, &group.pod);
            let namespace = inventory
                .namespaces
                .get(group.pod.namespace())
                .map(PodSecurityLabels::from_metadata);
            let version = namespace.and_then(|labels| labels.enforce.version);
            let level = highest_level(&group.pod, version.unwrap_or(Version::Latest)).level;
            pods.add(inventory, &group.pod, &posture, level, &inventory.by_workload(&group));
        }
        pods
    }

    /// Takes replicas: one of them, its posture, the highest level that it meets at the version of
    /// its namespace, and all of them by workload.
    pub fn add(
        &mut self,
        inventory: &Inventory,
        pod: &Pod,
        posture: &PodPosture,
        level: Level,
        replicas: &BTreeMap<Workload, Vec<PodId>>,
    ) {
        let facts = pod_facts(pod, posture, level);
        for (workload, ids) in replicas {
            self.add_facts(inventory, workload, &facts, ids);
        }
    }

    fn add_facts(
        &mut self,
        inventory: &Inventory,
        workload: &Workload,
        facts: &PodFacts,
        ids: &[PodId],
    ) {
        let names = inventory.pod_names(ids.iter().copied());
        let nodes = inventory.nodes_of(ids);
        let is_control_plane = facts.mirror
            && facts.containers.iter().any(|c| CONTROL_PLANE.contains(&c.place.name.as_str()));
        if is_control_plane {
            self.control_plane.extend(&nodes);
        }
        let variants = self.by_workload.entry(workload.clone()).or_default();
        let at = variants.iter().position(|variant| variant.facts == *facts).unwrap_or_else(|| {
            // Nearly always the only one.
            variants.reserve_exact(1);
            let (names, nodes) = (Vec::new(), Vec::new());
            variants.push(PodVariant { facts: facts.clone(), pods: 0, names, nodes });
            variants.len() - 1
        });
        let variant = &mut variants[at];
        variant.pods += names.len();
        variant.names.push(names);
        variant.nodes.extend(nodes);
        variant.nodes.sort_unstable();
        variant.nodes.dedup();
    }
}

fn pod_facts(pod: &Pod, posture: &PodPosture, level: Level) -> PodFacts {
    let account = posture.service_account.get().cloned().unwrap_or_default();
    let containers = posture.containers.iter().map(|container| ContainerFacts {
        place: container.place(),
        tokens: if posture.mirror { Vec::new() } else { tokens(&account, container) },
        escapes: escapes(posture, container),
        logs: writes_logs(container).map(|mount| mount.evidence.clone()),
    });
    let containers: Vec<_> = containers.collect();
    let no_token = |c: &ContainerPosture| {
        c.token.is(|t| matches!(t, TokenAccess::None | TokenAccess::Unreadable))
    };
    let sealed = posture.containers.iter().all(no_token)
        && containers.iter().all(|c| c.escapes.is_empty() && c.logs.is_none());
    let shared = pod.spec.share_process_namespace == Some(true);
    let shared_processes =
        shared.then(|| Evidence::field(pod.spec_path().field("shareProcessNamespace"), "true"));
    PodFacts { mirror: posture.mirror, level, shared_processes, sealed, containers, account }
}

/// One entry an account, the surest.
fn tokens(own: &str, container: &ContainerPosture) -> Vec<ReadableToken> {
    let mut tokens: Vec<ReadableToken> = Vec::new();
    for credential in &container.credentials {
        let certainty = match credential.access.value {
            Ok(TokenAccess::Mounted) => Certainty::Certain,
            // Whose it is, is known for projections only.
            Err(_) if credential.is_projection => Certainty::Possible,
            _ => continue,
        };
        let account = match &credential.account {
            Some(account) => account,
            None if credential.is_projection => own,
            None => continue,
        };
        let token = ReadableToken {
            account: account.to_owned(),
            certainty,
            evidence: credential.access.decided_by.clone(),
        };
        match tokens.iter_mut().find(|other| other.account == token.account) {
            Some(other) if certainty < other.certainty => *other = token,
            Some(_) => {}
            None => tokens.push(token),
        }
    }
    tokens.shrink_to_fit();
    tokens
}
