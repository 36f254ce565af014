//! The few changes that free most workloads. Each is tried: the graph is built again without what
//! it takes away, and only workloads whose path is gone then count.

use std::collections::BTreeMap;

use super::change::Change;
use crate::finding::{BlastRadius, Radius};
use crate::inventory::Workload;
use crate::reach::analysis::Reach;

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
    /// The workload.
    pub workload: Workload,
    /// What it led to.
    pub before: BlastRadius,
    /// What it leads to now.
    pub after: BlastRadius,
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

/// How far each workload leads.
type Blasts = BTreeMap<Workload, BlastRadius>;

/// A change that was tried, and what came of it.
struct Trial {
    change: Change,
    frees: Vec<Freed>,
    blasts: Blasts,
}

impl Trial {
    /// How much it brings: workloads that it frees, those of them that led to the whole cluster, and
    /// those that led to a node.
    fn worth(&self) -> (usize, usize, usize) {
        let led_to = |radius| self.frees.iter().filter(|f| f.before.at_most == radius).count();
        (self.frees.len(), led_to(Radius::Cluster), led_to(Radius::Node))
    }
}

/// A change that paths have in common.
struct UsedChange {
    change: Change,
    /// How many workloads have it on a path.
    workloads: usize,
}

impl Reach<'_> {
    fn blasts(&self) -> Blasts {
        let all = self.workloads().into_iter();
        all.map(|row| (row.workload, row.blast)).collect()
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
            let Trial { change, frees, blasts } = best;
            made.push(change.clone());
            let left_cluster = blasts.values().filter(|b| b.at_most == Radius::Cluster).count();
            cuts.push(Cut { change, frees, left: count(&blasts), left_cluster });
            before = blasts;
        }
        Cuts { cuts, exposed, bounded }
    }

    /// The changes on the paths that a report shows, those of most workloads first.
    fn used(&self) -> Vec<UsedChange> {
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
        let used = used.into_iter();
        let mut used: Vec<_> =
            used.map(|(change, workloads)| UsedChange { change, workloads }).collect();
        used.sort_by(|a, b| (b.workloads, &a.change).cmp(&(a.workloads, &b.change)));
        used
    }

    fn best(&self, used: &[UsedChange], before: &Blasts, bounded: &mut bool) -> Option<Trial> {
        let mut best: Option<Trial> = None;
        for (tried, UsedChange { change, workloads }) in used.iter().enumerate() {
            let least = best.as_ref().map_or(0, |best| best.frees.len());
            if *workloads < least {
                break;
            }
            if tried == TRIED {
                *bounded = true;
                break;
            }
            let blasts = self.without(std::slice::from_ref(change)).blasts();
            let frees = freed(before, &blasts);
            let trial = Trial { change: change.clone(), frees, blasts };
            let is_better = best.as_ref().is_none_or(|best| trial.worth() > best.worth());
            if !trial.frees.is_empty() && is_better {
                best = Some(trial);
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
