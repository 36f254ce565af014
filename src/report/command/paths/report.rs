//! What `podaudit paths` has found.

use crate::inventory::Coverage;
use crate::reach::{Cuts, Exposure};
use crate::report::Cluster;

/// The paths of a cluster, ready to be written in any format.
#[derive(Clone, Debug)]
pub struct PathsReport<'a> {
    /// What leads to something, the worst first.
    pub exposed: &'a [Exposure<'a>],
    /// The start and the end that were asked for, in words; none for all paths.
    pub query: Option<String>,
    /// What to change first, on request.
    pub cuts: Option<&'a Cuts>,
    /// What no path shows.
    pub limits: Vec<&'static str>,
    /// What was read of each kind that counts here.
    pub coverage: Vec<Coverage>,
    /// Of which cluster.
    pub cluster: &'a Cluster,
    /// podaudit's own version.
    pub version: &'a str,
}
