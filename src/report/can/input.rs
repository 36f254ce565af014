//! What the renderers of `podaudit can` are given.

use std::io::{self, Write};

use super::{render, text};
use crate::inventory::{Coverage, Resource, RoleBinding};
use crate::object::ObjectRef;
use crate::rbac::{Identity, Permission};
use crate::report::{Cluster, Look, SubFormat, is_complete};

/// The rights of one ServiceAccount, ready to be written in any format.
#[derive(Clone, Debug)]
pub struct CanReport<'a> {
    /// Whose.
    pub account: ObjectRef,
    /// What its token says.
    pub identity: &'a Identity,
    /// Everything that is granted to it.
    pub rights: &'a [Permission<'a>],
    /// Its bindings to roles that do not exist.
    pub dangling: &'a [(&'a RoleBinding, ObjectRef)],
    /// What was read of each kind that counts here.
    pub coverage: Vec<Coverage>,
    /// Of which cluster.
    pub cluster: &'a Cluster,
    /// podaudit's own version.
    pub version: &'a str,
}

/// Told once a report: nobody can list what these would allow.
pub(super) const LOWER_BOUND: &str = "What RBAC grants, which is the least: other authorizers may \
     allow more, and do not show in the API.";

impl CanReport<'_> {
    /// The kinds that this report rests on.
    pub const READS: [Resource; 5] = [
        Resource::ServiceAccounts,
        Resource::Roles,
        Resource::ClusterRoles,
        Resource::RoleBindings,
        Resource::ClusterRoleBindings,
    ];

    /// Whether all roles and bindings that were asked for were read.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        is_complete(&self.coverage)
    }

    /// Writes the report.
    ///
    /// # Errors
    /// Whatever the writer says.
    pub fn write(&self, format: SubFormat, look: Look, out: &mut dyn Write) -> io::Result<()> {
        match format {
            SubFormat::Table => text::write(self, look, out),
            SubFormat::Json => render::write(self, out),
        }
    }
}
