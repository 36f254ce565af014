//! The few changes that free most workloads. Each is tried: the graph is built again without what
//! it takes away, and only workloads whose path is gone then count.

use std::collections::BTreeMap;

use super::Reach;
use super::change::Change;
use crate::finding::{Blast, Radius};
use crate::inventory::Workload;

/// Changes that are tried a round; those that most paths use come first.
const TRIED: usize = 32;

/// A change, and what it brings when those before it are made.
#[derive(Clone, Debug)]
pub struct Cut {
    /// What to do.
    pub change: Change,
    /// The workloads that it frees: what they lead to is less than before.
    pub frees: Vec<Freed>,
    /// Workloads that still lead to something, once it is made.
    pub left: usize,
    /// Those of them that may still lead to the whole cluster.
    pub left_cluster: usize,
}

/// A workload that a change frees.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Freed {
    /// Which.
    pub workload: Workload,
    /// What it led to.
    pub before: Blast,
    /// What it leads to now.
    pub after: Blast,
}

/// What to change first.
#[derive(Clone, Debug)]
pub struct Cuts {
    /// The best first; each counts on those before it.
    pub cuts: Vec<Cut>,
    /// Workloads that lead to something as things are.
    pub exposed: usize,
    /// Whether changes were left untried that could have freed more.
    pub bounded: bool,
}

/// By workload.
type Blasts = BTreeMap<Workload, Blast>;

impl Reach<'_> {
    fn blasts(&self) -> Blasts {
        let all = self.workloads().into_iter();
        all.map(|(workload, _, blast)| (workload, blast)).collect()
    }

    /// Up to `most` changes, greedily: each frees as many workloads as any that was tried.
    ///
    /// A change frees a workload only if its shortest path uses what is changed, so that the paths
    /// bound what each change can bring, and few have to be tried.
    #[must_use]
    pub fn cuts(&self, most: usize) -> Cuts {
        let mut cuts: Vec<Cut> = Vec::new();
        let mut bounded = false;
        let mut before = self.blasts();
        let exposed = count(&before);
        let mut made: Vec<Change> = Vec::new();
        while cuts.len() < most {
            let now = self.without(&made);
            let used = now.used();
            let Some(best) = now.best(&used, &before, &mut bounded) else { break };
            let (change, frees, blasts) = best;
            made.push(change.clone());
            let left_cluster = blasts.values().filter(|b| b.at_most == Radius::Cluster).count();
            cuts.push(Cut { change, frees, left: count(&blasts), left_cluster });
            before = blasts;
        }
        Cuts { cuts, exposed, bounded }
    }

    /// How many workloads have each change on a path that is told, most first.
    fn used(&self) -> Vec<(usize, Change)> {
        let mut used: BTreeMap<Change, usize> = BTreeMap::new();
        for row in self.exposed(None) {
            let steps = row.paths.iter().flat_map(|path| &path.steps);
            let mut changes: Vec<_> = steps.flat_map(|step| step.changes.iter().cloned()).collect();
            changes.sort();
            changes.dedup();
            for change in changes {
                *used.entry(change).or_default() += 1;
            }
        }
        let mut used: Vec<_> = used.into_iter().map(|(change, paths)| (paths, change)).collect();
        used.sort_by(|a, b| (b.0, &a.1).cmp(&(a.0, &b.1)));
        used
    }

    fn best(
        &self,
        used: &[(usize, Change)],
        before: &Blasts,
        bounded: &mut bool,
    ) -> Option<(Change, Vec<Freed>, Blasts)> {
        let mut best: Option<(Change, Vec<Freed>, Blasts)> = None;
        let gain = |freed: &[Freed]| {
            let worst = |radius| freed.iter().filter(|f| f.before.at_most == radius).count();
            (freed.len(), worst(Radius::Cluster), worst(Radius::Node))
        };
        for (tried, (bound, change)) in used.iter().enumerate() {
            let least = best.as_ref().map_or(0, |(_, freed, _)| freed.len());
            if *bound < least {
                break;
            }
            if tried == TRIED {
                *bounded = true;
                break;
            }
            let after = self.without(std::slice::from_ref(change)).blasts();
            let freed = freed(before, &after);
            let better = best.as_ref().is_none_or(|(_, best, _)| gain(&freed) > gain(best));
            if !freed.is_empty() && better {
                best = Some((change.clone(), freed, after));
            }
        }
        best
    }
}

fn freed(before: &Blasts, after: &Blasts) -> Vec<Freed> {
    let pairs = before.iter().filter_map(|(workload, before)| {
        let after = *after.get(workload)?;
        let less = after.certain < before.certain || after.at_most < before.at_most;
        less.then(|| Freed { workload: workload.clone(), before: *before, after })
    });
    pairs.collect()
}

fn count(blasts: &Blasts) -> usize {
    blasts.values().filter(|blast| blast.at_most > Radius::None).count()
}
