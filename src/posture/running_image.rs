//! Which image a container runs, and what its digest can be compared with.
//!
//! Source: the image ids in `status` differ by runtime. containerd reports `repo@` and the digest
//! of what was pulled, which is the same on every platform; CRI-O that of the platform's own
//! manifest; an image that was never pulled has only the digest of its configuration.

use crate::evidence::{Evidence, EvidenceSource};

use super::Effective;
use super::image::running_digest;
use super::platform::{self, Runtime};
use super::scope::ContainerScope;

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
pub(super) fn running(
    scope: &ContainerScope,
    runtime: &Effective<Runtime>,
) -> Option<RunningImage> {
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
    let evidence = Evidence::new(EvidenceSource::Observed, scope.status_path("imageID"), &digest);
    Some(RunningImage { digest, is_repository: repository.is_some(), sort, evidence })
}
