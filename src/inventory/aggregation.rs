//! Fills in the rules of aggregated ClusterRoles that a manifest leaves to the controller manager.
//!
//! Upstream: `pkg/controller/clusterroleaggregation`, Kubernetes v1.37.2.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::kind::meta::nullable;
use super::kind::{PolicyRule, Role};
use super::labels::{LabelSelector, ObjectLabelSelector};

/// What decides which ClusterRoles are summed up in which.
#[derive(Clone, Debug, Default)]
pub(super) struct Aggregation(BTreeMap<String, RoleSummary>);

/// A ClusterRole, as far as aggregation reads it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct RoleSummary {
    #[serde(deserialize_with = "nullable")]
    metadata: RoleMetadata,
    aggregation_rule: Option<AggregationRule>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct RoleMetadata {
    #[serde(deserialize_with = "nullable")]
    name: String,
    #[serde(deserialize_with = "nullable")]
    labels: BTreeMap<String, Option<String>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct AggregationRule {
    #[serde(deserialize_with = "nullable")]
    cluster_role_selectors: Vec<ObjectLabelSelector>,
}

impl Aggregation {
    /// Notes the labels and the selectors of a ClusterRole.
    pub(super) fn note(&mut self, json: &str) -> Result<(), serde_json::Error> {
        let head: RoleSummary = serde_json::from_str(json)?;
        self.0.insert(head.metadata.name.clone(), head);
        Ok(())
    }

    pub(super) fn absorb(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Gives each aggregated role without rules those of the roles that it selects. A role that
    /// has rules was stored before, and the controller manager has seen to it.
    pub(super) fn fill(self, all: &mut BTreeMap<String, Role>) {
        let mut sums = self.0.clone();
        let is_open = |name: &String| all.get(name).is_some_and(|role| role.rules.is_empty());
        sums.retain(|name, head| head.aggregation_rule.is_some() && is_open(name));
        // Sums of sums: rules only come in, so this ends when a round brings nothing new.
        loop {
            let mut changed = false;
            for (name, head) in &sums {
                let selectors =
                    head.aggregation_rule.iter().flat_map(|r| &r.cluster_role_selectors);
                // One that the API server refuses selects nothing.
                let selectors: Vec<_> =
                    selectors.filter_map(ObjectLabelSelector::selector).collect();
                let sum = self.sum(name, &selectors, all);
                let Some(role) = all.get_mut(name) else { continue };
                // The order is upstream's; in a ring of roles it never settles, so it is no change.
                changed |= sum.len() != role.rules.len();
                role.rules = sum;
            }
            if !changed {
                return;
            }
        }
    }

    /// By selector, then by the role's name, each rule once, without the role's own.
    fn sum(
        &self,
        name: &str,
        selectors: &[LabelSelector],
        all: &BTreeMap<String, Role>,
    ) -> Vec<PolicyRule> {
        let mut sum: Vec<PolicyRule> = Vec::new();
        for selector in selectors {
            for (other, role) in all.iter().filter(|(other, _)| *other != name) {
                let labels = self.0.get(other).map(|head| &head.metadata.labels);
                if labels.is_some_and(|labels| selector.matches(labels)) {
                    for rule in &role.rules {
                        if !sum.contains(rule) {
                            sum.push(rule.clone());
                        }
                    }
                }
            }
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use crate::manifest::{self, Options};

    /// Names of the resources in the rules of `sum`, after these ClusterRoles were read.
    fn resources(sum: &str, others: &[&str]) -> Vec<String> {
        let role = |body: &str| {
            format!(
                r#"{{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRole",{body}}}"#
            )
        };
        let text: Vec<_> = others.iter().chain([&sum]).map(|body| role(body)).collect();
        let inventory = manifest::parse("test", &text.concat(), &Options::default());
        let rules = &inventory.cluster_roles["sum"].rules;
        rules.iter().map(|rule| rule.resources.concat()).collect()
    }

    const A: &str =
        r#""metadata":{"name":"a","labels":{"to":"x","n":null}},"rules":[{"resources":["a"]}]"#;
    const B: &str = r#""metadata":{"name":"b","labels":{"to":"y"}},"rules":[{"resources":["b"]},{"resources":["a"]}]"#;
    const NONE: &str = r#""metadata":{"name":"c"},"rules":[{"resources":["c"]}]"#;

    fn select(selectors: &str) -> String {
        format!(
            r#""metadata":{{"name":"sum","labels":{{"to":"x"}}}},
               "aggregationRule":{{"clusterRoleSelectors":{selectors}}},"rules":null"#
        )
    }

    #[test]
    fn selectors() {
        for (selectors, want) in [
            ("null", &[][..]),
            ("[]", &[]),
            ("[{}]", &["a", "b", "c"]),
            (r#"[{"matchLabels":{"to":"x"}}]"#, &["a"]),
            (r#"[{"matchLabels":{"to":"y"}},{"matchLabels":{"to":"x"}}]"#, &["b", "a"]),
            (r#"[{"matchLabels":{"to":"x","more":""}}]"#, &[]),
            (r#"[{"matchLabels":{"n":""}}]"#, &["a"]),
            (
                r#"[{"matchExpressions":[{"key":"to","operator":"In","values":["y","z"]}]}]"#,
                &["b", "a"],
            ),
            (
                r#"[{"matchExpressions":[{"key":"to","operator":"NotIn","values":["x"]}]}]"#,
                &["b", "a", "c"],
            ),
            (r#"[{"matchExpressions":[{"key":"to","operator":"Exists"}]}]"#, &["a", "b"]),
            (r#"[{"matchExpressions":[{"key":"to","operator":"DoesNotExist"}]}]"#, &["c"]),
            (r#"[{"matchExpressions":[{"key":"to","operator":"exists"}]}]"#, &[]),
        ] {
            assert_eq!(resources(&select(selectors), &[A, B, NONE]), want, "{selectors}");
        }
    }

    #[test]
    fn sums_of_sums_and_rings() {
        let ring = r#""metadata":{"name":"ring","labels":{"to":"y"}},
            "aggregationRule":{"clusterRoleSelectors":[{"matchLabels":{"to":"x"}}]}"#;
        let sum = select(r#"[{"matchLabels":{"to":"y"}}]"#);
        assert_eq!(resources(&sum, &[A, ring]), ["a"]);
    }

    #[test]
    fn what_is_there_stays() {
        let stored = r#""metadata":{"name":"sum"},"rules":[{"resources":["old"]}],
            "aggregationRule":{"clusterRoleSelectors":[{}]}"#;
        assert_eq!(resources(stored, &[A]), ["old"]);
    }
}
