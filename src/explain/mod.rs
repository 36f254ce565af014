//! Every fact about a pod as an answer: the value, what decided it, what lost, and the upstream
//! source that says so. One table feeds text, JSON and documentation.

mod answer;
mod confinement;
mod container_facts;
mod explained;
mod facts;
mod pod_facts;
mod target;

pub use answer::Answer;
pub use explained::{ContainerExplained, Explained, PodExplained, explain};
pub use facts::Fact;
pub use target::{ExplainTarget, ExplainTargetError};
