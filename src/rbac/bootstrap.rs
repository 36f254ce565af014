//! Bindings that the API server itself makes and keeps, for the parts of the control plane.
//!
//! A label alone is an assertion that anyone may make who writes bindings, so more is asked for:
//! a role that is kept too and is not the right to everything, and the places where the API server
//! binds. Source: `plugin/pkg/auth/authorizer/rbac/bootstrappolicy`, Kubernetes v1.37.2.

use crate::inventory::{
    AUTOUPDATE_ANNOTATION, BOOTSTRAPPING_LABEL, ObjectMeta, PolicyRule, Role, RoleBinding,
};

/// Where the control plane's own ServiceAccounts are.
pub(super) const SYSTEM_NAMESPACE: &str = "kube-system";

/// Whether this binding to this role is one of those that the API server keeps.
pub(super) fn is_bootstrap_binding(binding: &RoleBinding, role: Option<&Role>) -> bool {
    // Upstream refuses to make Roles anywhere else.
    let place = binding.metadata.namespace.as_deref().is_none_or(|n| n.starts_with("kube-"));
    let is_made = |meta: &ObjectMeta| {
        meta.labels.get(BOOTSTRAPPING_LABEL).is_some_and(|value| value == "rbac-defaults")
            && meta.annotations.get(AUTOUPDATE_ANNOTATION).is_some_and(|value| value == "true")
    };
    let limited = |role: &Role| !role.rules.iter().any(is_everything);
    place && is_made(&binding.metadata) && role.is_some_and(|r| is_made(&r.metadata) && limited(r))
}

/// Whether it is kept for this ServiceAccount: a binding of its own, not one that it was added to.
pub(super) fn is_bootstrap_binding_for(
    binding: &RoleBinding,
    role: Option<&Role>,
    account: &str,
) -> bool {
    let name = &binding.metadata.name;
    let is_own = *name == binding.role_ref.name
        && name.rsplit_once(':').is_some_and(|(_, last)| last == account);
    is_own && is_bootstrap_binding(binding, role)
}

/// No controller of Kubernetes has this.
fn is_everything(rule: &PolicyRule) -> bool {
    let all = |list: &[String]| list.iter().any(|entry| entry == "*");
    all(&rule.verbs) && (all(&rule.resources) || all(&rule.non_resource_urls))
}
