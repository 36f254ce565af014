//! What each pod has of its own: its name, UID and node, and which template it is made from.

use super::uid::Uid;

/// A pod's number, in the order of namespace and name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PodId(pub(super) u32);

/// The number of a node that pods name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NodeId(pub(super) u32);

/// What pods have of their own.
#[derive(Clone, Debug, Default)]
pub(super) struct PodMembers {
    pub(super) pods: Vec<PodMember>,
    /// All names, one behind the other.
    pub(super) names: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PodMember {
    /// The number of its template.
    pub(super) template: u32,
    /// Where in the names its own begins, and its length.
    pub(super) name: (u32, u32),
    pub(super) node: Option<u32>,
    pub(super) uid: Uid,
    /// Whether it is no pod, but what a workload of a manifest would make.
    pub(super) is_manifest: bool,
}

impl PodMembers {
    /// The name of the pod with this number.
    pub(super) fn name(&self, id: PodId) -> &str {
        self.name_of(&self.pods[id.0 as usize])
    }

    pub(super) fn name_of(&self, member: &PodMember) -> &str {
        let (start, length) = (member.name.0 as usize, member.name.1 as usize);
        &self.names[start..start + length]
    }
}
