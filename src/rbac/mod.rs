//! What an identity may do, by the rules of the API server's RBAC authorizer, and nothing else:
//! other authorizers cannot be seen through the API, so every answer is a lower bound. Pure.

mod attributes;
mod identity;
mod matching;
mod resolver;

pub use attributes::{Attributes, Target};
pub use identity::Identity;
pub use matching::rule_allows;
pub use resolver::{Grant, Resolver};
