//! The judgements about rights: of ServiceAccounts, and of bindings.

use std::collections::BTreeSet;

use super::finding;
use crate::finding::Finding;
use crate::inventory::{Inventory, RoleBinding};
use crate::object::ObjectRef;
use crate::rbac::{Accounts, BindingFacts};
use crate::rules;

/// Judges the rights of `only` these ServiceAccounts, and then no binding; or all in the scope.
pub(super) fn findings(
    inventory: &Inventory,
    accounts: &Accounts,
    only: Option<&BTreeSet<(String, String)>>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let wanted = |key: &&(String, String)| only.is_none_or(|used| used.contains(*key));
    for key in inventory.service_accounts.keys().filter(wanted) {
        let rights = accounts.of(&key.0, &key.1);
        let judged = rules::ALL.iter().filter_map(|r| Some((r, r.judge_identity(&rights)?)));
        findings.extend(judged.map(|(rule, judgement)| about(rule, &rights.object, judgement)));
    }
    if only.is_some() {
        return findings;
    }
    // A scan of some namespaces is not about the cluster's own bindings: they are read for what
    // they give to the ServiceAccounts there.
    let for_cluster = inventory.cluster_role_bindings.values();
    let for_cluster = for_cluster.filter(|_| inventory.only.is_empty());
    for binding in for_cluster.chain(inventory.role_bindings.values()) {
        findings.extend(of_binding(inventory, accounts, binding));
    }
    findings
}

fn of_binding(inventory: &Inventory, accounts: &Accounts, binding: &RoleBinding) -> Vec<Finding> {
    let facts = BindingFacts::new(inventory, accounts, binding);
    let object = binding.reference();
    let judged = rules::ALL.iter().filter_map(|rule| Some((rule, rule.judge_binding(&facts)?)));
    judged.map(|(rule, judgement)| about(rule, &object, judgement)).collect()
}

fn about(rule: &rules::Rule, object: &ObjectRef, judgement: crate::finding::Judgement) -> Finding {
    let workload = (object.kind.clone(), object.name.clone());
    finding(rule, object.clone(), None, workload, 0, judgement)
}
