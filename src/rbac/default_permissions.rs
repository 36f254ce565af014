//! What every identity may do in a new cluster: find out what the API is, and who it is itself.
//!
//! Recognised by what is granted, whatever the role is called. Source: `system:basic-user`,
//! `system:discovery`, `system:public-info-viewer`, `system:service-account-issuer-discovery` and
//! `system:cluster-trust-bundle-discovery` of
//! `plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go`, and for new nodes
//! `cmd/kubeadm/app/phases/bootstraptoken/clusterinfo`, Kubernetes v1.37.2.

use super::resolver::Grant;

/// Paths that tell versions, kinds, health and public keys; with everything below them.
const PATHS: [&str; 9] = [
    "/api",
    "/apis",
    "/openapi",
    "/healthz",
    "/livez",
    "/readyz",
    "/version",
    "/.well-known/openid-configuration",
    "/openid/v1/jwks",
];

/// What everybody may do with one resource.
struct DefaultPermission {
    group: &'static str,
    resource: &'static str,
    verbs: &'static [&'static str],
}

const AUTHORIZATION: &str = "authorization.k8s.io";
const AUTHENTICATION: &str = "authentication.k8s.io";
const CERTIFICATES: &str = "certificates.k8s.io";

/// Questions about oneself, and certificates that are public.
#[rustfmt::skip]
const RESOURCES: [DefaultPermission; 5] = [
    DefaultPermission { group: AUTHORIZATION, resource: "selfsubjectaccessreviews", verbs: &["create"] },
    DefaultPermission { group: AUTHORIZATION, resource: "selfsubjectrulesreviews", verbs: &["create"] },
    DefaultPermission { group: AUTHENTICATION, resource: "selfsubjectreviews", verbs: &["create"] },
    DefaultPermission { group: CERTIFICATES, resource: "clustertrustbundles", verbs: &["get", "list", "watch"] },
    // As the API was called in beta.
    DefaultPermission { group: AUTHORIZATION, resource: "selfsubjectreviews", verbs: &["create"] },
];

/// Whether this grant allows nothing beyond that.
pub(super) fn is_default_permission(grant: &Grant) -> bool {
    let rule = grant.rule;
    let verbs = &rule.verbs;
    let all = |allowed: &[&str]| verbs.iter().all(|verb| allowed.contains(&verb.as_str()));
    let resources = rule.resources.iter().all(|resource| {
        rule.api_groups.iter().all(|group| {
            RESOURCES
                .iter()
                .any(|known| known.group == group && known.resource == resource && all(known.verbs))
        })
    });
    // A request for a path has no namespace, so that a RoleBinding grants none.
    let paths = grant.namespace().is_some()
        || rule.non_resource_urls.iter().all(|url| is_public_path(url) && all(&["get", "head"]));
    resources && paths || is_cluster_info(grant)
}

/// How to reach the API server and which certificate it has, which kubeadm shows to everybody.
fn is_cluster_info(grant: &Grant) -> bool {
    let rule = grant.rule;
    grant.namespace() == Some("kube-public")
        && rule.verbs == ["get"]
        && rule.api_groups == [""]
        && rule.resources == ["configmaps"]
        && rule.resource_names == ["cluster-info"]
}

fn is_public_path(url: &str) -> bool {
    let path = url.trim_end_matches('*');
    PATHS.iter().any(|root| {
        path.strip_prefix(root).is_some_and(|rest| rest.starts_with('/') || url == *root)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::{self, Options};
    use crate::rbac::{Identity, Resolver};

    fn baseline(kind: &str, rule: &str) -> bool {
        let text = format!(
            r#"{{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRole",
                "metadata":{{"name":"r"}},"rules":[{rule}]}}
            {{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"{kind}",
                "metadata":{{"name":"b","namespace":"a"}},
                "roleRef":{{"kind":"ClusterRole","name":"r"}},
                "subjects":[{{"kind":"ServiceAccount","name":"app","namespace":"a"}}]}}"#
        );
        let inventory = manifest::parse("test", &text, &Options::default());
        let grants = Resolver::new(&inventory).everything(&Identity::service_account("a", "app"));
        is_default_permission(&grants[0])
    }

    #[test]
    fn discovery_and_nothing_else() {
        for (rule, want) in [
            (r#"{"verbs":["get"],"nonResourceURLs":["/api","/api/*","/version/","/livez"]}"#, true),
            (r#"{"verbs":["get"],"nonResourceURLs":["/openid/v1/jwks/"]}"#, true),
            (r#"{"verbs":["get"],"nonResourceURLs":["/healthz","/metrics"]}"#, false),
            (r#"{"verbs":["get"],"nonResourceURLs":["*"]}"#, false),
            (r#"{"verbs":["get"],"nonResourceURLs":["/*"]}"#, false),
            (r#"{"verbs":["get"],"nonResourceURLs":["/api*"]}"#, false),
            (r#"{"verbs":["get"],"nonResourceURLs":["/apix"]}"#, false),
            (r#"{"verbs":["*"],"nonResourceURLs":["/api"]}"#, false),
            (r#"{"verbs":["post"],"nonResourceURLs":["/version"]}"#, false),
            (
                r#"{"verbs":["create"],"apiGroups":["authorization.k8s.io"],
                "resources":["selfsubjectaccessreviews","selfsubjectrulesreviews"]}"#,
                true,
            ),
            (
                r#"{"verbs":["create"],"apiGroups":["authorization.k8s.io"],
                "resources":["subjectaccessreviews"]}"#,
                false,
            ),
            (r#"{"verbs":["create"],"apiGroups":["*"],"resources":["selfsubjectreviews"]}"#, false),
            (
                r#"{"verbs":["create","list"],"apiGroups":["certificates.k8s.io"],
                "resources":["clustertrustbundles"]}"#,
                false,
            ),
            (r#"{"verbs":["get"],"apiGroups":[""],"resources":["pods"]}"#, false),
            (
                r#"{"verbs":["get"],"apiGroups":[""],"resources":["pods"],"resourceNames":["a"]}"#,
                false,
            ),
            (r#"{"verbs":[],"apiGroups":[""],"resources":["pods"]}"#, false),
            (r#"{"verbs":["get"]}"#, true),
        ] {
            assert_eq!(baseline("ClusterRoleBinding", rule), want, "{rule}");
        }
        let metrics = r#"{"verbs":["get"],"nonResourceURLs":["/metrics"]}"#;
        assert!(baseline("RoleBinding", metrics), "grants no path");
        let info = r#"{"verbs":["get"],"apiGroups":[""],"resources":["configmaps"],
            "resourceNames":["cluster-info"]}"#;
        assert!(!baseline("RoleBinding", info), "that of any namespace but kube-public");
    }
}
