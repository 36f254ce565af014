//! Which image runs, and whether one reference runs as different images in one workload.
//!
//! Source: the image ids in `status` differ by runtime. containerd reports `repo@` and the digest
//! of what was pulled, which is the same on every platform; CRI-O that of the platform's own
//! manifest; an image that was never pulled has only the digest of its configuration. Only digests
//! of one sort are compared.

use std::collections::{BTreeMap, BTreeSet};

use crate::evidence::{Evidence, Source};

use super::Effective;
use super::container::ContainerPosture;
use super::image::running_digest;
use super::platform::{self, Runtime};
use super::scope::Scope;

/// What sort of digest it is; digests of different sorts cannot be compared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DigestSort {
    runtime: &'static str,
    architecture: Option<String>,
    is_repository: bool,
}

/// The image that a container runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunningImage {
    /// The repository digest if there is one, otherwise the id as reported.
    pub digest: String,
    /// Whether `digest` is a repository digest, and not that of a configuration.
    pub is_repository: bool,
    /// What the digest can be compared with; none if the node is not known well enough.
    pub sort: Option<DigestSort>,
    /// The field of the status.
    pub evidence: Evidence,
}

/// What the runtime says it runs; none before the container was created.
pub(super) fn running(scope: &Scope, runtime: &Effective<Runtime>) -> Option<RunningImage> {
    let id = &scope.status().filter(|status| !status.image_id.is_empty())?.image_id;
    let repository = running_digest(id);
    let digest = repository.unwrap_or(id).to_owned();
    let sort = |runtime: &Runtime, architecture| {
        Some(DigestSort {
            runtime: runtime.as_str(),
            architecture,
            is_repository: repository.is_some(),
        })
    };
    let sort = match runtime.get() {
        Some(Runtime::Containerd) if repository.is_some() => sort(&Runtime::Containerd, None),
        Some(runtime) => platform::architecture(scope).and_then(|a| sort(runtime, Some(a))),
        None => None,
    };
    let evidence = Evidence::new(Source::Observed, scope.status_path("imageID"), &digest);
    Some(RunningImage { digest, is_repository: repository.is_some(), sort, evidence })
}

/// What the pods of one workload run in the container of one name.
#[derive(Clone, Debug, Default)]
pub struct RunningImages {
    /// Digests by reference and sort, each with the field of the status.
    digests: BTreeMap<(String, Option<DigestSort>), BTreeMap<String, Evidence>>,
    /// Pods that report what they run.
    pub pods: u64,
}

impl RunningImages {
    /// Adds the container of so many pods that are alike. One that is pinned, or does not report
    /// its image, does not count.
    pub fn add(&mut self, container: &ContainerPosture, pods: u64) {
        let is_pinned = container.image_ref.as_ref().is_ok_and(|image| image.digest.is_some());
        let (Some(running), Some(image)) = (&container.running_image, container.image.get()) else {
            return;
        };
        if is_pinned {
            return;
        }
        self.pods += pods;
        let digests = self.digests.entry((image.clone(), running.sort.clone())).or_default();
        digests.entry(running.digest.clone()).or_insert_with(|| running.evidence.clone());
    }

    /// One status of each digest.
    #[must_use]
    pub fn evidence(&self) -> Vec<Evidence> {
        self.digests.values().flat_map(BTreeMap::values).cloned().collect()
    }

    /// A reference that runs as different images, with their digests.
    #[must_use]
    pub fn drift(&self) -> Option<(&str, Vec<&str>)> {
        let drifted = |((_, sort), digests): &(&(_, Option<_>), &BTreeMap<_, _>)| {
            sort.is_some() && digests.len() > 1
        };
        let ((image, _), digests) = self.digests.iter().find(drifted)?;
        Some((image, digests.keys().map(String::as_str).collect()))
    }

    /// A reference with digests that cannot be compared.
    #[must_use]
    pub fn incomparable(&self) -> Option<&str> {
        let mut sorts: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for ((image, _), digests) in &self.digests {
            sorts.entry(image).or_default().extend(digests.keys().map(String::as_str));
        }
        sorts.into_iter().find(|(_, digests)| digests.len() > 1).map(|(image, _)| image)
    }
}
