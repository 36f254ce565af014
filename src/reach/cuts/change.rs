//! Changes that cut paths: what each takes away. Both the graph without it and its words come from
//! here, so that what is promised is what was computed.

use crate::inventory::{RoleBinding, Workload};
use crate::object::ObjectRef;
use crate::rbac::Right;
use crate::reach::rights::granted::GrantedRights;
use crate::reach::rights::right_set::RightSet;

/// One thing that somebody can change.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// Delete a binding.
    DeleteBinding {
        /// The binding.
        binding: ObjectRef,
        /// The role that it grants.
        role: ObjectRef,
    },
    /// Take rights out of a role.
    TakeFromRole {
        /// The role.
        role: ObjectRef,
        /// The verbs and resources, for example `create pods/exec`.
        rights: Vec<String>,
        /// Those rights, by their names.
        taken: Vec<Right>,
    },
    /// Mount no API token in the pods of a workload.
    NoToken(Workload),
    /// Take from the pods of a workload what leads to their node.
    NoEscape {
        /// The workload.
        workload: Workload,
        /// What leads there.
        by: Vec<String>,
    },
    /// Have a namespace enforce at least baseline.
    Enforce(String),
}

impl Change {
    /// The change as an imperative.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::DeleteBinding { binding, role } => format!("delete {binding} (to {role})"),
            Self::TakeFromRole { role, rights, .. } => {
                format!("take {} out of {role}", rights.join(" and "))
            }
            Self::NoToken(Workload { namespace, kind, name }) => {
                format!("set automountServiceAccountToken: false in {kind} {namespace}/{name}")
            }
            Self::NoEscape { workload: Workload { namespace, kind, name }, by } => {
                format!("run {kind} {namespace}/{name} without {}", by.join(" and without "))
            }
            Self::Enforce(namespace) => {
                format!("label Namespace {namespace} pod-security.kubernetes.io/enforce: baseline")
            }
        }
    }

    pub(in crate::reach) fn deletes(&self, binding: &RoleBinding) -> bool {
        matches!(self, Self::DeleteBinding { binding: gone, .. }
            if gone.kind == binding.kind()
                && gone.namespace == binding.metadata.namespace
                && gone.name == binding.metadata.name)
    }

    pub(in crate::reach) fn take_from_role(&self, role: &ObjectRef, granted: &mut GrantedRights) {
        if let Self::TakeFromRole { role: from, taken, .. } = self
            && from == role
        {
            granted.remove(RightSet::of_rights(taken));
        }
    }

    pub(in crate::reach) fn takes_token(&self, from: &Workload) -> bool {
        matches!(self, Self::NoToken(workload) if workload == from)
    }

    pub(in crate::reach) fn takes_escape(&self, from: &Workload) -> bool {
        matches!(self, Self::NoEscape { workload, .. } if workload == from)
    }

    pub(in crate::reach) fn enforces(&self, namespace: &str) -> bool {
        matches!(self, Self::Enforce(name) if name == namespace)
    }
}
