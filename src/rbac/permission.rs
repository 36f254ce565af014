//! From grants to rights: the dangerous parts of each rule, and what is left of it.

use super::danger::{Danger, Dangerous};
use super::identity::Identity;
use super::resolver::{Grant, Resolver};
use super::right_table::DANGEROUS;
use super::well_known::GROUPS_OF_EVERY_ACCOUNT;
use crate::inventory::PolicyRule;

/// What one grant is good for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permission<'i> {
    /// What is dangerous about it; `None` for one that is what it says.
    pub risk: Option<Risk>,
    /// Verbs, as the rule has them.
    pub verbs: Vec<&'i str>,
    /// What they are on.
    pub target: PermissionTarget<'i>,
    /// The rule, the binding and the role.
    pub grant: Grant<'i>,
}

/// What is dangerous about a permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Risk {
    /// Where it leads.
    pub danger: Danger,
    /// What an attacker does with it, without a subject.
    pub why: &'static str,
}

/// What verbs are on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PermissionTarget<'i> {
    /// Objects.
    Resources {
        /// Empty is the core group.
        groups: Vec<&'i str>,
        /// With their subresources.
        resources: Vec<&'i str>,
        /// Empty for any.
        names: Vec<&'i str>,
    },
    /// URLs that are no resources.
    Paths(Vec<&'i str>),
}

impl Permission<'_> {
    /// The most dangerous first.
    pub(super) fn order(&self) -> impl Ord + use<> {
        (self.risk.is_none(), self.risk.map(|risk| risk.danger))
    }

    /// Whether every ServiceAccount has this permission.
    #[must_use]
    pub fn is_everyones(&self) -> bool {
        let subject = self.grant.subject;
        subject.kind == "Group" && GROUPS_OF_EVERY_ACCOUNT.contains(&subject.name.as_str())
    }
}

/// Everything that the identity may do, in the order of its bindings.
#[must_use]
pub fn permissions<'i>(resolver: &Resolver<'i>, identity: &Identity) -> Vec<Permission<'i>> {
    resolver.everything(identity).into_iter().flat_map(permissions_of_grant).collect()
}

pub(super) fn permissions_of_grant(grant: Grant) -> Vec<Permission> {
    let rule = grant.rule;
    let mut permissions: Vec<_> =
        DANGEROUS.iter().filter_map(|dangerous| dangerous_part(grant, dangerous)).collect();
    if has(&rule.verbs, "*") && has(&rule.api_groups, "*") && has(&rule.resources, "*") {
        // The first row says it all.
        permissions.truncate(1);
    } else if !rule.resources.is_empty() {
        permissions.extend(rest(grant));
    }
    // A request for a path has no namespace, so that only bindings of the cluster count.
    if !rule.non_resource_urls.is_empty() && grant.namespace().is_none() {
        let target = PermissionTarget::Paths(texts(&rule.non_resource_urls));
        permissions.push(Permission { risk: None, verbs: texts(&rule.verbs), target, grant });
    }
    permissions
}

/// The part of the rule that this row is about.
fn dangerous_part<'i>(grant: Grant<'i>, row: &Dangerous) -> Option<Permission<'i>> {
    let rule = grant.rule;
    let danger = match grant.namespace() {
        Some(_) => row.in_namespace?,
        None => row.in_cluster,
    };
    if !has(&rule.api_groups, "*") && !has(&rule.api_groups, row.group) {
        return None;
    }
    let resources: Vec<_> = row.resources.iter().copied().filter(|r| reaches(rule, r)).collect();
    let verbs: Vec<_> = row
        .verbs
        .iter()
        .copied()
        .filter(|verb| has(&rule.verbs, "*") || has(&rule.verbs, verb))
        .filter(|verb| resources.iter().any(|resource| can_match(rule, verb, resource)))
        .collect();
    if resources.is_empty() || verbs.is_empty() {
        return None;
    }
    let names = texts(&rule.resource_names);
    let target = PermissionTarget::Resources { groups: vec![row.group], resources, names };
    let risk = Some(Risk { danger, why: row.why });
    Some(Permission { risk, verbs, target, grant })
}

/// These requests name no object, so that a rule with names does not match them. To create a
/// subresource names the object that has it.
fn can_match(rule: &PolicyRule, verb: &str, resource: &str) -> bool {
    let nameless = verb == "deletecollection" || verb == "create" && !resource.contains('/');
    rule.resource_names.is_empty() || !nameless
}

/// Whether the rule covers this resource of the table.
fn reaches(rule: &PolicyRule, resource: &str) -> bool {
    rule.resources.iter().any(|entry| {
        if entry == "*" || entry == resource {
            return true;
        }
        match resource.split_once('/') {
            Some((kind, "*")) => entry.split_once('/').is_some_and(|(of, _)| of == kind),
            Some((_, subresource)) => entry.strip_prefix("*/") == Some(subresource),
            None => false,
        }
    })
}

/// What no row is about: resources with the verbs that are left of them.
fn rest(grant: Grant) -> Vec<Permission> {
    let rule = grant.rule;
    let mut rest: Vec<Permission> = Vec::new();
    for group in texts(&rule.api_groups) {
        for resource in texts(&rule.resources) {
            let is_dangerous = |verb: &&str| {
                DANGEROUS.iter().any(|row| {
                    let scope = grant.namespace().is_none() || row.in_namespace.is_some();
                    let is_row = row.group == group && row.resources.contains(&resource);
                    scope && is_row && row.verbs.contains(verb) && can_match(rule, verb, resource)
                })
            };
            let verbs: Vec<_> =
                texts(&rule.verbs).into_iter().filter(|v| !is_dangerous(v)).collect();
            if verbs.is_empty() {
                continue;
            }
            let same = rest.iter_mut().find_map(|permission| match &mut permission.target {
                PermissionTarget::Resources { groups, resources, .. }
                    if permission.verbs == verbs && groups[..] == [group] =>
                {
                    Some(resources)
                }
                _ => None,
            });
            match same {
                Some(resources) => resources.push(resource),
                None => rest.push(Permission {
                    risk: None,
                    verbs,
                    target: PermissionTarget::Resources {
                        groups: vec![group],
                        resources: vec![resource],
                        names: texts(&rule.resource_names),
                    },
                    grant,
                }),
            }
        }
    }
    rest
}

fn has(list: &[String], wanted: &str) -> bool {
    list.iter().any(|entry| entry == wanted)
}

fn texts(list: &[String]) -> Vec<&str> {
    list.iter().map(String::as_str).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::{self, Options};

    /// The rights of `a/app` with this rule, in words of the test.
    fn in_words(binding: &str, rule: &str) -> Vec<String> {
        let text = format!(
            r#"{{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRole",
                "metadata":{{"name":"r"}},"rules":[{rule}]}}
            {{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"{binding}",
                "metadata":{{"name":"b","namespace":"a"}},
                "roleRef":{{"kind":"ClusterRole","name":"r"}},
                "subjects":[{{"kind":"ServiceAccount","name":"app","namespace":"a"}}]}}"#
        );
        let inventory = manifest::parse("test", &text, &Options::default());
        let resolver = Resolver::new(&inventory);
        let word = |permission: Permission| {
            let danger = permission.risk.map_or("-", |risk| risk.danger.as_str());
            let on = match permission.target {
                PermissionTarget::Resources { groups, resources, .. } => {
                    format!("{} {}", groups.join(","), resources.join(","))
                }
                PermissionTarget::Paths(paths) => paths.join(","),
            };
            format!("{danger}: {} {on}", permission.verbs.join(","))
        };
        permissions(&resolver, &Identity::service_account("a", "app"))
            .into_iter()
            .map(word)
            .collect()
    }

    #[test]
    fn a_rule_is_dangerous_in_full_and_nothing_twice() {
        let rule = r#"{"verbs":["get","delete"],"apiGroups":[""],"resources":["secrets","pods"]}"#;
        let want = ["identities: get  secrets", "-: delete  secrets", "-: get,delete  pods"];
        assert_eq!(in_words("RoleBinding", rule), want);
    }

    #[test]
    fn everything_is_one_right() {
        let rule = r#"{"verbs":["*"],"apiGroups":["*"],"resources":["*"]}"#;
        assert_eq!(in_words("ClusterRoleBinding", rule), ["cluster: * * *"]);
        assert_eq!(in_words("RoleBinding", rule), ["identities: * * *"]);
    }

    #[test]
    fn what_a_role_binding_cannot_grant_is_no_danger() {
        let rule = r#"{"verbs":["create"],"apiGroups":[""],"resources":["nodes/proxy"]}"#;
        assert_eq!(in_words("ClusterRoleBinding", rule), ["cluster: create  nodes/proxy"]);
        assert_eq!(in_words("RoleBinding", rule), ["-: create  nodes/proxy"]);
        let urls = r#"{"verbs":["get"],"nonResourceURLs":["/metrics"]}"#;
        assert_eq!(in_words("ClusterRoleBinding", urls), ["-: get /metrics"]);
        assert!(in_words("RoleBinding", urls).is_empty());
    }

    #[test]
    fn names_do_not_match_a_create_that_has_none() {
        let rule = |resource: &str| {
            let rule = format!(
                r#"{{"verbs":["create"],"apiGroups":[""],"resources":["{resource}"],
                    "resourceNames":["x"]}}"#
            );
            in_words("RoleBinding", &rule)
        };
        assert!(!rule("pods")[0].starts_with("identities"));
        assert_eq!(rule("serviceaccounts/token"), ["identities: create  serviceaccounts/token"]);
    }

    #[test]
    fn wildcards_reach_the_rows() {
        let rule = r#"{"verbs":["*"],"apiGroups":["*"],"resources":["*/exec","userextras/x"]}"#;
        let words = in_words("ClusterRoleBinding", rule);
        assert!(words.contains(&"code: create,get  pods/exec".to_owned()), "{words:?}");
        let extras = "identities: impersonate authentication.k8s.io userextras/*".to_owned();
        assert!(words.contains(&extras), "{words:?}");
    }
}
