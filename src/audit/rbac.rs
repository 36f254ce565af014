//! The judgements about rights: of ServiceAccounts, and of bindings.

use std::collections::BTreeSet;

use super::decided::{Decided, of_object};
use crate::finding::Finding;
use crate::inventory::{Inventory, RoleBinding};
use crate::rbac::{BindingFacts, PermissionIndex};
use crate::rules;

/// Judges the rights of `only` these ServiceAccounts, and then no binding; or all in the scope.
pub(super) fn findings(
    decisions: &Decided,
    inventory: &Inventory,
    accounts: &PermissionIndex,
    only: Option<&BTreeSet<(String, String)>>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let wanted = |key: &&(String, String)| only.is_none_or(|used| used.contains(*key));
    for (key, account) in inventory.service_accounts.iter().filter(|(key, _)| wanted(key)) {
        let rights = accounts.of_account(&key.0, &key.1);
        let about = (&rights.object, &account.metadata.annotations);
        findings.extend(
            rules::ALL.iter().filter_map(|rule| {
                of_object(decisions, rule, about, rule.judge_identity(&rights)?)
            }),
        );
    }
    if only.is_some() {
        return findings;
    }
    // A scan of some namespaces is not about the cluster's own bindings: they are read for what
    // they give to the ServiceAccounts there.
    let for_cluster = inventory.cluster_role_bindings.values();
    let for_cluster = for_cluster.filter(|_| inventory.only.is_empty());
    for binding in for_cluster.chain(inventory.role_bindings.values()) {
        findings.extend(of_binding(decisions, inventory, accounts, binding));
    }
    findings
}

fn of_binding(
    decisions: &Decided,
    inventory: &Inventory,
    accounts: &PermissionIndex,
    binding: &RoleBinding,
) -> Vec<Finding> {
    let facts = BindingFacts::new(inventory, accounts, binding);
    let object = binding.reference();
    let about = (&object, &binding.metadata.annotations);
    let judged = rules::ALL
        .iter()
        .filter_map(|rule| of_object(decisions, rule, about, rule.judge_binding(&facts)?));
    judged.collect()
}
