//! The live cluster, and the only user of the Kubernetes client: connects, lists in pages, and
//! turns every fault into an error or a coverage record. It writes only what it is given to write.

mod address;
mod collect;
mod connect;
mod credentials;
mod error;
mod kubeconfig;
mod list;
mod listing;
mod options;
mod plugin;
mod request;
mod retry;
mod scope;
#[cfg(test)]
mod tests;
mod write;

pub use collect::collect;
pub use connect::{Connection, connect};
pub use error::ClusterError;
pub use kubeconfig::contexts;
pub use options::{ConnectOptions, Gzip};
pub use scope::ScanScope;
