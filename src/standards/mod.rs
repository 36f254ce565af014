//! What Pod Security admission says of the pods that are there: the standards joined with the
//! labels of Namespaces. Computed once, by [`Standards`]; pure, and judges nothing.
//!
//! ```text
//! Namespaces, their labels ─┐
//!                           ├─> Standards ──> PodStandards, pod by pod
//! Pods ──> pss::evaluate  ──┘             └─> NamespaceStandards, once all pods are in
//! ```

mod namespace;
mod pod;
mod walk;

pub use namespace::{Blocked, NamespaceStandards};
pub use pod::PodStandards;
pub use walk::{Standards, namespaces};
