//! Which rights the rules of a role grant, and on which objects.

use super::right_set::{RightSet, all_rights};
use crate::inventory::PolicyRule;
use crate::rbac::{
    Attributes, RIGHTS, RequestTarget, Right, RightScope, RightSpec, right_spec, rule_allows,
};

/// What a role grants: on any object, and on objects of some names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::reach) struct GrantedRights {
    pub(in crate::reach) any: RightSet,
    /// Sorted, without those that `any` has.
    pub(in crate::reach) named: Vec<NamedRight>,
}

/// A right on the objects of one name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::reach) struct NamedRight {
    pub(in crate::reach) right: Right,
    pub(in crate::reach) name: String,
}

impl GrantedRights {
    /// Reads the rules of a role.
    pub(in crate::reach) fn from_rules(rules: &[PolicyRule]) -> Self {
        let mut granted = Self::default();
        for rule in rules.iter().filter(|rule| !rule.resources.is_empty()) {
            for spec in RIGHTS.iter().filter(|spec| may_cover(rule, spec.resource)) {
                let right = spec.right;
                if rule_grants(rule, right, "") {
                    granted.any.insert(right);
                }
                let names = rule.resource_names.iter();
                for name in names.filter(|name| rule_grants(rule, right, name)) {
                    granted.named.push(NamedRight { right, name: name.clone() });
                }
            }
        }
        for right in all_rights().filter(|right| creates_by_patch(rules, *right)) {
            granted.any.insert(right);
        }
        granted.tidy();
        granted
    }

    /// Adds what another role grants in the whole cluster.
    pub(in crate::reach) fn add(&mut self, other: &Self) {
        self.any = self.any.union(other.any);
        self.named.extend(other.named.iter().cloned());
    }

    /// Adds what another role grants by a RoleBinding.
    pub(in crate::reach) fn add_in_namespace(&mut self, other: &Self) {
        self.any = self.any.union(other.any.in_namespace());
        let in_namespace =
            |named: &&NamedRight| right_spec(named.right).scope == RightScope::Namespace;
        self.named.extend(other.named.iter().filter(in_namespace).cloned());
    }

    /// Sorts what was added.
    pub(in crate::reach) fn tidy(&mut self) {
        let any = self.any;
        self.named.retain(|named| !any.has(named.right));
        self.named.sort();
        self.named.dedup();
    }

    /// Takes these away.
    pub(in crate::reach) fn remove(&mut self, rights: RightSet) {
        self.any = self.any.minus(rights);
        self.named.retain(|named| !rights.has(named.right));
    }

    /// The names of the objects on which the right is granted, where it is not on all.
    pub(in crate::reach) fn names(&self, right: Right) -> impl Iterator<Item = &str> {
        let named = self.named.iter().filter(move |named| named.right == right);
        named.map(|named| named.name.as_str())
    }

    /// Whether it is granted on any object, or on one at least.
    pub(in crate::reach) fn has(&self, right: Right) -> bool {
        self.any.has(right) || self.names(right).next().is_some()
    }

    /// Whether it is granted on the object of this name.
    pub(in crate::reach) fn has_on(&self, right: Right, name: &str) -> bool {
        self.any.has(right) || self.names(right).any(|granted| granted == name)
    }

    pub(in crate::reach) fn is_empty(&self) -> bool {
        self.any.is_empty() && self.named.is_empty()
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
pub(in crate::reach) fn rule_grants(rule: &PolicyRule, right: Right, name: &str) -> bool {
    let spec = right_spec(right);
    let has_all = |list: &[String]| list.iter().any(|entry| entry == "*");
    match right {
        Right::Everything => {
            rule.resource_names.is_empty()
                && [&rule.verbs, &rule.api_groups, &rule.resources].iter().all(|l| has_all(l))
        }
        // On which resources it is decides what it is good for, which is not followed.
        Right::ImpersonateOnAccount | Right::ImpersonateOnUser | Right::ImpersonateOnNode => {
            let is_on = |verb: &String| {
                verb == "*" || spec.verbs.iter().any(|start| verb.starts_with(start))
            };
            name.is_empty() && rule.verbs.iter().any(is_on)
        }
        _ => {
            let (resource, subresource) =
                spec.resource.split_once('/').unwrap_or((spec.resource, ""));
            let group = spec.group;
            let target =
                RequestTarget::Resource { group, resource, subresource, namespace: "", name };
            spec.verbs.iter().any(|verb| {
                // The name of a new object is not known to the authorizer, nor are those of a
                // collection.
                let nameless =
                    subresource.is_empty() && (*verb == "create" || *verb == "deletecollection");
                (name.is_empty() || !nameless) && rule_allows(rule, &Attributes { verb, target })
            })
        }
    }
}

/// Whether the rule grants to create new objects of some names, which takes `patch` on them beside.
pub(in crate::reach) fn is_half_of_create(right: Right, rule: &PolicyRule) -> bool {
    let spec = right_spec(right);
    creates_whole_objects(spec)
        && rule.resource_names.iter().any(|name| {
            rule_allows(rule, &Attributes { verb: "create", target: object(spec, name) })
        })
}

/// Server-side apply creates an object by its name, for those who may patch and create that name:
/// one rule of the role may say the one, and another the other.
fn creates_by_patch(rules: &[PolicyRule], right: Right) -> bool {
    let spec = right_spec(right);
    if !creates_whole_objects(spec) {
        return false;
    }
    let rules = || rules.iter().filter(|rule| may_cover(rule, spec.resource));
    let both = |name: &str| {
        let target = object(spec, name);
        let may = |verb| rules().any(|rule| rule_allows(rule, &Attributes { verb, target }));
        may("create") && may("patch")
    };
    rules().flat_map(|rule| &rule.resource_names).any(|name| both(name))
}

fn creates_whole_objects(spec: &RightSpec) -> bool {
    spec.verbs == ["create"] && !spec.resource.contains('/')
}

fn object<'a>(spec: &'a RightSpec, name: &'a str) -> RequestTarget<'a> {
    let (group, resource) = (spec.group, spec.resource);
    RequestTarget::Resource { group, resource, subresource: "", namespace: "", name }
}
