//! Which of those rights the rules of a role hold, and on which objects.

use super::right::{Right, Rights, Scope, TABLE};
use crate::inventory::PolicyRule;
use crate::rbac::{Attributes, RequestTarget, rule_allows};

/// What a role holds of them: on any object, and on objects of some names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Held {
    pub(super) any: Rights,
    /// Sorted, without those that `any` has.
    pub(super) named: Vec<(Right, String)>,
}

impl Held {
    /// Reads the rules of a role.
    pub(super) fn of(rules: &[PolicyRule]) -> Self {
        let mut held = Self::default();
        for rule in rules.iter().filter(|rule| !rule.resources.is_empty()) {
            for row in TABLE.iter().filter(|row| may_cover(rule, row.3)) {
                let right = row.0;
                if allows(rule, right, "") {
                    held.any.insert(right);
                }
                for name in rule.resource_names.iter().filter(|name| allows(rule, right, name)) {
                    held.named.push((right, name.clone()));
                }
            }
        }
        for right in Right::all().filter(|right| creates_by_patch(rules, *right)) {
            held.any.insert(right);
        }
        held.tidy();
        held
    }

    pub(super) fn add(&mut self, other: &Self, namespaced: bool) {
        let any = if namespaced { other.any.namespaced() } else { other.any };
        self.any = self.any.union(any);
        let named = other.named.iter();
        self.named.extend(
            named
                .filter(|(right, _)| !namespaced || TABLE[*right as usize].1 == Scope::Any)
                .cloned(),
        );
    }

    pub(super) fn tidy(&mut self) {
        let any = self.any;
        self.named.retain(|(right, _)| !any.has(*right));
        self.named.sort();
        self.named.dedup();
    }

    pub(super) fn names(&self, right: Right) -> impl Iterator<Item = &str> {
        self.named.iter().filter(move |(r, _)| *r == right).map(|(_, name)| name.as_str())
    }

    /// Leaves only these.
    pub(super) fn keep(&mut self, rights: &[Right]) {
        let mut mask = Rights::NONE;
        for right in rights {
            mask.insert(*right);
        }
        self.any.retain(mask);
        self.named.retain(|(right, _)| mask.has(*right));
    }

    /// On any object, or on one at least.
    pub(super) fn has(&self, right: Right) -> bool {
        self.any.has(right) || self.names(right).next().is_some()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.any.is_empty() && self.named.is_empty()
    }
}

impl Right {
    /// Whether the rule grants it on new objects of some names, which takes `patch` on them beside.
    pub(super) fn is_part_in(self, rule: &PolicyRule) -> bool {
        let (_, _, group, resource, verbs) = TABLE[self as usize];
        verbs == ["create"]
            && !resource.contains('/')
            && rule.resource_names.iter().any(|name| {
                let target = RequestTarget::Resource {
                    group,
                    resource,
                    subresource: "",
                    namespace: "",
                    name,
                };
                rule_allows(rule, &Attributes { verb: "create", target })
            })
    }
}

/// A cheap look before the exact one.
fn may_cover(rule: &PolicyRule, resource: &str) -> bool {
    resource == "*"
        || rule.resources.iter().any(|entry| {
            entry == "*"
                || entry == resource
                || entry.strip_prefix("*/").is_some_and(|sub| resource.ends_with(sub))
        })
}

/// Whether the rule grants the right on an object of this name; the empty one is any object.
pub(super) fn allows(rule: &PolicyRule, right: Right, name: &str) -> bool {
    let (_, _, group, resource, verbs) = TABLE[right as usize];
    let has = |list: &[String], text: &str| list.iter().any(|entry| entry == text);
    match right {
        Right::Everything => {
            rule.resource_names.is_empty()
                && [&rule.verbs, &rule.api_groups, &rule.resources]
                    .iter()
                    .all(|list| has(list, "*"))
        }
        // On which resources it is decides what it is good for, which is not followed.
        Right::OnAccount | Right::OnUser | Right::OnNode => {
            let is_on = |verb: &String| verb == "*" || verb.starts_with(verbs[0]);
            name.is_empty() && rule.verbs.iter().any(is_on)
        }
        _ => {
            let (resource, subresource) = resource.split_once('/').unwrap_or((resource, ""));
            let target =
                RequestTarget::Resource { group, resource, subresource, namespace: "", name };
            verbs.iter().any(|verb| {
                // The name of a new object is not known to the authorizer, nor are those of a
                // collection.
                let nameless =
                    subresource.is_empty() && (*verb == "create" || *verb == "deletecollection");
                (name.is_empty() || !nameless) && rule_allows(rule, &Attributes { verb, target })
            })
        }
    }
}

/// Server-side apply creates an object by its name, for those who may patch and create that name:
/// one rule of the role may say the one, and another the other.
fn creates_by_patch(rules: &[PolicyRule], right: Right) -> bool {
    let (_, _, group, resource, verbs) = TABLE[right as usize];
    if verbs != ["create"] || resource.contains('/') {
        return false;
    }
    let rules = || rules.iter().filter(|rule| may_cover(rule, resource));
    let both = |name: &str| {
        let target =
            RequestTarget::Resource { group, resource, subresource: "", namespace: "", name };
        let may = |verb| rules().any(|rule| rule_allows(rule, &Attributes { verb, target }));
        may("create") && may("patch")
    };
    rules().flat_map(|rule| &rule.resource_names).any(|name| both(name))
}
