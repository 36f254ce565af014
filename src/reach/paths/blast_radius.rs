//! How far the damage goes when something is taken over.

use super::attack_path::{AttackPath, PathStep};
use super::endpoint::{PathSource, PathTarget};
use super::shortest::SourceVertex;
use crate::evidence::Certainty;
use crate::finding::{BlastRadius, Radius};
use crate::inventory::Workload;
use crate::reach::analysis::Reach;
use crate::reach::cluster::place::index;
use crate::reach::graph::namespaces::ReachedNamespaces;
use crate::reach::graph::vertex::Vertex;

fn worse(a: BlastRadius, b: BlastRadius) -> BlastRadius {
    BlastRadius { certain: a.certain.max(b.certain), at_most: a.at_most.max(b.at_most) }
}

/// Something that can be taken over, and what it leads to.
#[derive(Clone, Debug)]
pub struct Exposure<'i> {
    /// A workload, or a ServiceAccount.
    pub source: PathSource,
    /// How many pods run it; none for a template, and for a ServiceAccount.
    pub pods: usize,
    /// How far taking it over leads.
    pub blast: BlastRadius,
    /// The shortest certain path to the worst that is certain, then the shortest to what is worse
    /// and possible.
    pub paths: Vec<AttackPath<'i>>,
    /// Every first step from it, if that was asked for.
    pub first_steps: Option<Vec<PathStep<'i>>>,
}

/// A workload, and how far taking it over leads.
#[derive(Clone, Debug)]
pub struct WorkloadBlast {
    /// The workload.
    pub workload: Workload,
    /// How many pods run it; none for a template.
    pub pods: usize,
    /// How far it leads.
    pub blast: BlastRadius,
}

impl<'i> Reach<'i> {
    /// How far taking over a workload or a ServiceAccount leads.
    #[must_use]
    pub fn blast_radius(&self, source: &PathSource) -> BlastRadius {
        let vertices = self.vertices(source);
        let all = vertices.into_iter().map(|source| self.blast(source));
        all.fold(BlastRadius::default(), worse)
    }

    /// Every workload that leads to something, or to the target, the worst first. Static pods are
    /// part of their node, and no workload that somebody takes over to get there.
    #[must_use]
    pub fn exposed(&self, target: Option<&PathTarget>) -> Vec<Exposure<'i>> {
        let mut all: Vec<Exposure> = Vec::new();
        for WorkloadBlast { workload, pods, blast } in self.workloads() {
            if blast.at_most > Radius::None {
                let source = PathSource::Workload(workload, None);
                let paths = self.paths(&source, blast, target);
                all.push(Exposure { source, pods, blast, paths, first_steps: None });
            }
        }
        all.retain(|row| !row.paths.is_empty());
        all.sort_by(|a, b| {
            let rank = |row: &Exposure| (row.blast, row.pods);
            (rank(b), &a.source).cmp(&(rank(a), &b.source))
        });
        all
    }

    /// What one thing leads to, with every first step, or whether it leads to the target; `None` if
    /// it is not there.
    #[must_use]
    pub fn exposure(
        &self,
        source: &PathSource,
        target: Option<&PathTarget>,
    ) -> Option<Exposure<'i>> {
        let vertices = self.vertices(source);
        if vertices.is_empty() {
            return None;
        }
        let pods = match source {
            PathSource::Account(..) => 0,
            PathSource::Workload(workload, _) => {
                let variants = self.attack_graph.cluster.variants.iter();
                let own = variants.filter(|variant| variant.workload == workload);
                own.map(|variant| variant.pods.pods).sum()
            }
        };
        let blast = self.blast_radius(source);
        let paths = self.paths(source, blast, target);
        // What leads to one target is a question of its own.
        let first_steps = target.is_none().then(|| self.first_steps(source));
        Some(Exposure { source: source.clone(), pods, blast, paths, first_steps })
    }

    fn paths(
        &self,
        source: &PathSource,
        blast: BlastRadius,
        target: Option<&PathTarget>,
    ) -> Vec<AttackPath<'i>> {
        if let Some(target) = target {
            return self.path(source, target).into_iter().collect();
        }
        let to = |radius: Radius, certainty| {
            self.path_of_certainty(source, &PathTarget::of_radius(radius)?, Some(certainty))
        };
        let certain = to(blast.certain, Certainty::Certain);
        let worse = blast.at_most > blast.certain;
        let possible = worse.then(|| to(blast.at_most, Certainty::Possible)).flatten();
        certain.into_iter().chain(possible).collect()
    }

    /// Every workload with how far it leads, by name.
    #[must_use]
    pub fn workloads(&self) -> Vec<WorkloadBlast> {
        let mut all: Vec<WorkloadBlast> = Vec::new();
        let variants =
            self.attack_graph.cluster.variants.iter().zip(&self.attack_graph.pods.first_containers);
        for (variant, first) in variants.filter(|(variant, _)| !variant.pods.facts.mirror) {
            let (workload, pods) = (variant.workload, variant.pods.pods);
            let home = self.attack_graph.cluster.namespace(&workload.namespace);
            let containers = *first..*first + index(variant.pods.facts.containers.len());
            let sources = containers.map(Vertex::Container);
            let blasts = sources.map(|vertex| self.blast(SourceVertex { vertex, home }));
            let blast = blasts.fold(BlastRadius::default(), worse);
            match all.last_mut().filter(|row| row.workload == *workload) {
                Some(row) => (row.pods, row.blast) = (row.pods + pods, worse(row.blast, blast)),
                None => all.push(WorkloadBlast { workload: workload.clone(), pods, blast }),
            }
        }
        all
    }

    fn blast(&self, source: SourceVertex) -> BlastRadius {
        let number = self.graph().vertices.number(source.vertex);
        let by = |certainty: Certainty| {
            if self.to_cluster.steps(number, certainty).is_some() {
                return Radius::Cluster;
            }
            if self.to_node.steps(number, certainty).is_some() {
                return Radius::Node;
            }
            match self.namespaces(certainty)[number as usize] {
                ReachedNamespaces::None => Radius::None,
                ReachedNamespaces::One(namespace) if Some(namespace) == source.home => {
                    Radius::Namespace
                }
                ReachedNamespaces::One(_) | ReachedNamespaces::Many => Radius::Namespaces,
            }
        };
        BlastRadius { certain: by(Certainty::Certain), at_most: by(Certainty::Possible) }
    }
}
