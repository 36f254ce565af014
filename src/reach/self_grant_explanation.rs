//! Why an identity can give itself a role, and what would keep it from that.

use super::Reach;
use super::explanation::{Context, StepExplanation};
use super::graph::Edge;
use super::kind::StepKind;
use super::reason::Reason;
use super::right::Right;
use super::world::{Holding, Place};
use crate::rbac::Grant;

impl<'i> Reach<'i> {
    /// Roles that an identity gives itself: the one that the next step needs, or the first.
    pub(super) fn gain(
        &self,
        context: &mut Context,
        class: u32,
        kind: StepKind,
        next: Option<&Edge>,
    ) -> StepExplanation<'i> {
        let world = &self.built.world;
        let gained = self.built.gains.get(&(class, kind)).cloned().unwrap_or_default();
        let cause = next.and_then(|next| self.graph().causes.get(next.cause as usize));
        let useful = |(place, role): &&Holding| {
            let held = &world.roles[*role as usize].held;
            cause.is_some_and(|cause| {
                let near = *place == cause.place || *place != Place::Cluster;
                near && Right::all().any(|right| cause.needs.has(right) && held.has(right))
            })
        };
        let one = gained.iter().find(useful).or_else(|| gained.first()).copied();
        let (place, object) = match one {
            Some((place, role)) => (place, world.roles[role as usize].object.to_string()),
            None => (Place::Cluster, "ClusterRole cluster-admin".to_owned()),
        };
        let needs: &[Right] = match (kind, place) {
            (StepKind::Bind, Place::Cluster) => &[
                Right::ClusterRoleBindingCreate,
                Right::ClusterRoleBindingEdit,
                Right::ClusterRoleBind,
            ],
            (StepKind::Bind, _) => &[
                Right::RoleBindingCreate,
                Right::RoleBindingEdit,
                Right::ClusterRoleBind,
                Right::RoleBind,
            ],
            (_, Place::Cluster) => {
                &[Right::ClusterRoleEdit, Right::ClusterRoleCreate, Right::ClusterRoleEscalate]
            }
            _ => &[
                Right::RoleEdit,
                Right::RoleEscalate,
                Right::ClusterRoleEdit,
                Right::ClusterRoleCreate,
                Right::ClusterRoleEscalate,
            ],
        };
        let at = if place == Place::EveryNamespace { Place::Cluster } else { place };
        let mut reason = StepExplanation::default();
        for right in needs {
            // To change one is enough.
            if *right == Right::ClusterRoleCreate && !reason.reasons.is_empty() {
                continue;
            }
            let grants = self.grants(context, at, *right, None);
            if let Some(first) = grants.first() {
                reason.reasons.push(Reason::Grant { right: right.words(), grant: *first });
                reason.changes.extend(self.changes(&grants, *right));
                if reason.cut.is_empty() {
                    reason.cut = delete(&grants);
                }
            }
        }
        let place = match place {
            Place::Cluster => "in the whole cluster".to_owned(),
            Place::EveryNamespace => "in every namespace".to_owned(),
            Place::Namespace(namespace) => {
                format!("in namespace {}", world.namespaces[namespace as usize])
            }
        };
        let gives =
            if kind == StepKind::Bind { "then it has" } else { "then it has the rights of" };
        reason.reasons.push(Reason::Note(format!("{gives} {object} {place}")));
        context.gained.extend(gained);
        reason
    }
}

/// The cut of a step that is not there to be cut.
pub(super) const NONE_HERE: &str = "none here; cut an earlier step";

/// To delete all bindings that grant a right takes it away.
pub(super) fn delete(grants: &[Grant]) -> String {
    if grants.iter().any(|grant| grant.binding.metadata.is_built_in()) {
        // The control plane needs it, and makes it again.
        return NONE_HERE.to_owned();
    }
    let all: Vec<_> = grants.iter().map(|grant| grant.binding.reference().to_string()).collect();
    let role = grants.first().map(|grant| grant.role().to_string()).unwrap_or_default();
    match &all[..] {
        [one] => format!("delete {one} (to {role})"),
        [one, two] => format!("delete {one} and {two}"),
        _ => format!("delete the {} bindings that grant it, {} first", all.len(), all[0]),
    }
}
