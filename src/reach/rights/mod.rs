//! Which of the rights that attack paths follow an identity has: from the rules of a role to those
//! of everybody who holds the same roles, and what they can give themselves.

pub(super) mod granted;
pub(super) mod identities;
pub(super) mod right_set;
pub(super) mod self_grant;
