//! What is known of the way from a workload to everything in the cluster: the way, that there is
//! none, or why nobody can tell.

use super::Reach;
use super::describe::{PathSource, PathTarget};
use super::kind::Certainty;
use super::path::{AttackPath, PathStep};
use super::reason::Reason;
use crate::finding::{Radius, Step};
use crate::inventory::{CoverageState, Inventory, Resource, Workload};
use crate::posture::Gap;

/// The way from a workload to cluster-admin.
#[derive(Clone, Debug)]
pub struct ClusterAdminPath<'i> {
    /// The shortest, certain if any is.
    pub path: Option<AttackPath<'i>>,
    /// Whether it is the mirror of a static pod: part of its node, and nothing that is taken over to
    /// get there.
    pub mirror: bool,
    /// Whether no container has a token, or a way out to its node: whatever else was not read, it
    /// leads nowhere.
    pub sealed: bool,
    /// Whether the files that were read hold no bindings.
    pub no_bindings: bool,
    /// Why there may be a way that does not show.
    pub gap: Option<Gap>,
}

impl<'i> Reach<'i> {
    /// Looks for the way from a workload to cluster-admin.
    #[must_use]
    pub fn cluster_admin_path(&self, workload: &Workload) -> ClusterAdminPath<'i> {
        let source = PathSource::Workload(workload.clone(), None);
        let mut own = self.pods.classes.get(workload).into_iter().flatten();
        let state = |kind| self.inventory.coverage(kind).state;
        let bindings = [Resource::ClusterRoleBindings, Resource::RoleBindings];
        ClusterAdminPath {
            mirror: own.clone().any(|class| class.facts.mirror),
            sealed: own.all(|class| class.facts.sealed),
            no_bindings: bindings.into_iter().all(|kind| state(kind) == CoverageState::Absent),
            gap: gap(self.inventory, self.blast_radius(&source).at_most),
            path: self.path(&source, &PathTarget::ClusterAdmin),
        }
    }
}

/// What was not read, and may lead on.
fn gap(inventory: &Inventory, radius: Radius) -> Option<Gap> {
    let missing = Resource::AUDIT.into_iter().find(|kind| {
        let state = inventory.coverage(*kind).state;
        // Who owns a pod leads nowhere; and files need no Nodes for what stays off them.
        let leads_on = !matches!(kind, Resource::ReplicaSets | Resource::Jobs);
        let absent = *kind == Resource::Nodes && radius >= Radius::Node;
        let is_missing = match state {
            CoverageState::Complete => false,
            CoverageState::Absent => absent,
            CoverageState::Incomplete | CoverageState::NotRequested => true,
        };
        leads_on && is_missing
    });
    if let Some(kind) = missing {
        let resolve = match inventory.coverage(kind).state {
            CoverageState::Absent => format!("include {} in the input", kind.plural()),
            _ => format!("grant list on {}", kind.plural()),
        };
        return Some(Gap::new(format!("{}s were not read, or not all", kind.kind()), resolve));
    }
    let other = "what other namespaces lead to was not read";
    (!inventory.only.is_empty()).then(|| Gap::new(other, "scan all namespaces"))
}

impl AttackPath<'_> {
    /// The whole path on one line.
    #[must_use]
    pub fn on_a_line(&self) -> String {
        let steps = self.steps.iter().map(|step| {
            let sure = if step.certainty == Certainty::Certain { "" } else { "?" };
            format!(" -[{}{sure}]-> {}", step.kind.spec().id, step.to)
        });
        format!("{}{}", self.from, steps.collect::<String>())
    }

    /// Its steps as findings carry them.
    #[must_use]
    pub fn steps(&self) -> Vec<Step> {
        self.steps.iter().map(step).collect()
    }
}

fn step(step: &PathStep) -> Step {
    let about = step.kind.spec();
    let object = step.reasons.iter().find_map(|reasons| match reasons {
        Reason::Grant { grant, .. } => Some(grant.binding.reference()),
        Reason::Field(evidence) => evidence.object.as_deref().cloned(),
        Reason::Note(_) => None,
    });
    Step {
        edge: about.id,
        does: about.does,
        from: step.from.to_string(),
        to: step.to.to_string(),
        certain: step.certainty == Certainty::Certain,
        because: step.reasons.iter().map(ToString::to_string).collect(),
        cut: step.cut.clone(),
        object: object.or_else(|| step.from.object.clone()),
    }
}
