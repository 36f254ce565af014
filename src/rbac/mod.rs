//! What an identity may do, by the rules of the API server's RBAC authorizer, and nothing else:
//! other authorizers cannot be seen through the API, so every answer is a lower bound. Pure.

mod attributes;
mod danger;
mod identity;
mod matching;
mod resolver;
mod rights;

pub use attributes::{Attributes, Target};
pub use danger::{DANGEROUS, Danger, Dangerous};
pub use identity::Identity;
pub use matching::rule_allows;
pub use resolver::{Grant, Resolver};
pub use rights::{On, Right, rights};
