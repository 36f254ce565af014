//! Every pod that was read. Replicas share one template; what a pod has of its own takes some 70
//! bytes, so that a large cluster fits in memory.

mod access;
mod collection;
mod group;
mod member;
mod names;
mod replica_cache;
mod serialized;
mod template;
mod uid;

pub(super) use collection::Pods;
pub use group::{PodGroup, PodTemplates};
pub use member::{NodeId, PodId};
pub use names::PodNames;
pub(super) use template::{INJECTED_VOLUME, runtime_of_id};
