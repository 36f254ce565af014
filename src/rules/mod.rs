//! The catalogue: one file a rule, and for each two lines here, its module and its place in the
//! list. A rule is data and a function over facts; it reads no API object and computes no fact of
//! its own.

mod binding_to_broad_group;
mod capabilities_not_dropped;
mod dangerous_capabilities;
mod dangling_binding;
mod default_service_account;
mod documentation;
mod host_namespaces;
mod host_path;
mod host_ports;
mod image_drift;
mod image_not_pinned;
mod namespace_not_enforced;
mod no_security_context;
mod path_to_cluster_admin;
mod permissions;
mod pod_violates_enforced_level;
mod privilege_escalation;
mod privileged;
mod rule;
mod runs_as_root;
mod seccomp_not_set;
mod service_account_automount;
mod service_account_overprivileged;
mod token_declared_not_actual;
mod token_mounted;
mod unused_token;
mod writable_root_filesystem;

pub use documentation::Documentation;
pub use rule::{ClusterContext, Judge, Rule, RuleSubject};

/// Every rule, in the order of the catalogue.
pub static ALL: &[Rule] = &[
    no_security_context::RULE,
    runs_as_root::RULE,
    privileged::RULE,
    privilege_escalation::RULE,
    capabilities_not_dropped::RULE,
    dangerous_capabilities::RULE,
    image_not_pinned::RULE,
    image_drift::RULE,
    token_mounted::RULE,
    unused_token::RULE,
    path_to_cluster_admin::RULE,
    token_declared_not_actual::RULE,
    default_service_account::RULE,
    service_account_automount::RULE,
    service_account_overprivileged::RULE,
    binding_to_broad_group::RULE,
    dangling_binding::RULE,
    host_namespaces::RULE,
    host_path::RULE,
    host_ports::RULE,
    seccomp_not_set::RULE,
    writable_root_filesystem::RULE,
    namespace_not_enforced::RULE,
    pod_violates_enforced_level::RULE,
];

/// The rule of that id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Rule> {
    ALL.iter().find(|rule| rule.id == id)
}
