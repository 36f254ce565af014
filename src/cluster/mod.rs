//! The live cluster, and the only user of the Kubernetes client: connects, lists in pages, and
//! turns every fault into an error or a coverage record.

mod connect;
mod error;
mod list;
mod request;

pub use connect::{ConnectOptions, Connection, connect, contexts};
pub use error::ClusterError;
pub use list::{Scope, collect};
