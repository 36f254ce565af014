//! What allows a step, and how it reads.

use std::fmt;

use crate::evidence::Evidence;
use crate::rbac::Grant;

/// What allows a step.
#[derive(Clone, Debug)]
pub enum Reason<'i> {
    /// A right, and what grants it.
    Grant {
        /// Verbs and resource.
        right: String,
        /// The rule, the binding and the role.
        grant: Grant<'i>,
    },
    /// A field, or an observation.
    Field(Evidence),
    /// What is neither, in words: for example, which pods run on a node.
    Note(String),
}

impl fmt::Display for Reason<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Grant { right, grant } => {
                write!(f, "{} to {}", grant.binding.reference(), grant.role())?;
                if grant.subject.kind == "Group" {
                    write!(f, ", as a member of {}", grant.subject.name)?;
                }
                write!(f, ": {right}")
            }
            Self::Field(evidence) => {
                if let Some(object) = &evidence.object {
                    write!(f, "{object}: ")?;
                }
                let is = if evidence.value == "unset" { "not set" } else { &evidence.value };
                write!(f, "{} is {is}", evidence.path)
            }
            Self::Note(text) => f.write_str(text),
        }
    }
}
