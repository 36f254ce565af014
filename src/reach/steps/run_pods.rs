//! Pods that an identity can run, by creating them or by changing what makes them: the
//! ServiceAccounts and Secrets that these get, and the nodes that they break out to.

use crate::evidence::Certainty;
use crate::pss::Level;
use crate::rbac::Right;
use crate::reach::cluster::place::Place;
use crate::reach::graph::edges::Requirement;
use crate::reach::graph::vertex::{Hub, Vertex};
use crate::reach::steps::collector::{StepCollector, hub_in};
use crate::reach::steps::kind::StepKind;

/// The rights to create a pod, or what creates pods.
const CREATES: [Right; 8] = [
    Right::PodCreate,
    Right::CreateDeployments,
    Right::CreateReplicaSets,
    Right::CreateDaemonSets,
    Right::CreateStatefulSets,
    Right::CreateJobs,
    Right::CreateCronJobs,
    Right::CreateReplicationControllers,
];

/// The right to change workloads of a kind.
#[derive(Clone, Copy)]
pub(super) struct WorkloadEdit {
    pub(super) right: Right,
    pub(super) kind: &'static str,
}

/// The rights to change what creates pods.
pub(super) const EDITS: [WorkloadEdit; 6] = [
    WorkloadEdit { right: Right::EditDeployments, kind: "Deployment" },
    WorkloadEdit { right: Right::EditReplicaSets, kind: "ReplicaSet" },
    WorkloadEdit { right: Right::EditDaemonSets, kind: "DaemonSet" },
    WorkloadEdit { right: Right::EditStatefulSets, kind: "StatefulSet" },
    WorkloadEdit { right: Right::EditCronJobs, kind: "CronJob" },
    WorkloadEdit { right: Right::EditReplicationControllers, kind: "ReplicationController" },
];

/// A right that makes a pod run.
#[derive(Clone, Copy)]
struct Run {
    right: Right,
    certainty: Certainty,
}

impl StepCollector<'_, '_> {
    /// Runs pods there.
    pub(super) fn run_pods(&mut self, place: Place) {
        let accounts = hub_in(place, Hub::Accounts);
        let mut runs = Vec::new();
        if let Some(right) = CREATES.into_iter().find(|right| self.may(place, &[*right])) {
            let requirement = Requirement::new(place, &[right]);
            let (sure, maybe) = (Certainty::Certain, Certainty::Possible);
            self.add(StepKind::PodCreate, accounts, sure, requirement.clone());
            self.add(StepKind::PodCreate, hub_in(place, Hub::Secrets), maybe, requirement);
            runs.push(Run { right, certainty: sure });
        }
        for WorkloadEdit { right, kind } in EDITS {
            if self.may(place, &[right]) {
                let certainty = Certainty::certain_if(self.pods.has_kind(kind, place));
                let requirement = Requirement::new(place, &[right]);
                self.add(StepKind::ControllerEdit, accounts, certainty, requirement);
                runs.push(Run { right, certainty });
            }
        }
        for Run { right, certainty } in runs {
            if let Some(admission) = self.admitting(place, Level::Privileged) {
                let requirement = Requirement::new(place, &[right]);
                let requirement = requirement.admitted_by(Some(admission.namespace));
                let certainty = certainty.and(admission.certainty);
                self.add(StepKind::PodToNode, Vertex::AnyNode, certainty, requirement);
            }
        }
        self.relabel_namespaces(place);
        self.mount_volumes(place);
    }

    /// Mounts a path of a node through a volume of its own making.
    fn mount_volumes(&mut self, place: Place) {
        let volumes = self.class.has(Place::Cluster, &[Right::VolumeCreate]);
        let claim = |run: &Right| self.may(place, &[*run, Right::ClaimCreate]);
        let (true, Some(run)) = (volumes, CREATES.into_iter().find(claim)) else { return };
        let admission = self.admitting(place, Level::Baseline);
        let certainty = admission.map_or(Certainty::Possible, |admission| admission.certainty);
        let needs = [Right::VolumeCreate, Right::ClaimCreate, run];
        let requirement = Requirement::new(place, &needs);
        let requirement = requirement.admitted_by(admission.map(|admission| admission.namespace));
        self.add(StepKind::PersistentVolume, Vertex::AnyNode, certainty, requirement);
    }

    /// Makes a namespace admit what it runs there.
    fn relabel_namespaces(&mut self, place: Place) {
        let labels: &[Right] = match place {
            Place::Cluster => &[Right::NamespaceEdit, Right::NamespaceCreate],
            Place::EveryNamespace | Place::Namespace(_) => &[Right::NamespaceEdit],
        };
        let creates = CREATES.map(|right| Run { right, certainty: Certainty::Certain });
        let edits = EDITS.map(|edit| {
            let seen = self.pods.has_kind(edit.kind, place);
            Run { right: edit.right, certainty: Certainty::certain_if(seen) }
        });
        // A container that is added to a pod which runs there already.
        let adds = [Run { right: Right::EphemeralContainers, certainty: Certainty::Possible }];
        for Run { right, certainty } in creates.into_iter().chain(edits).chain(adds) {
            // A new namespace has nothing to change.
            let fits = |label: &&Right| **label == Right::NamespaceEdit || CREATES.contains(&right);
            for label in labels.iter().filter(fits) {
                if self.may(place, &[right, *label]) {
                    let requirement = Requirement::new(place, &[right, *label]);
                    self.add(StepKind::NamespaceRelabel, Vertex::AnyNode, certainty, requirement);
                    if certainty == Certainty::Certain {
                        return;
                    }
                }
            }
            if self.class.has(place, &[right]) {
                self.relabel_by_name(place, right, certainty);
            }
        }
    }

    /// With the right to label one namespace.
    fn relabel_by_name(&mut self, place: Place, run: Right, certainty: Certainty) {
        let class = self.class;
        for name in class.granted(place).names(Right::NamespaceEdit) {
            let Some(namespace) = self.cluster.namespace(name) else { continue };
            let there = Place::Namespace(namespace);
            if place == Place::Cluster || place == there {
                let requirement = Requirement::new(there, &[run, Right::NamespaceEdit]).on(name);
                self.add(StepKind::NamespaceRelabel, Vertex::AnyNode, certainty, requirement);
            }
        }
    }
}
