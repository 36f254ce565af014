//! Whether the image is named by its digest.

use super::{Judge, Rule};
use crate::evidence::Evidence;
use crate::finding::{Judgement, Severity};
use crate::inventory::Resource;
use crate::posture::{ContainerPosture, ImageRef, PodPosture};

pub(super) const RULE: Rule = Rule {
    id: "image-not-pinned",
    summary: "The image is not pinned by digest",
    severity: Severity::Medium,
    judge: Judge::Container(judge),
    reads: &[Resource::Pods],
    page: include_str!("../../docs/rules/image-not-pinned.md"),
};

fn judge(_: &PodPosture, container: &ContainerPosture) -> Judgement {
    let mut evidence = container.image.decided_by.clone();
    evidence.extend(container.running_image.iter().map(|image| image.evidence.clone()));
    let image = match &container.image_ref {
        Ok(image) => image,
        Err(why) => {
            return Judgement::fail(format!("not a valid image reference: {why}"), evidence);
        }
    };
    match image.effective_tag() {
        None => volumes(container, evidence),
        Some(_) if image.tag.is_none() => {
            Judgement::fail("neither tag nor digest: whatever latest is at the next pull", evidence)
        }
        Some(_) => {
            Judgement::fail("named by its tag, which can be moved to another image", evidence)
        }
    }
}

/// An image volume can hold programs too.
fn volumes(container: &ContainerPosture, mut evidence: Vec<Evidence>) -> Judgement {
    let is_pinned = |image: &Result<ImageRef, _>| {
        image.as_ref().is_ok_and(|image| image.effective_tag().is_none())
    };
    evidence.extend(container.image_volumes.iter().map(|(_, evidence)| evidence.clone()));
    match container.image_volumes.iter().find(|(image, _)| !is_pinned(image)) {
        None => Judgement::pass("pinned by digest", evidence),
        Some(_) => Judgement::fail("mounts an image volume that is not pinned by digest", evidence),
    }
}
