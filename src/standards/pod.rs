//! One pod, measured by the standards and by what its Namespace enforces.

use super::namespace::NamespaceStandards;
use crate::evidence::Evidence;
use crate::inventory::Pod;
use crate::posture::Gap;
use crate::pss::{Compliance, LevelVersion, Violation, highest_level};

/// What Pod Security admission says of one pod.
#[derive(Clone, Debug)]
pub struct PodStandards {
    /// The pod's namespace.
    pub namespace: String,
    /// The workload whose template it is, by its kind; `None` for a pod.
    pub template_of: Option<String>,
    /// Whether an API server has stored it; if not, it is still to be admitted.
    pub admitted: bool,
    /// Whether it is the mirror of a static pod. Admission judges mirrors like other pods; the
    /// kubelet runs a static pod whether or not its mirror is admitted.
    pub mirror: bool,
    /// The highest level that it meets at the version of its namespace, and what keeps it from the
    /// next one.
    pub compliance: Compliance,
    /// What a label of its namespace enforces; `None` without such a label.
    pub enforced: Result<Option<LevelVersion>, Gap>,
    /// The label that enforces.
    pub label: Option<Evidence>,
    /// What violates the level that is enforced.
    pub violations: Vec<Violation>,
}

impl PodStandards {
    /// Measures a pod of this namespace.
    ///
    /// Source: `admission/admission.go`, `EvaluatePod`; it makes no exception for mirror pods.
    pub(super) fn new(pod: &Pod, namespace: &NamespaceStandards) -> Self {
        let enforced = namespace.enforced();
        let compliance = highest_level(pod, namespace.version());
        // No check runs twice: what is enforced is measured by the version of the namespace too.
        let violations = match enforced {
            Ok(Some(enforced)) => compliance.violations(pod, enforced),
            _ => Vec::new(),
        };
        Self {
            namespace: pod.namespace().to_owned(),
            template_of: pod.template_of.as_ref().map(|workload| workload.kind.clone()),
            admitted: pod.is_admitted(),
            mirror: pod.is_mirror(),
            compliance,
            label: enforced.is_ok().then(|| namespace.enforce_label().on(namespace.object.clone())),
            enforced,
            violations,
        }
    }
}
