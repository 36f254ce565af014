//! What an identity may do, by the rules of the API server's RBAC authorizer, and nothing else:
//! other authorizers cannot be seen through the API, so every answer is a lower bound. Pure.

mod attributes;
mod binding;
mod bootstrap;
mod danger;
mod default_permissions;
mod identity;
mod matching;
mod permission;
mod permission_index;
mod presence;
mod resolver;
mod right;
mod right_table;
mod server_version;
pub mod well_known;
mod words;

pub use attributes::{Attributes, RequestTarget};
pub use binding::{BindingFacts, Breadth, BroadSubject, NamedAccount};
pub use danger::Danger;
pub use identity::Identity;
pub use matching::rule_allows;
pub use permission::{Permission, PermissionTarget, Risk, permissions};
pub use permission_index::{
    AccountPermissions, ControlPlaneAccount, PermissionIndex, SystemAccounts,
};
pub use presence::Presence;
pub use resolver::{Grant, Resolver};
pub use right::{Right, RightScope};
pub use right_table::{RIGHTS, RightSpec, right_spec};
pub use server_version::ServerVersion;
pub use words::{grant_in_words, permission_in_words, right_in_words};
