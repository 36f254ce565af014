//! From an inventory to findings: judges every pod, ServiceAccount, binding and Namespace by every
//! rule, and folds replicas with the same posture into one row. Pure.
//!
//! ```text
//! inventory ─> pods ────────────> AuditContext ─┬─> workloads ─┬─> assemble ─> Audit
//!              posture, once      permissions   └─> objects ───┘
//!              a pod template     and paths
//! ```

mod assemble;
mod context;
mod intern;
mod objects;
mod outcome;
mod pods;
mod policy;
mod row_facts;
mod template;
#[cfg(test)]
mod tests;
mod tokens;
mod workload;

use crate::inventory::Inventory;
use crate::policy::Policy;
use crate::rbac::{PermissionIndex, SystemAccounts};
use crate::reach::Reach;
use crate::rules::ClusterContext;

pub use assemble::Audit;
use context::AuditContext;
use intern::Interner;
use policy::PolicyFilter;
pub use row_facts::{RowAnswer, RowFacts};
pub use workload::WorkloadRow;

/// Judges everything in the inventory. If a label selector `selected` the pods, only what these
/// use: their ServiceAccounts, their Namespaces.
#[must_use]
pub fn audit(inventory: Inventory, selected: bool) -> Audit {
    audit_by(&Policy::default(), inventory, selected)
}

/// Judges everything in the inventory by the operator's policy. The inventory shrinks while the
/// judgements grow; see [`audit`] for `selected`.
#[must_use]
pub fn audit_by(policy: &Policy, mut inventory: Inventory, selected: bool) -> Audit {
    let filter = PolicyFilter::new(policy);
    let mut interner = Interner::default();
    let system_accounts = SystemAccounts::used_in(&inventory);
    let templates = inventory.take_pod_templates();
    let inventory = &inventory;
    let pods = pods::judge(inventory, selected, &filter, templates, &mut interner);
    let accounts = PermissionIndex::new(inventory, system_accounts);
    let reach = Reach::new(inventory, &pods.on_paths, inventory.minor);
    let context = AuditContext {
        inventory,
        filter: &filter,
        cluster: ClusterContext { accounts: &accounts, reach: &reach },
        accounts: selected.then_some(&pods.service_accounts),
    };
    let workloads = tokens::judge(&context, pods.drafts, pods.workloads, interner);
    let objects = objects::judge(&context, &pods.namespaces);
    let workloads = workload::judge(&context, workloads);
    // What assembling needs is memory that these leave.
    drop(reach);
    drop(accounts);
    drop(pods.on_paths);
    assemble::assemble(inventory, workloads, objects, filter.finish())
}
