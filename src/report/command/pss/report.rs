//! What `podaudit pss` has found.

use jiff::Timestamp;

use crate::inventory::Coverage;
use crate::report::Cluster;
use crate::standards::NamespaceStandards;

/// The standards of one cluster, ready to be written in any format.
#[derive(Clone, Debug)]
pub struct PssReport<'a> {
    /// By name.
    pub namespaces: &'a [NamespaceStandards],
    /// What was read of each kind that counts here.
    pub coverage: Vec<Coverage>,
    /// Of which cluster.
    pub cluster: &'a Cluster,
    /// When the scan ended.
    pub scanned_at: Timestamp,
    /// podaudit's own version.
    pub version: &'a str,
}
