//! Why a step is possible: the field, the role and binding, or the label that decides, and what to
//! change about it.

use super::Reach;
use super::change::Change;
use super::graph::{Cause, Edge, NO_CAUSE, Vertex};
use super::held::{Held, allows};
use super::kind::StepKind;
use super::pods::Class;
use super::reason::Reason;
use super::right::Right;
use super::self_grant_explanation::{NONE_HERE, delete};
use super::world::{Enforced, Holding, Place};
use crate::evidence::Evidence;
use crate::inventory::{POD_SECURITY_LABEL_PREFIX, Workload};
use crate::object::{ObjectRef, Parent};
use crate::rbac::{Grant, Identity};

/// What is known of the way so far.
pub(super) struct Context {
    pub(super) identity: Option<Identity>,
    /// Roles that it has given itself.
    pub(super) gained: Vec<Holding>,
}

#[derive(Default)]
pub(super) struct StepExplanation<'i> {
    pub(super) reasons: Vec<Reason<'i>>,
    pub(super) cut: String,
    pub(super) changes: Vec<Change>,
}

impl<'i> Reach<'i> {
    pub(super) fn reason(
        &self,
        context: &mut Context,
        edge: &Edge,
        chain: &[Vertex],
        next: Option<&Edge>,
    ) -> StepExplanation<'i> {
        let from = self.graph().layout.vertex(edge.from);
        if let Vertex::Rights(class) = from {
            if edge.cause == NO_CAUSE {
                return self.gain(context, class, edge.kind, next);
            }
            let cause = &self.graph().causes[edge.cause as usize];
            return self.by_rights(context, cause, edge.kind);
        }
        match (edge.kind, from, chain.first()) {
            (StepKind::Token, Vertex::Container(at), Some(Vertex::Account(account))) => {
                let (workload, class, container) = self.container(at);
                let name = &self.built.world.accounts[*account as usize].1;
                let tokens = &class.facts.containers[container].tokens;
                let evidence = tokens.iter().find(|token| token.account == *name);
                let change = Change::NoToken(workload.clone());
                by_fields(evidence.map(|token| &token.evidence), change)
            }
            (StepKind::Escape, Vertex::Container(at), _) => {
                let (workload, class, container) = self.container(at);
                let container = &class.facts.containers[container];
                let way = container.escapes.first();
                let mut by: Vec<_> = class
                    .facts
                    .containers
                    .iter()
                    .flat_map(|c| &c.escapes)
                    .map(|e| e.by.clone())
                    .collect();
                if container.logs.is_some() {
                    by.push("logs of the node that it can write and have read".to_owned());
                }
                by.sort();
                by.dedup();
                let evidence = way.map(|way| &way.evidence).or(container.logs.as_ref());
                let change = Change::NoEscape { workload: workload.clone(), by };
                let mut reason = by_fields(evidence, change);
                if class.facts.mirror {
                    // A static pod is part of its node, and needs what it has.
                    NONE_HERE.clone_into(&mut reason.cut);
                    reason.changes.clear();
                }
                reason
            }
            (StepKind::SharedPid, Vertex::Container(at), _) => {
                let (workload, class, _) = self.container(at);
                let shared = class.facts.shared.iter().cloned().map(Reason::Field).collect();
                let cut = format!("set shareProcessNamespace: false in {}", named(workload));
                StepExplanation { reasons: shared, cut, changes: Vec::new() }
            }
            (StepKind::Everything, ..) => words("", NONE_HERE),
            (StepKind::ControlPlane, Vertex::Node(node), _) => {
                let node = &self.built.world.nodes[node as usize];
                let why = format!("node {node} runs a part of the control plane");
                words(&why, &format!("keep what can break out off node {node}"))
            }
            (StepKind::Escape, ..) => words("a container there can break out", "take that from it"),
            (StepKind::Steal, ..) => words(
                "a ServiceAccount on the node may change nodes and delete pods",
                "keep its pods off nodes that can be taken over",
            ),
            _ => {
                let account = chain.first().map(|vertex| self.built.thing(*vertex));
                let account = account.map(|account| account.to_string()).unwrap_or_default();
                let why = format!("pods of {account} run there");
                words(&why, &format!("keep pods of {account} off nodes that can be taken over"))
            }
        }
    }

    /// Another identity has other rights, and none that the one before gave itself.
    pub(super) fn enter(&self, context: &mut Context, vertex: Vertex) {
        if !matches!(vertex, Vertex::Rights(_)) {
            context.gained.clear();
            context.identity = self.identity(vertex);
        }
    }

    fn container(&self, at: u32) -> (&'i Workload, &'i Class, usize) {
        let (class, container) = self.built.containers[at as usize];
        let (workload, class) = self.built.world.classes[class];
        (workload, class, container)
    }

    /// The identity that holds rights: the last one on the way.
    fn identity(&self, vertex: Vertex) -> Option<Identity> {
        let world = &self.built.world;
        let everyone = "system:authenticated".to_owned();
        Some(match vertex {
            Vertex::Account(account) => {
                let (namespace, name) = &world.accounts[account as usize];
                Identity::service_account(&world.namespaces[*namespace as usize], name)
            }
            Vertex::User(user) => {
                Identity { user: world.users[user as usize].clone(), groups: [everyone].into() }
            }
            Vertex::Group(group) => {
                let group = world.groups[group as usize].clone();
                Identity { user: String::new(), groups: [group, everyone].into() }
            }
            _ => return None,
        })
    }

    fn by_rights(&self, context: &Context, cause: &Cause, kind: StepKind) -> StepExplanation<'i> {
        let mut reason = StepExplanation::default();
        let mut fewest: Option<Vec<Grant>> = None;
        for right in Right::all().filter(|right| cause.needs.has(*right)) {
            let grants = self.grants(context, cause.place, right, cause.name.as_deref());
            reason.reasons.push(if let Some(first) = grants.first() {
                Reason::Grant { right: right.words(), grant: *first }
            } else {
                Reason::Note(format!("{}, by the role that it gave itself", right.words()))
            });
            reason.changes.extend(self.changes(&grants, right));
            if !grants.is_empty() && fewest.as_ref().is_none_or(|few| grants.len() < few.len()) {
                fewest = Some(grants);
            }
        }
        if let Some(namespace) = cause.admitted_by {
            let name = self.built.world.namespaces[namespace as usize].clone();
            reason.reasons.push(Reason::Field(self.label(namespace)));
            let change = Change::Enforce(name);
            if matches!(kind, StepKind::PodToNode) && matches!(cause.place, Place::Namespace(_)) {
                reason.cut = change.words();
                reason.changes.push(change);
                return reason;
            }
        }
        reason.cut = fewest.map_or_else(|| NONE_HERE.to_owned(), |grants| delete(&grants));
        reason
    }

    /// Every grant of the right, one a binding.
    pub(super) fn grants(
        &self,
        context: &Context,
        place: Place,
        right: Right,
        name: Option<&str>,
    ) -> Vec<Grant<'i>> {
        let Some(identity) = &context.identity else { return Vec::new() };
        let namespace = match place {
            Place::Namespace(namespace) => self.built.world.namespaces[namespace as usize].as_str(),
            _ => "",
        };
        let all = self.resolver.rules_for(identity, namespace);
        let mut grants = all.clone();
        grants.retain(|grant| {
            let held = Held::of(std::slice::from_ref(grant.rule));
            let mut local = Held::default();
            local.add(&held, grant.namespace().is_some());
            let named = || local.names(right).any(|held| name.is_none_or(|name| name == held));
            !self.is_gone(grant)
                && (local.any.has(right)
                    || named()
                        && allows(
                            grant.rule,
                            right,
                            name.unwrap_or_else(|| local.names(right).next().unwrap_or_default()),
                        ))
        });
        grants.dedup_by(|a, b| std::ptr::eq(a.binding, b.binding));
        if grants.is_empty() {
            // Two rules of one role may grant together what neither does alone.
            grants = all;
            grants.retain(|grant| right.is_part_in(grant.rule) && !self.is_gone(grant));
            grants.dedup_by(|a, b| std::ptr::eq(a.binding, b.binding));
        }
        grants
    }

    fn is_gone(&self, grant: &Grant) -> bool {
        self.without.iter().any(|change| change.deletes(grant.binding))
    }

    /// What would take the right away: to delete its only binding, or to change its only role.
    pub(super) fn changes(&self, grants: &[Grant<'i>], right: Right) -> Vec<Change> {
        let mut changes = Vec::new();
        let Some(first) = grants.first() else { return changes };
        let role = first.role();
        if let [only] = grants
            && !only.binding.metadata.is_built_in()
        {
            let binding = nameless(only.binding.reference());
            changes.push(Change::DeleteBinding { binding, role: role.clone() });
        }
        let number = self.built.world.roles.iter().skip(1).find(|known| known.object == role);
        let whole = number.is_none_or(|role| role.built_in || role.held.any.has(Right::Everything));
        if grants.iter().all(|grant| grant.role() == role) && !whole {
            let (rights, numbers) = (vec![right.words()], vec![right as u8]);
            changes.push(Change::TakeFromRole { role, rights, numbers });
        }
        changes
    }

    fn label(&self, namespace: u32) -> Evidence {
        let world = &self.built.world;
        let name = &world.namespaces[namespace as usize];
        let label = format!("{POD_SECURITY_LABEL_PREFIX}enforce");
        let path = Parent::default().entry("metadata.labels", &label).into();
        let object = ObjectRef {
            kind: "Namespace".to_owned(),
            namespace: None,
            name: name.clone(),
            uid: None,
        };
        let evidence = match world.enforced[namespace as usize] {
            Enforced::Level(level) => Evidence::field(path, level.as_str()),
            Enforced::Unknown => Evidence::unset(path),
        };
        evidence.on(object)
    }
}

fn words<'i>(why: &str, cut: &str) -> StepExplanation<'i> {
    let reasons = (!why.is_empty()).then(|| Reason::Note(why.to_owned()));
    StepExplanation {
        reasons: reasons.into_iter().collect(),
        cut: cut.to_owned(),
        changes: Vec::new(),
    }
}

fn by_fields<'i>(evidence: Option<&Vec<Evidence>>, change: Change) -> StepExplanation<'i> {
    let reasons = evidence.into_iter().flatten().cloned().map(Reason::Field).collect();
    StepExplanation { reasons, cut: change.words(), changes: vec![change] }
}

fn named(workload: &Workload) -> String {
    format!("{} {}/{}", workload.kind, workload.namespace, workload.name)
}

fn nameless(object: ObjectRef) -> ObjectRef {
    ObjectRef { uid: None, ..object }
}
