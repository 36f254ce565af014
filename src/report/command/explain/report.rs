//! What `podaudit explain` has found.

use crate::explain::PodExplained;
use crate::inventory::Coverage;
use crate::object::ObjectRef;
use crate::report::Cluster;

/// Pods that every fact is the same for, and what is true of them.
#[derive(Clone, Debug)]
pub struct ExplainedPods {
    /// The pods, sorted by name.
    pub pods: Vec<ObjectRef>,
    /// The facts.
    pub explained: PodExplained,
}

/// Every fact about some pods, ready to be written in any format.
#[derive(Clone, Debug)]
pub struct ExplainReport<'a> {
    /// Groups of pods, the largest first.
    pub groups: &'a [ExplainedPods],
    /// What was read of each kind.
    pub coverage: Vec<Coverage>,
    /// Of which cluster.
    pub cluster: &'a Cluster,
    /// podaudit's own version.
    pub version: &'a str,
}
