//! What the stages after the pods need: the cluster as a whole, and the operator's policy.

use std::collections::BTreeSet;

use super::policy::PolicyFilter;
use crate::inventory::Inventory;
use crate::rules::ClusterContext;

/// Known once every pod template has been looked at.
pub(super) struct AuditContext<'a> {
    pub(super) inventory: &'a Inventory,
    pub(super) filter: &'a PolicyFilter<'a>,
    /// What ServiceAccounts may do, and where that leads.
    pub(super) cluster: ClusterContext<'a>,
    /// The ServiceAccounts that a label selector leaves in, by namespace and name; none if it
    /// leaves in all.
    pub(super) accounts: Option<&'a BTreeSet<(String, String)>>,
}

impl AuditContext<'_> {
    /// Whether this ServiceAccount, by namespace and name, is to be judged.
    pub(super) fn has_account(&self, account: &(String, String)) -> bool {
        self.accounts.is_none_or(|accounts| accounts.contains(account))
    }
}
