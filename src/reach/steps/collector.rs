//! The steps of one class of identities, as they are collected: who it is about, what it may do,
//! and how a step is added.

use crate::evidence::Certainty;
use crate::pss::Level;
use crate::rbac::{Right, ServerVersion};
use crate::reach::cluster::index::ClusterIndex;
use crate::reach::cluster::place::Place;
use crate::reach::graph::edges::Requirement;
use crate::reach::graph::vertex::{Hub, Vertex};
use crate::reach::rights::identities::IdentityClass;
use crate::reach::steps::builder::{GraphBuilder, Step};
use crate::reach::steps::kind::StepKind;
use crate::reach::steps::pod_index::PodIndex;

/// Collects the steps of one class of identities.
pub(super) struct StepCollector<'a, 'i> {
    pub(super) cluster: &'a ClusterIndex<'i>,
    pub(super) pods: &'a PodIndex<'i>,
    pub(super) version: ServerVersion,
    pub(super) class: &'a IdentityClass,
    /// The rights of the class.
    pub(super) from: Vertex,
    pub(super) graph: &'a mut GraphBuilder,
}

/// A namespace that admits a pod.
#[derive(Clone, Copy)]
pub(super) struct Admission {
    pub(super) namespace: u32,
    pub(super) certainty: Certainty,
}

impl StepCollector<'_, '_> {
    pub(super) fn add(
        &mut self,
        kind: StepKind,
        to: Vertex,
        certainty: Certainty,
        requirement: Requirement,
    ) {
        let requirement = Some(requirement);
        self.graph.add(Step { from: self.from, kind, to, certainty, requirement });
    }

    /// Whether all of these are held here, and not already in the whole cluster.
    pub(super) fn may(&self, place: Place, needs: &[Right]) -> bool {
        let everywhere = place != Place::Cluster && self.class.has(Place::Cluster, needs);
        self.class.has(place, needs) && !everywhere
    }

    /// Whether the API server knows what all of these rights allow.
    pub(super) fn honours(&self, needs: &[Right]) -> Option<Certainty> {
        let mut each = needs.iter().map(|right| self.version.honours(*right));
        each.try_fold(Certainty::Certain, |all, honoured| Some(all.and(honoured?)))
    }

    /// The first namespace of the place that admits pods of this level, a certain one before others.
    pub(super) fn admitting(&self, place: Place, level: Level) -> Option<Admission> {
        let enforced = self.cluster.enforced.iter().zip(0..);
        let here =
            enforced.filter(|(_, n)| place == Place::Cluster || place == Place::Namespace(*n));
        let admits = here.filter_map(|(enforced, namespace)| {
            Some(Admission { namespace, certainty: enforced.admits(level)? })
        });
        admits.min_by_key(|admission| (admission.certainty, admission.namespace))
    }
}

/// The things of this place that a hub stands for.
pub(super) fn hub_in(place: Place, hub: Hub) -> Vertex {
    match place {
        Place::Namespace(namespace) => Vertex::In(hub, namespace),
        Place::Cluster | Place::EveryNamespace => Vertex::All(hub),
    }
}
