//! Linux capabilities that lead from a container to its node or to its neighbours: one table for
//! the rule `dangerous-capabilities` and for attack paths. Which of them a container has is decided
//! elsewhere.
//!
//! Source: capabilities(7).

use super::capabilities::CapSet;

/// A capability that leads out of a container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CapabilitySpec {
    /// Without its prefix.
    pub name: &'static str,
    /// How far the rule says that it leads.
    pub reach: CapabilityReach,
    /// How an attack path uses it; `None` where none follows it.
    pub escape: Option<CapabilityEscape>,
}

/// How far a capability leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CapabilityReach {
    /// To the node itself: by loading code, mounting, raw I/O or reading any file of the host.
    Node,
    /// To the node's network, kernel or other workloads, given something more.
    Neighbours,
}

/// How a capability breaks out of a container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CapabilityEscape {
    /// Alone, for sure.
    Alone,
    /// Into processes of the node, where the pod has `hostPID`; for sure unless `AppArmor` confines.
    WithHostPid,
    /// Given something more that the API does not show.
    Possible,
}

const fn node(name: &'static str, escape: Option<CapabilityEscape>) -> CapabilitySpec {
    CapabilitySpec { name, reach: CapabilityReach::Node, escape }
}

const fn neighbours(name: &'static str) -> CapabilitySpec {
    CapabilitySpec { name, reach: CapabilityReach::Neighbours, escape: None }
}

/// Those beyond a runtime's defaults that lead out, the surest first.
pub const NODE_CAPABILITIES: [CapabilitySpec; 14] = [
    node("SYS_MODULE", Some(CapabilityEscape::Alone)),
    node("SYS_PTRACE", Some(CapabilityEscape::WithHostPid)),
    node("SYS_ADMIN", Some(CapabilityEscape::Possible)),
    node("DAC_READ_SEARCH", Some(CapabilityEscape::Possible)),
    node("SYS_RAWIO", None),
    neighbours("BPF"),
    neighbours("CHECKPOINT_RESTORE"),
    neighbours("MAC_ADMIN"),
    neighbours("MAC_OVERRIDE"),
    neighbours("NET_ADMIN"),
    neighbours("PERFMON"),
    neighbours("SYS_BOOT"),
    neighbours("SYS_TIME"),
    neighbours("SYSLOG"),
];

impl CapabilityReach {
    /// The capabilities that lead this far.
    #[must_use]
    pub fn capabilities(self) -> CapSet {
        let all = NODE_CAPABILITIES.iter().filter(|spec| spec.reach == self);
        all.fold(CapSet::NONE, |set, spec| set.union(CapSet::from_names(&[spec.name])))
    }
}
