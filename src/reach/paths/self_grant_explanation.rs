//! Why an identity can give itself a role, and what would keep it from that.

use super::explanation::{StepExplanation, delete_bindings};
use super::reason::Reason;
use crate::rbac::{Identity, Right, right_in_words};
use crate::reach::analysis::Reach;
use crate::reach::cluster::place::{Place, RoleBindingAt};
use crate::reach::graph::edges::Edge;
use crate::reach::steps::kind::StepKind;

impl<'i> Reach<'i> {
    /// Roles that an identity gives itself: the one that the next step needs, or the first.
    pub(super) fn explain_self_grant(
        &self,
        identity: Option<&Identity>,
        class: u32,
        kind: StepKind,
        next: Option<&Edge>,
    ) -> StepExplanation<'i> {
        let given = self.attack_graph.self_grants.get(&(class, kind));
        let given = given.map_or(&[][..], Vec::as_slice);
        let one = given.iter().find(|held| self.is_needed(**held, next)).or(given.first());
        let (place, role) = match one {
            Some(RoleBindingAt { place, role }) => {
                (*place, self.attack_graph.cluster.rbac.roles[*role as usize].object.to_string())
            }
            None => (Place::Cluster, "ClusterRole cluster-admin".to_owned()),
        };
        let at = if place == Place::EveryNamespace { Place::Cluster } else { place };
        let mut explanation = StepExplanation::default();
        for right in rights_of_self_grant(kind, place) {
            // To change one is enough.
            if *right == Right::ClusterRoleCreate && !explanation.reasons.is_empty() {
                continue;
            }
            let grants = self.grants(identity, at, *right, None);
            if let Some(first) = grants.first() {
                let words = right_in_words(*right);
                explanation.reasons.push(Reason::Grant { right: words, grant: *first });
                explanation.changes.extend(self.changes(&grants, *right));
                if explanation.cut.is_empty() {
                    explanation.cut = delete_bindings(&grants);
                }
            }
        }
        let place = match place {
            Place::Cluster => "in the whole cluster".to_owned(),
            Place::EveryNamespace => "in every namespace".to_owned(),
            Place::Namespace(namespace) => {
                format!("in namespace {}", self.attack_graph.cluster.namespace_name(namespace))
            }
        };
        let verb = if kind == StepKind::Bind { "then it has" } else { "then it has the rights of" };
        explanation.reasons.push(Reason::Note(format!("{verb} {role} {place}")));
        explanation
    }

    /// Whether the role has a right that the next step needs, in a place that is near enough.
    fn is_needed(&self, held: RoleBindingAt, next: Option<&Edge>) -> bool {
        let granted = &self.attack_graph.cluster.rbac.roles[held.role as usize].granted;
        let requirement = next.and_then(|next| self.graph().requirement(next));
        requirement.is_some_and(|requirement| {
            let near = held.place == requirement.place || held.place != Place::Cluster;
            near && requirement.rights.iter().any(|right| granted.has(right))
        })
    }
}

/// The rights that may be behind a role that an identity gives itself.
fn rights_of_self_grant(kind: StepKind, place: Place) -> &'static [Right] {
    match (kind, place) {
        (StepKind::Bind, Place::Cluster) => &[
            Right::ClusterRoleBindingCreate,
            Right::ClusterRoleBindingEdit,
            Right::ClusterRoleBind,
        ],
        (StepKind::Bind, Place::EveryNamespace | Place::Namespace(_)) => &[
            Right::RoleBindingCreate,
            Right::RoleBindingEdit,
            Right::ClusterRoleBind,
            Right::RoleBind,
        ],
        (_, Place::Cluster) => {
            &[Right::ClusterRoleEdit, Right::ClusterRoleCreate, Right::ClusterRoleEscalate]
        }
        (_, Place::EveryNamespace | Place::Namespace(_)) => &[
            Right::RoleEdit,
            Right::RoleEscalate,
            Right::ClusterRoleEdit,
            Right::ClusterRoleCreate,
            Right::ClusterRoleEscalate,
        ],
    }
}
