//! Why the rights of an identity allow a step: the bindings and roles that grant them, and the label
//! that admits what they run.

use super::explanation::{NONE_HERE, StepExplanation, delete_bindings};
use super::reason::Reason;
use crate::evidence::Evidence;
use crate::inventory::POD_SECURITY_LABEL_PREFIX;
use crate::object::{ObjectRef, Parent};
use crate::rbac::well_known::AUTHENTICATED;
use crate::rbac::{Grant, Identity, Right, right_in_words};
use crate::reach::analysis::Reach;
use crate::reach::cluster::index::EnforcedLevel;
use crate::reach::cluster::place::Place;
use crate::reach::cuts::change::Change;
use crate::reach::graph::edges::Requirement;
use crate::reach::graph::vertex::Vertex;
use crate::reach::rights::granted::{GrantedRights, is_half_of_create, rule_grants};
use crate::reach::steps::kind::StepKind;

impl<'i> Reach<'i> {
    /// The identity that a vertex is, as the authorizer knows it.
    pub(super) fn identity(&self, vertex: Vertex) -> Option<Identity> {
        let cluster = &self.attack_graph.cluster;
        let everyone = AUTHENTICATED.to_owned();
        Some(match vertex {
            Vertex::Account(account) => {
                let account = &cluster.accounts[account as usize];
                let namespace = cluster.namespace_name(account.namespace);
                Identity::service_account(namespace, &account.name)
            }
            Vertex::User(user) => {
                let user = cluster.rbac.users[user as usize].clone();
                Identity { user, groups: [everyone].into() }
            }
            Vertex::Group(group) => {
                let group = cluster.rbac.groups[group as usize].clone();
                Identity { user: String::new(), groups: [group, everyone].into() }
            }
            _ => return None,
        })
    }

    pub(super) fn explain_grants(
        &self,
        identity: Option<&Identity>,
        requirement: &Requirement,
        kind: StepKind,
    ) -> StepExplanation<'i> {
        let mut explanation = StepExplanation::default();
        let mut fewest: Option<Vec<Grant>> = None;
        for right in requirement.rights.iter() {
            let name = requirement.name.as_deref();
            let grants = self.grants(identity, requirement.place, right, name);
            let words = right_in_words(right);
            explanation.reasons.push(match grants.first() {
                Some(first) => Reason::Grant { right: words, grant: *first },
                None => Reason::Note(format!("{words}, by the role that it gave itself")),
            });
            explanation.changes.extend(self.changes(&grants, right));
            if !grants.is_empty() && fewest.as_ref().is_none_or(|few| grants.len() < few.len()) {
                fewest = Some(grants);
            }
        }
        if let Some(namespace) = requirement.admitted_by {
            explanation.reasons.push(Reason::Field(self.enforce_label(namespace)));
            let is_local = matches!(requirement.place, Place::Namespace(_));
            if kind == StepKind::PodToNode && is_local {
                let name = self.attack_graph.cluster.namespace_name(namespace);
                let change = Change::Enforce(name.to_owned());
                explanation.cut = change.words();
                explanation.changes.push(change);
                return explanation;
            }
        }
        explanation.cut =
            fewest.map_or_else(|| NONE_HERE.to_owned(), |grants| delete_bindings(&grants));
        explanation
    }

    /// Every grant of the right, one a binding.
    pub(super) fn grants(
        &self,
        identity: Option<&Identity>,
        place: Place,
        right: Right,
        name: Option<&str>,
    ) -> Vec<Grant<'i>> {
        let Some(identity) = identity else { return Vec::new() };
        let namespace = match place {
            Place::Namespace(namespace) => self.attack_graph.cluster.namespace_name(namespace),
            Place::Cluster | Place::EveryNamespace => "",
        };
        let mut all = self.resolver.rules_for(identity, namespace);
        all.retain(|grant| !self.without.iter().any(|change| change.deletes(grant.binding)));
        let mut grants = all.clone();
        grants.retain(|grant| grants_right(grant, right, name));
        grants.dedup_by(|a, b| std::ptr::eq(a.binding, b.binding));
        if grants.is_empty() {
            // Two rules of one role may grant together what neither does alone.
            grants = all;
            grants.retain(|grant| is_half_of_create(right, grant.rule));
            grants.dedup_by(|a, b| std::ptr::eq(a.binding, b.binding));
        }
        grants
    }

    /// What would take the right away: to delete its only binding, or to change its only role.
    pub(super) fn changes(&self, grants: &[Grant<'i>], right: Right) -> Vec<Change> {
        let mut changes = Vec::new();
        let Some(first) = grants.first() else { return changes };
        let role = first.role();
        if let [only] = grants
            && !only.binding.metadata.is_built_in()
        {
            let binding = ObjectRef { uid: None, ..only.binding.reference() };
            changes.push(Change::DeleteBinding { binding, role: role.clone() });
        }
        let mut roles = self.attack_graph.cluster.rbac.roles.iter().skip(1);
        let known = roles.find(|known| known.object == role);
        let is_left_alone =
            known.is_none_or(|role| role.built_in || role.granted.any.has(Right::Everything));
        if grants.iter().all(|grant| grant.role() == role) && !is_left_alone {
            let (rights, taken) = (vec![right_in_words(right)], vec![right]);
            changes.push(Change::TakeFromRole { role, rights, taken });
        }
        changes
    }

    /// The label by which a namespace enforces a level.
    fn enforce_label(&self, namespace: u32) -> Evidence {
        let cluster = &self.attack_graph.cluster;
        let label = format!("{POD_SECURITY_LABEL_PREFIX}enforce");
        let path = Parent::default().entry("metadata.labels", &label).into();
        let object = ObjectRef {
            kind: "Namespace".to_owned(),
            namespace: None,
            name: cluster.namespace_name(namespace).to_owned(),
            uid: None,
        };
        let evidence = match cluster.enforced[namespace as usize] {
            EnforcedLevel::Labelled(level) => Evidence::field(path, level.as_str()),
            EnforcedLevel::Unknown => Evidence::unset(path),
        };
        evidence.on(object)
    }
}

/// Whether one rule grants the right: on any object, on that of this name, or else on any one.
fn grants_right(grant: &Grant, right: Right, name: Option<&str>) -> bool {
    let of_rule = GrantedRights::from_rules(std::slice::from_ref(grant.rule));
    let mut granted = GrantedRights::default();
    match grant.namespace() {
        Some(_) => granted.add_in_namespace(&of_rule),
        None => granted.add(&of_rule),
    }
    if granted.any.has(right) {
        return true;
    }
    let mut objects = granted.names(right);
    let object = match name {
        Some(name) => objects.find(|granted| *granted == name),
        None => objects.next(),
    };
    object.is_some_and(|name| rule_grants(grant.rule, right, name))
}
