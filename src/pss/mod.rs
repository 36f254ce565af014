//! The Pod Security Standards: which checks a pod fails at a level and version, and what a
//! namespace's labels demand. Pure, over the pod as written, without observation or cluster: what
//! Pod Security admission says of this very pod. Before admission a manifest can still change, by
//! webhooks and defaults: the API server adds host ports to a `hostNetwork` pod, for example.
//!
//! ```text
//! Pod ---------------> evaluate(pod, level, version) -> Vec<Violation>
//!                      highest_level(pod, version)   -> Compliance
//! Namespace labels --> PodSecurityLabels -> resolve(defaults) -> NamespacePolicy
//! ```
//!
//! Source: package `policy` of `k8s.io/pod-security-admission` v0.37.2: `DefaultChecks` run by
//! `NewEvaluator` without an emulation version. It reads no feature gate and no option; what older
//! releases gated is a revision of its check here.

mod check;
mod checked_pod;
mod checks;
mod evaluate;
mod labels;
mod level;
mod table;
mod version;
mod wording;

pub use check::{Check, Revision, Violation};
pub use evaluate::{Compliance, checks_at, evaluate, highest_level};
pub use labels::{Demand, LabelError, NamespacePolicy, PodSecurityLabels};
pub use level::{Level, LevelVersion, UnknownLevel};
pub use table::CHECKS;
pub use version::{InvalidVersion, NEWEST_MINOR, Version};
