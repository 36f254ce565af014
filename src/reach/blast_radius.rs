//! How far the damage goes when something is taken over.

use super::Reach;
use super::describe::{PathSource, PathTarget};
use super::graph::Vertex;
use super::kind::Certainty;
use super::path::{AttackPath, PathStep};
use super::search::Spaces;
use super::world::index;
use crate::finding::{Blast, Radius};
use crate::inventory::Workload;

impl Radius {
    /// What a path of this radius leads to.
    #[must_use]
    pub fn target(self) -> Option<PathTarget> {
        match self {
            Self::None => None,
            Self::Namespace | Self::Namespaces => Some(PathTarget::Namespace),
            Self::Node => Some(PathTarget::Node),
            Self::Cluster => Some(PathTarget::ClusterAdmin),
        }
    }
}

fn worse(a: Blast, b: Blast) -> Blast {
    Blast { certain: a.certain.max(b.certain), at_most: a.at_most.max(b.at_most) }
}

/// Something that can be taken over, and what it leads to.
#[derive(Clone, Debug)]
pub struct Exposure<'i> {
    /// A workload, or a ServiceAccount.
    pub source: PathSource,
    /// How many pods run it; none for a template, and for a ServiceAccount.
    pub pods: usize,
    /// How far taking it over leads.
    pub blast: Blast,
    /// The shortest certain path to the worst that is certain, then the shortest to what is worse
    /// and possible.
    pub paths: Vec<AttackPath<'i>>,
    /// Every first step from it, if that was asked for.
    pub first_steps: Option<Vec<PathStep<'i>>>,
}

impl<'i> Reach<'i> {
    /// How far taking over a workload or a ServiceAccount leads.
    #[must_use]
    pub fn blast_radius(&self, source: &PathSource) -> Blast {
        let vertices = self.vertices(source);
        let all = vertices.into_iter().map(|(vertex, home)| self.blast(vertex, home));
        all.fold(Blast::default(), worse)
    }

    /// Every workload that leads to something, or to the target, the worst first. Static pods are
    /// part of their node, and no workload that somebody takes over to get there.
    #[must_use]
    pub fn exposed(&self, target: Option<&PathTarget>) -> Vec<Exposure<'i>> {
        let mut all: Vec<Exposure> = Vec::new();
        for (workload, pods, blast) in self.workloads() {
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
                let own = self.built.world.classes.iter().filter(|(of, _)| *of == workload);
                own.map(|(_, class)| class.pods).sum()
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
        blast: Blast,
        target: Option<&PathTarget>,
    ) -> Vec<AttackPath<'i>> {
        if let Some(target) = target {
            return self.path(source, target).into_iter().collect();
        }
        let to =
            |radius: Radius, certainty| self.path_of(source, &radius.target()?, Some(certainty));
        let certain = to(blast.certain, Certainty::Certain);
        let worse = blast.at_most > blast.certain;
        let possible = worse.then(|| to(blast.at_most, Certainty::Possible)).flatten();
        certain.into_iter().chain(possible).collect()
    }

    /// Every workload with its pods and radius, by name.
    #[must_use]
    pub fn workloads(&self) -> Vec<(Workload, usize, Blast)> {
        let mut all: Vec<(Workload, usize, Blast)> = Vec::new();
        let classes = self.built.world.classes.iter().zip(&self.built.seen.first);
        for ((workload, class), first) in classes.filter(|((_, class), _)| !class.facts.mirror) {
            let home = self.built.world.namespace(&workload.namespace);
            let containers = *first..*first + index(class.facts.containers.len());
            let vertices = containers.map(Vertex::Container);
            let blasts = vertices.map(|vertex| self.blast(vertex, home));
            let blast = blasts.fold(Blast::default(), worse);
            match all.last_mut().filter(|row| row.0 == **workload) {
                Some(row) => (row.1, row.2) = (row.1 + class.pods, worse(row.2, blast)),
                None => all.push(((*workload).clone(), class.pods, blast)),
            }
        }
        all
    }

    fn blast(&self, vertex: Vertex, home: Option<u32>) -> Blast {
        let number = self.graph().layout.number(vertex);
        let by = |certainty: Certainty| {
            if self.to_cluster.steps(number, certainty).is_some() {
                return Radius::Cluster;
            }
            if self.to_node.steps(number, certainty).is_some() {
                return Radius::Node;
            }
            match self.spaces[certainty as usize][number as usize] {
                Spaces::None => Radius::None,
                Spaces::One(namespace) if Some(namespace) == home => Radius::Namespace,
                Spaces::One(_) | Spaces::Many => Radius::Namespaces,
            }
        };
        Blast { certain: by(Certainty::Certain), at_most: by(Certainty::Possible) }
    }

    /// The vertices that a source stands for, each with its own namespace.
    pub(super) fn vertices(&self, source: &PathSource) -> Vec<(Vertex, Option<u32>)> {
        let world = &self.built.world;
        match source {
            PathSource::Account(namespace, name) => {
                let home = world.namespace(namespace);
                let account = home.and_then(|home| world.account(home, name));
                account.map(|account| (Vertex::Account(account), home)).into_iter().collect()
            }
            PathSource::Workload(workload, container) => {
                let home = world.namespace(&workload.namespace);
                // Classes are in the order of their workloads.
                let start = world.classes.partition_point(|(of, _)| *of < workload);
                let classes = world.classes[start..].iter().zip(&self.built.seen.first[start..]);
                let own = classes.take_while(|((of, _), _)| *of == workload);
                let containers = own.flat_map(|((_, class), first)| {
                    (*first..).zip(&class.facts.containers).filter(|(_, c)| {
                        container.as_ref().is_none_or(|name| *name == c.place.name)
                    })
                });
                containers.map(|(number, _)| (Vertex::Container(number), home)).collect()
            }
        }
    }
}
