//! What an identity may do, by the rules of the API server's RBAC authorizer, and nothing else:
//! other authorizers cannot be seen through the API, so every answer is a lower bound. Pure.

mod account;
mod attributes;
mod baseline;
mod binding;
mod danger;
mod identity;
mod kept;
mod matching;
mod reading;
mod resolver;
mod rights;
mod words;

pub use account::{AccountRights, Accounts, ControlPlane, SystemAccounts};
pub use attributes::{Attributes, Target};
pub use binding::{BindingFacts, Breadth};
pub use danger::{DANGEROUS, Danger, Dangerous};
pub use identity::Identity;
pub use matching::rule_allows;
pub use reading::Presence;
pub use resolver::{Grant, Resolver};
pub use rights::{On, Right, rights};
pub use words::{grant_in_words, right_in_words};
