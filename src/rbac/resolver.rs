//! From bindings to the rules that hold for an identity.
//!
//! Upstream: `VisitRulesFor`, `appliesToUser` and `GetRoleReferenceRules` of
//! `pkg/registry/rbac/validation/rule.go`, Kubernetes v1.37.2. Upstream walks all bindings a
//! request; here subjects are indexed once, so that a question costs the bindings of its subjects.

use std::collections::BTreeMap;

use super::attributes::Attributes;
use super::identity::Identity;
use super::matching::rule_allows;
use super::well_known::account_user;
use crate::inventory::{Inventory, PolicyRule, Role, RoleBinding, Subject};
use crate::object::ObjectRef;

/// A rule that holds for an identity, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant<'i> {
    /// What may be done.
    pub rule: &'i PolicyRule,
    /// The binding that says so; without a namespace it holds in the whole cluster.
    pub binding: &'i RoleBinding,
    /// The subject of the binding that applies: the first, as upstream tells it.
    pub subject: &'i Subject,
}

impl<'i> Grant<'i> {
    /// The namespace in which the grant holds; `None` for the whole cluster.
    #[must_use]
    pub fn namespace(&self) -> Option<&'i str> {
        self.binding.metadata.namespace.as_deref()
    }

    /// The role that holds the rule.
    #[must_use]
    pub fn role(&self) -> ObjectRef {
        role_of(self.binding)
    }
}

/// The role that a binding names, whether it exists or not.
pub(super) fn role_of(binding: &RoleBinding) -> ObjectRef {
    let namespace = binding.metadata.namespace.clone().filter(|_| binding.role_ref.kind == "Role");
    let (kind, name) = (binding.role_ref.kind.clone(), binding.role_ref.name.clone());
    ObjectRef { kind, namespace, name, uid: None }
}

/// Bindings of one subject: those of the cluster under the empty namespace.
type Bound<'i> = BTreeMap<&'i str, Vec<(&'i RoleBinding, &'i Subject)>>;

/// The bindings of a cluster by their subjects.
#[derive(Clone, Debug)]
pub struct Resolver<'i> {
    inventory: &'i Inventory,
    /// ServiceAccounts are users, by the name that they authenticate with.
    users: BTreeMap<String, Bound<'i>>,
    groups: BTreeMap<&'i str, Bound<'i>>,
}

impl<'i> Resolver<'i> {
    /// Indexes all bindings.
    #[must_use]
    pub fn new(inventory: &'i Inventory) -> Self {
        let mut resolver = Self { inventory, users: BTreeMap::new(), groups: BTreeMap::new() };
        // Only its kind makes a binding hold in the whole cluster, never a namespace left empty.
        let namespaced = inventory.role_bindings.values().filter(|b| !place(b).is_empty());
        for binding in inventory.cluster_role_bindings.values().chain(namespaced) {
            for subject in &binding.subjects {
                resolver.insert(binding, subject);
            }
        }
        resolver
    }

    fn insert(&mut self, binding: &'i RoleBinding, subject: &'i Subject) {
        let place = place(binding);
        let bound = match subject.kind.as_str() {
            "User" => self.users.entry(subject.name.clone()).or_default(),
            "Group" => self.groups.entry(&subject.name).or_default(),
            "ServiceAccount" => {
                let own = Some(subject.namespace.as_str()).filter(|own| !own.is_empty());
                let namespace = own.unwrap_or(place);
                if namespace.is_empty() {
                    return;
                }
                let user = account_user(namespace, &subject.name);
                self.users.entry(user).or_default()
            }
            _ => return,
        };
        bound.entry(place).or_default().push((binding, subject));
    }

    /// Every rule that holds for the identity in this namespace, the empty one being none: those of
    /// its ClusterRoleBindings, then those of the namespace's RoleBindings, by name. A role that
    /// does not exist grants nothing.
    #[must_use]
    pub fn rules_for(&self, identity: &Identity, namespace: &str) -> Vec<Grant<'i>> {
        let mut grants = Vec::new();
        for (binding, subject) in self.bindings(identity, namespace) {
            let rules = self.role(binding).map_or(&[][..], |role| &role.rules);
            grants.extend(rules.iter().map(|rule| Grant { rule, binding, subject }));
        }
        grants
    }

    /// The first grant that allows the request; `None` if RBAC has none.
    #[must_use]
    pub fn allows(&self, identity: &Identity, request: &Attributes) -> Option<Grant<'i>> {
        let grants = self.rules_for(identity, request.target.namespace());
        grants.into_iter().find(|grant| rule_allows(grant.rule, request))
    }

    /// Everything that is granted to the identity: in the cluster, and in each namespace.
    #[must_use]
    pub fn everything(&self, identity: &Identity) -> Vec<Grant<'i>> {
        let mut all = self.rules_for(identity, "");
        for namespace in self.namespaces(identity) {
            let here = self.rules_for(identity, namespace);
            all.extend(here.into_iter().filter(|grant| grant.namespace().is_some()));
        }
        all
    }

    /// The identity's bindings to roles that do not exist, with the name of the role.
    #[must_use]
    pub fn dangling(&self, identity: &Identity) -> Vec<(&'i RoleBinding, ObjectRef)> {
        let mut places = self.namespaces(identity);
        places.insert(0, "");
        let bindings = places.into_iter().flat_map(|place| self.bindings_in(identity, place));
        let missing = bindings.filter(|(binding, _)| self.role(binding).is_none());
        missing.map(|(binding, _)| (binding, role_of(binding))).collect()
    }

    /// The namespaces with a RoleBinding for the identity, sorted.
    fn namespaces(&self, identity: &Identity) -> Vec<&'i str> {
        let mut all: Vec<_> = self.bound(identity).flat_map(BTreeMap::keys).copied().collect();
        all.sort_unstable();
        all.dedup();
        all.retain(|namespace| !namespace.is_empty());
        all
    }

    fn bindings(
        &self,
        identity: &Identity,
        namespace: &str,
    ) -> Vec<(&'i RoleBinding, &'i Subject)> {
        let mut all = self.bindings_in(identity, "");
        if !namespace.is_empty() {
            all.extend(self.bindings_in(identity, namespace));
        }
        all
    }

    /// A binding that applies through several subjects counts once.
    fn bindings_in(&self, identity: &Identity, place: &str) -> Vec<(&'i RoleBinding, &'i Subject)> {
        let found = self.bound(identity).filter_map(|bound| bound.get(place));
        let mut all: Vec<_> = found.flatten().copied().collect();
        let position = |binding: &RoleBinding, subject: &Subject| {
            binding.subjects.iter().position(|other| std::ptr::eq(other, subject))
        };
        all.sort_by_cached_key(|(binding, subject)| {
            (&binding.metadata.name, position(binding, subject))
        });
        all.dedup_by(|(a, _), (b, _)| a.metadata.name == b.metadata.name);
        all
    }

    fn bound<'s>(&'s self, identity: &'s Identity) -> impl Iterator<Item = &'s Bound<'i>> {
        let groups = identity.groups.iter().filter_map(|group| self.groups.get(group.as_str()));
        self.users.get(&identity.user).into_iter().chain(groups)
    }

    /// The role that the binding names, if it was read.
    pub(super) fn role(&self, binding: &RoleBinding) -> Option<&'i Role> {
        let name = &binding.role_ref.name;
        match binding.role_ref.kind.as_str() {
            "Role" => {
                let namespace = binding.metadata.namespace.clone()?;
                self.inventory.roles.get(&(namespace, name.clone()))
            }
            "ClusterRole" => self.inventory.cluster_roles.get(name),
            _ => None,
        }
    }
}

/// Where a binding holds; empty for the whole cluster.
fn place(binding: &RoleBinding) -> &str {
    binding.metadata.namespace.as_deref().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::{self, Options};

    const ROLES: &str = r#"{"apiVersion":"v1","kind":"List","items":[
        {"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRole",
         "metadata":{"name":"view"},"rules":[{"verbs":["get"]}]},
        {"apiVersion":"rbac.authorization.k8s.io/v1","kind":"Role",
         "metadata":{"name":"view","namespace":"a"},"rules":[{"verbs":["list"]},{"verbs":["watch"]}]}]}"#;

    /// How many rules `a/app` has in namespace `a` by this binding.
    fn rules(kind: &str, role: &str, subjects: &str) -> usize {
        let binding = format!(
            r#"{{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"{kind}",
                "metadata":{{"name":"b","namespace":"a"}},
                "roleRef":{{"kind":"{role}","name":"view"}},"subjects":{subjects}}}"#
        );
        let inventory = manifest::parse("test", &format!("{ROLES}{binding}"), &Options::default());
        let resolver = Resolver::new(&inventory);
        resolver.rules_for(&Identity::service_account("a", "app"), "a").len()
    }

    /// What the API server refuses to store, a file may hold; upstream's code says what it means.
    #[test]
    fn odd_subjects() {
        let own = r#"[{"kind":"ServiceAccount","name":"app"}]"#;
        assert_eq!(rules("RoleBinding", "ClusterRole", own), 1);
        assert_eq!(
            rules("ClusterRoleBinding", "ClusterRole", own),
            0,
            "no namespace to default to"
        );
        for (subjects, want) in [
            (r#"[{"kind":"serviceaccount","name":"app"}]"#, 0),
            (r#"[{"kind":"ServiceAccount","name":"app","namespace":"b"}]"#, 0),
            (r#"[{"kind":"User","name":"app"}]"#, 0),
            (r#"[{"kind":"Group","name":"*"}]"#, 0),
            (r#"[{"kind":"Group","name":"system:serviceaccounts:b"}]"#, 0),
            (r#"[{"kind":"User","name":"system:serviceaccount:a:app","apiGroup":"odd"}]"#, 1),
            (r#"[{"kind":"User","name":"system:serviceaccount:a:app","namespace":"b"}]"#, 1),
            (
                r#"[{"kind":"Group","name":"system:authenticated"},
                 {"kind":"ServiceAccount","name":"app"}]"#,
                1,
            ),
            ("null", 0),
        ] {
            assert_eq!(rules("RoleBinding", "ClusterRole", subjects), want, "{subjects}");
        }
    }

    #[test]
    fn odd_roles() {
        let own = r#"[{"kind":"ServiceAccount","name":"app","namespace":"a"}]"#;
        assert_eq!(rules("RoleBinding", "Role", own), 2);
        assert_eq!(rules("ClusterRoleBinding", "ClusterRole", own), 1);
        assert_eq!(rules("ClusterRoleBinding", "Role", own), 0, "no namespace to look in");
        assert_eq!(rules("RoleBinding", "clusterrole", own), 0);
    }
}
