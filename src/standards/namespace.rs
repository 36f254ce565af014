//! One namespace: what its labels demand, and the highest level that all its pods meet.

use std::collections::BTreeMap;

use crate::evidence::Evidence;
use crate::inventory::{POD_SECURITY_LABEL_PREFIX, Workload};
use crate::object::{ObjectRef, Parent};
use crate::posture::Gap;
use crate::pss::{Compliance, Level, LevelVersion, PodSecurityLabels, Version};

/// The workloads that a check keeps from the next level, and how many of their pods.
pub type Blocked = BTreeMap<Workload, usize>;

/// What the standards say of one namespace.
#[derive(Clone, Debug)]
pub struct NamespaceStandards {
    /// The Namespace.
    pub object: ObjectRef,
    /// What its labels demand, or why nobody can know.
    pub labels: Result<PodSecurityLabels, Gap>,
    /// Values of its labels, the invalid ones included, by mode: `enforce`, `audit-version`.
    pub(super) values: BTreeMap<String, String>,
    /// Pods that were read, and templates that run nothing yet.
    pub pods: usize,
    /// The highest level that all of these meet: an upper bound if some were not read.
    pub at_most: Level,
    /// Why these are not all pods of the namespace, if so.
    pub partial: Option<Gap>,
    /// What fails the level above `at_most`, by check.
    pub blocking: BTreeMap<&'static str, Blocked>,
}

impl NamespaceStandards {
    /// The version by which the pods are measured: the one that the namespace's enforce-version
    /// label names, or the latest.
    #[must_use]
    pub fn version(&self) -> Version {
        self.pinned().unwrap_or(Version::Latest)
    }

    /// The version that the namespace's enforce-version label names.
    #[must_use]
    pub fn pinned(&self) -> Option<Version> {
        self.labels.as_ref().ok().and_then(|labels| labels.enforce.version)
    }

    /// The level that a label enforces. Without a label the cluster's default applies, which the
    /// API does not show.
    ///
    /// # Errors
    /// The gap, if the labels were not read.
    pub fn enforced(&self) -> Result<Option<LevelVersion>, Gap> {
        let labels = self.labels.as_ref().map_err(Clone::clone)?;
        let version = self.version();
        Ok(labels.enforce.level.map(|level| LevelVersion { level, version }))
    }

    /// The highest level that all pods of the namespace meet, if that can be known. Without any
    /// pod, that is the highest there is; with some of them unread it is known only when it is the
    /// lowest.
    #[must_use]
    pub fn highest(&self) -> Option<Level> {
        let known = self.partial.is_none() || self.at_most == Level::Privileged;
        known.then_some(self.at_most)
    }

    /// The level that could be enforced today without violating any pod that is there, where that
    /// is more than what a label enforces now.
    #[must_use]
    pub fn could_enforce(&self) -> Option<Level> {
        let now = self.enforced().ok()?.map_or(Level::Privileged, |enforced| enforced.level);
        self.highest().filter(|highest| *highest > now)
    }

    /// The level that the blocking checks belong to; none above restricted.
    #[must_use]
    pub fn next(&self) -> Option<Level> {
        Level::ALL.into_iter().find(|level| *level > self.at_most)
    }

    /// The enforce label, as evidence.
    #[must_use]
    pub fn enforce_label(&self) -> Evidence {
        self.label("enforce")
    }

    /// The label of this mode, as evidence: `enforce`, `enforce-version`, `audit` and so on.
    #[must_use]
    pub fn label(&self, mode: &str) -> Evidence {
        let label = format!("{POD_SECURITY_LABEL_PREFIX}{mode}");
        let path = Parent::default().entry("metadata.labels", &label).into();
        match self.values.get(mode) {
            Some(value) => Evidence::field(path, value),
            None => Evidence::unset(path),
        }
    }

    /// Counts so many pods of a workload. One that meets less than all before it starts the list of
    /// blockers anew.
    pub(super) fn count(&mut self, compliance: &Compliance, workload: &Workload, pods: usize) {
        self.pods += pods;
        let level = compliance.level;
        if level < self.at_most {
            self.at_most = level;
            self.blocking.clear();
        }
        if level == self.at_most {
            for violation in &compliance.blocking {
                let workloads = self.blocking.entry(violation.check).or_default();
                *workloads.entry(workload.clone()).or_default() += pods;
            }
        }
    }
}
