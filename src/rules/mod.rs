//! The catalogue: one file a rule, one line a rule in this list. A rule is data and a function
//! over facts; it reads no API object and computes no fact of its own.

mod permissions;
mod rule;

pub use rule::{Around, Documentation, Rule, Scope};

/// Declares each rule's module and lists its `RULE`.
macro_rules! catalogue {
    ($($module:ident),* $(,)?) => {
        $(mod $module;)*
        /// Every rule, in the order of the catalogue.
        pub static ALL: &[Rule] = &[$($module::RULE),*];
    };
}

catalogue![
    no_security_context,
    runs_as_root,
    privileged,
    privilege_escalation,
    capabilities_not_dropped,
    dangerous_capabilities,
    image_not_pinned,
    image_drift,
    token_mounted,
    unused_token,
    path_to_cluster_admin,
    token_declared_not_actual,
    default_service_account,
    service_account_automount,
    service_account_overprivileged,
    binding_to_broad_group,
    dangling_binding,
    host_namespaces,
    host_path,
    host_ports,
    seccomp_not_set,
    writable_root_filesystem,
    namespace_not_enforced,
    pod_violates_enforced_level,
];

/// The rule of that id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Rule> {
    ALL.iter().find(|rule| rule.id == id)
}
