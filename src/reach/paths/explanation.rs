//! What an explanation of a step consists of, and how to take away what a binding grants.

use super::reason::Reason;
use crate::rbac::Grant;
use crate::reach::cuts::change::Change;

/// What allows a step, and what would cut it.
#[derive(Default)]
pub(super) struct StepExplanation<'i> {
    pub(super) reasons: Vec<Reason<'i>>,
    /// The one change that would cut it, as an imperative.
    pub(super) cut: String,
    /// The changes that may cut it.
    pub(super) changes: Vec<Change>,
}

/// The cut of a step that is not there to be cut.
pub(super) const NONE_HERE: &str = "none here; cut an earlier step";

/// To delete all bindings that grant a right takes it away.
pub(super) fn delete_bindings(grants: &[Grant]) -> String {
    if grants.iter().any(|grant| grant.binding.metadata.is_built_in()) {
        // The control plane needs it, and makes it again.
        return NONE_HERE.to_owned();
    }
    let all: Vec<_> = grants.iter().map(|grant| grant.binding.reference().to_string()).collect();
    let role = grants.first().map(|grant| grant.role().to_string()).unwrap_or_default();
    match &all[..] {
        [one] => format!("delete {one} (to {role})"),
        [one, two] => format!("delete {one} and {two}"),
        _ => format!("delete the {} bindings that grant it, {} first", all.len(), all[0]),
    }
}
