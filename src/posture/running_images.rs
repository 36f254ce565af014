//! Whether one reference runs as different images in the pods of one workload. Only digests of one
//! sort are compared.

use crate::evidence::Evidence;

use super::container::ContainerPosture;
use super::running_image::{DigestSort, RunningImage};

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
    /// Adds the container of so many replicas. One that is pinned, or does not report
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
        let mut comparable = self.all.chunk_by(|a, b| (&a.image, &a.sort) == (&b.image, &b.sort));
        let drifted = comparable.find(|digests| digests[0].sort.is_some() && digests.len() > 1)?;
        let digests = drifted.iter().map(|running| &*running.evidence.value);
        Some((&drifted[0].image, digests.collect()))
    }

    /// A reference with digests that cannot be compared.
    #[must_use]
    pub fn incomparable(&self) -> Option<&str> {
        let mut by_image = self.all.chunk_by(|a, b| a.image == b.image);
        let differ = by_image
            .find(|all| all.iter().any(|other| other.evidence.value != all[0].evidence.value))?;
        Some(&differ[0].image)
    }
}
