//! What `podaudit can` has found.

use crate::inventory::{Coverage, RoleBinding};
use crate::object::ObjectRef;
use crate::rbac::{Identity, Permission};
use crate::report::Cluster;

/// The rights of one ServiceAccount, ready to be written in any format.
#[derive(Clone, Debug)]
pub struct CanReport<'a> {
    /// The ServiceAccount whose permissions these are.
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

/// Written once a report: nobody can list what these would allow.
pub(super) const LOWER_BOUND: &str = "What RBAC grants, which is the least: other authorizers may \
     allow more, and do not show in the API.";
