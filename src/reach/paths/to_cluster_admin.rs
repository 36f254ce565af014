//! What is known of the path from a workload to everything in the cluster: the path, that there is
//! none, or why nobody can tell.

use super::attack_path::AttackPath;
use super::endpoint::{PathSource, PathTarget};
use crate::finding::Radius;
use crate::inventory::{CoverageState, Inventory, Resource, Workload};
use crate::posture::Gap;
use crate::reach::analysis::Reach;

/// The path from a workload to cluster-admin, if any.
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
    /// Why there may be a path that does not show.
    pub gap: Option<Gap>,
}

impl<'i> Reach<'i> {
    /// Looks for the path from a workload to cluster-admin.
    #[must_use]
    pub fn cluster_admin_path(&self, workload: &Workload) -> ClusterAdminPath<'i> {
        let source = PathSource::Workload(workload.clone(), None);
        let mut own = self.pods.by_workload.get(workload).into_iter().flatten();
        let state = |kind| self.inventory.coverage(kind).state;
        let bindings = [Resource::ClusterRoleBindings, Resource::RoleBindings];
        ClusterAdminPath {
            mirror: own.clone().any(|variant| variant.facts.mirror),
            sealed: own.all(|variant| variant.facts.sealed),
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
