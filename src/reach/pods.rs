//! The pods as paths see them: classes of alike pods, with their tokens, their ways to the node,
//! and where they run. Pods are taken one after the other and not kept.

use std::collections::{BTreeMap, BTreeSet};

use super::escape::{Escape, escapes, writes_logs};
use crate::evidence::Evidence;
use crate::inventory::{Inventory, NodeId, Pod, PodId, PodNames, Workload};
use crate::object::ContainerPlace;
use crate::posture::{ContainerPosture, PodPosture, TokenAccess};
use crate::pss::{Labels, Level, Version, highest_level};

/// All pods of a cluster, in classes.
#[derive(Clone, Debug, Default)]
pub struct PodVariants {
    /// By workload; most have one class.
    pub(super) classes: BTreeMap<Workload, Vec<Class>>,
    /// The nodes that have a control plane, as their pods show.
    pub(super) control_plane: BTreeSet<NodeId>,
}

/// Pods of one workload that are alike.
#[derive(Clone, Debug)]
pub(super) struct Class {
    pub(super) facts: Facts,
    /// Pods; a template that runs nothing counts as none.
    pub(super) pods: usize,
    pub(super) names: Vec<PodNames>,
    /// The nodes that run them, sorted; empty for pods that have none yet.
    pub(super) nodes: Vec<NodeId>,
}

/// What pods of a class share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Facts {
    /// The mirror of a static pod, which its node runs whatever the API says.
    pub(super) mirror: bool,
    pub(super) account: String,
    /// The highest level of the Pod Security Standards that they meet.
    pub(super) meets: Level,
    /// Whether no container has a token, or a way out to its node.
    pub(super) sealed: bool,
    /// Why containers share their processes, if so.
    pub(super) shared: Option<Evidence>,
    pub(super) containers: Vec<Container>,
}

/// A container of a class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Container {
    pub(super) place: ContainerPlace,
    pub(super) tokens: Vec<Token>,
    pub(super) escapes: Vec<Escape>,
    /// Where it can write logs of its node, for the kubelet to serve.
    pub(super) logs: Option<Vec<Evidence>>,
}

/// A token that it may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) account: String,
    pub(super) certain: bool,
    pub(super) evidence: Vec<Evidence>,
}

const CONTROL_PLANE: [&str; 3] = ["kube-apiserver", "kube-controller-manager", "etcd"];

impl PodVariants {
    /// All pods of an inventory.
    #[must_use]
    pub fn from_inventory(inventory: &Inventory) -> Self {
        let mut pods = Self::default();
        for group in inventory.pod_groups() {
            let posture = PodPosture::new(inventory, &group.pod);
            let namespace = inventory.namespaces.get(group.pod.namespace()).map(Labels::of);
            let version = namespace.and_then(|labels| labels.enforce.version);
            let meets = highest_level(&group.pod, version.unwrap_or(Version::Latest)).level;
            for (workload, ids) in inventory.by_workload(&group) {
                pods.add(inventory, &group.pod, (&posture, meets), workload, &ids);
            }
        }
        pods
    }

    /// Takes pods of one workload that are alike: one of them, what is true of it, and the highest
    /// level that it meets at the version of its namespace.
    pub fn add(
        &mut self,
        inventory: &Inventory,
        pod: &Pod,
        (posture, meets): (&PodPosture, Level),
        workload: Workload,
        ids: &[PodId],
    ) {
        let facts = facts(pod, posture, meets);
        let names = inventory.pod_names(ids.iter().copied());
        let nodes = inventory.nodes_of(ids);
        let is_keeper = posture.mirror
            && facts.containers.iter().any(|c| CONTROL_PLANE.contains(&c.place.name.as_str()));
        if is_keeper {
            self.control_plane.extend(&nodes);
        }
        let classes = self.classes.entry(workload).or_default();
        let at = classes.iter().position(|class| class.facts == facts).unwrap_or_else(|| {
            // Nearly always the only one.
            classes.reserve_exact(1);
            classes.push(Class { facts, pods: 0, names: Vec::new(), nodes: Vec::new() });
            classes.len() - 1
        });
        let class = &mut classes[at];
        class.pods += names.len();
        class.names.push(names);
        class.nodes.extend(nodes);
        class.nodes.sort_unstable();
        class.nodes.dedup();
    }
}

fn facts(pod: &Pod, posture: &PodPosture, meets: Level) -> Facts {
    let account = posture.service_account.get().cloned().unwrap_or_default();
    let containers = posture.containers.iter().map(|container| Container {
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
    Facts {
        mirror: posture.mirror,
        meets,
        shared: shared
            .then(|| Evidence::field(pod.spec_path().field("shareProcessNamespace"), "true")),
        sealed,
        containers,
        account,
    }
}

/// One entry an account, the surest.
fn tokens(own: &str, container: &ContainerPosture) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    for credential in &container.credentials {
        let certain = match credential.access.value {
            Ok(TokenAccess::Mounted) => true,
            // Whose it is, is known for projections only.
            Err(_) if credential.is_projection => false,
            _ => continue,
        };
        let account = match &credential.account {
            Some(account) => account,
            None if credential.is_projection => own,
            None => continue,
        };
        let token = Token {
            account: account.to_owned(),
            certain,
            evidence: credential.access.decided_by.clone(),
        };
        match tokens.iter_mut().find(|other| other.account == token.account) {
            Some(other) if certain && !other.certain => *other = token,
            Some(_) => {}
            None => tokens.push(token),
        }
    }
    tokens.shrink_to_fit();
    tokens
}
