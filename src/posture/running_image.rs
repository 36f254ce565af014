//! Which image runs, and whether one reference runs as different images in one workload.
//!
//! Source: the image ids in `status` differ by runtime. containerd reports `repo@` and the digest
//! of what was pulled, which is the same on every platform; CRI-O that of the platform's own
//! manifest; an image that was never pulled has only the digest of its configuration. Only digests
//! of one sort are compared.

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
    /// Sorted and each once: most have one, for which a map would be wide.
    all: Vec<Running>,
    /// Pods that report what they run.
    pub pods: u64,
}

/// A reference, the sort of a digest, and the field of the status whose value is the digest.
#[derive(Clone, Debug)]
struct Running {
    image: String,
    sort: Option<DigestSort>,
    evidence: Evidence,
}

impl Running {
    fn key(&self) -> (&str, Option<&DigestSort>, &str) {
        (&self.image, self.sort.as_ref(), &self.evidence.value)
    }
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
        let key = (image.as_str(), running.sort.as_ref(), running.digest.as_str());
        if let Err(place) = self.all.binary_search_by(|other| other.key().cmp(&key)) {
            let RunningImage { sort, evidence, .. } = running.clone();
            // Nearly always the only one.
            self.all.reserve_exact(1);
            self.all.insert(place, Running { image: image.clone(), sort, evidence });
        }
    }

    /// One status of each digest.
    #[must_use]
    pub fn evidence(&self) -> Vec<Evidence> {
        self.all.iter().map(|running| running.evidence.clone()).collect()
    }

    /// A reference that runs as different images, with their digests.
    #[must_use]
    pub fn drift(&self) -> Option<(&str, Vec<&str>)> {
        let mut alike = self.all.chunk_by(|a, b| (&a.image, &a.sort) == (&b.image, &b.sort));
        let drifted = alike.find(|digests| digests[0].sort.is_some() && digests.len() > 1)?;
        let digests = drifted.iter().map(|running| &*running.evidence.value);
        Some((&drifted[0].image, digests.collect()))
    }

    /// A reference with digests that cannot be compared.
    #[must_use]
    pub fn incomparable(&self) -> Option<&str> {
        let mut alike = self.all.chunk_by(|a, b| a.image == b.image);
        let differ = alike
            .find(|all| all.iter().any(|other| other.evidence.value != all[0].evidence.value))?;
        Some(&differ[0].image)
    }
}
