//! What is known of the way from a workload to everything in the cluster: the way, that there is
//! none, or why nobody can tell.

use super::Reach;
use super::because::Because;
use super::kind::Certainty;
use super::names::{Source, Target};
use super::path::{Hop, Path};
use crate::finding::{Radius, Step};
use crate::inventory::coverage::{Resource, State};
use crate::inventory::{Inventory, Workload};
use crate::posture::Gap;

/// The way from a workload to cluster-admin.
#[derive(Clone, Debug)]
pub struct Way<'i> {
    /// The shortest, certain if any is.
    pub path: Option<Path<'i>>,
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
    pub fn way(&self, workload: &Workload) -> Way<'i> {
        let source = Source::Workload(workload.clone(), None);
        let mut own = self.pods.classes.get(workload).into_iter().flatten();
        let state = |kind| self.inventory.coverage(kind).state;
        let bindings = [Resource::ClusterRoleBindings, Resource::RoleBindings];
        Way {
            mirror: own.clone().any(|class| class.facts.mirror),
            sealed: own.all(|class| class.facts.sealed),
            no_bindings: bindings.into_iter().all(|kind| state(kind) == State::Absent),
            gap: gap(self.inventory, self.blast_radius(&source).at_most),
            path: self.path(&source, &Target::ClusterAdmin),
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
            State::Complete => false,
            State::Absent => absent,
            State::Incomplete | State::NotRequested => true,
        };
        leads_on && is_missing
    });
    if let Some(kind) = missing {
        let resolve = match inventory.coverage(kind).state {
            State::Absent => format!("include {} in the input", kind.plural()),
            _ => format!("grant list on {}", kind.plural()),
        };
        return Some(Gap::new(format!("{}s were not read, or not all", kind.kind()), resolve));
    }
    let other = "what other namespaces lead to was not read";
    (!inventory.only.is_empty()).then(|| Gap::new(other, "scan all namespaces"))
}

impl Path<'_> {
    /// The whole path on one line.
    #[must_use]
    pub fn on_a_line(&self) -> String {
        let steps = self.hops.iter().map(|hop| {
            let sure = if hop.certainty == Certainty::Certain { "" } else { "?" };
            format!(" -[{}{sure}]-> {}", hop.kind.about().id, hop.to)
        });
        format!("{}{}", self.from, steps.collect::<String>())
    }

    /// Its steps as findings carry them.
    #[must_use]
    pub fn steps(&self) -> Vec<Step> {
        self.hops.iter().map(step).collect()
    }
}

fn step(hop: &Hop) -> Step {
    let about = hop.kind.about();
    let object = hop.because.iter().find_map(|because| match because {
        Because::Grant { grant, .. } => Some(grant.binding.reference()),
        Because::Field(evidence) => evidence.object.as_deref().cloned(),
        Because::Earlier(_) => None,
    });
    Step {
        edge: about.id,
        does: about.does,
        from: hop.from.to_string(),
        to: hop.to.to_string(),
        certain: hop.certainty == Certainty::Certain,
        because: hop.because.iter().map(ToString::to_string).collect(),
        cut: hop.cut.clone(),
        object: object.or_else(|| hop.from.object.clone()),
    }
}
