//! The objects that are no pods: ServiceAccounts and their permissions, bindings, Namespaces.

use std::collections::BTreeMap;

use super::context::AuditContext;
use super::outcome::FindingPlace;
use super::policy::object_subject;
use crate::finding::{Finding, WorkloadName};
use crate::inventory::RoleBinding;
use crate::object::ObjectRef;
use crate::posture::ServiceAccountPosture;
use crate::rbac::BindingFacts;
use crate::rules::{self, RuleSubject};
use crate::standards::NamespaceStandards;

/// The findings about all of them.
pub(super) fn judge(context: &AuditContext, namespaces: &[NamespaceStandards]) -> Vec<Finding> {
    let mut findings = service_accounts(context);
    // Whoever selects pods by their labels does not ask for bindings.
    if context.accounts.is_none() {
        findings.extend(bindings(context));
    }
    findings.extend(namespaces.iter().flat_map(|namespace| namespace_findings(context, namespace)));
    findings
}

fn service_accounts(context: &AuditContext) -> Vec<Finding> {
    let mut findings = Vec::new();
    let accounts = context.inventory.service_accounts.iter();
    for (key, account) in accounts.filter(|(key, _)| context.has_account(key)) {
        let posture = ServiceAccountPosture::new(account);
        let permissions = context.cluster.accounts.of_account(&key.0, &key.1);
        let annotations = &account.metadata.annotations;
        let subject = RuleSubject::ServiceAccount(&posture);
        findings.extend(findings_about(context, &posture.object, annotations, subject));
        let subject = RuleSubject::AccountPermissions(&permissions);
        findings.extend(findings_about(context, &permissions.object, annotations, subject));
    }
    findings
}

/// A scan of some namespaces is not about the cluster's own bindings: they are read for what they
/// give to the ServiceAccounts there.
fn bindings(context: &AuditContext) -> Vec<Finding> {
    let inventory = context.inventory;
    let for_cluster = inventory.cluster_role_bindings.values();
    let for_cluster = for_cluster.filter(|_| inventory.only.is_empty());
    let all = for_cluster.chain(inventory.role_bindings.values());
    all.flat_map(|binding| binding_findings(context, binding)).collect()
}

fn binding_findings(context: &AuditContext, binding: &RoleBinding) -> Vec<Finding> {
    let facts = BindingFacts::new(context.inventory, context.cluster.accounts, binding);
    let annotations = &binding.metadata.annotations;
    findings_about(context, &binding.reference(), annotations, RuleSubject::Binding(&facts))
}

fn namespace_findings(context: &AuditContext, namespace: &NamespaceStandards) -> Vec<Finding> {
    let unread = BTreeMap::new();
    let read = context.inventory.namespaces.get(&namespace.object.name);
    let annotations = read.map_or(&unread, |read| &read.annotations);
    findings_about(context, &namespace.object, annotations, RuleSubject::Namespace(namespace))
}

/// What every rule says of this object.
fn findings_about(
    context: &AuditContext,
    object: &ObjectRef,
    annotations: &BTreeMap<String, String>,
    subject: RuleSubject,
) -> Vec<Finding> {
    let findings = rules::ALL.iter().filter_map(|rule| {
        let judgement = rule.judge(subject)?;
        let judgement =
            context.filter.apply(rule, &object_subject(object), annotations, judgement)?;
        let place = FindingPlace {
            object: object.clone().into(),
            container: None,
            workload: WorkloadName { kind: object.kind.clone(), name: object.name.clone() }.into(),
            pods: 0,
        };
        Some(place.finding(rule, judgement))
    });
    findings.collect()
}
