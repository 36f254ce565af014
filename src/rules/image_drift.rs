//! One tag, different images: what a tag that was moved looks like in a running workload.

use super::{Judge, Rule};
use crate::finding::{Judgement, Severity};
use crate::inventory::Resource;
use crate::posture::RunningImages;

pub(super) const RULE: Rule = Rule {
    id: "image-drift",
    summary: "Pods of one workload run different images under one reference",
    severity: Severity::Medium,
    judge: Judge::Images(judge),
    reads: &[Resource::Pods],
    page: include_str!("../../docs/rules/image-drift.md"),
};

fn judge(images: &RunningImages) -> Judgement {
    let evidence = images.evidence();
    if images.pods == 0 {
        let reason = "pinned by digest, or no pod reports what it runs";
        return Judgement::not_applicable(reason, evidence);
    }
    if let Some((image, digests)) = images.drift() {
        let message = format!("{image} runs as different images: {}", digests.join(", "));
        return Judgement::fail(message, evidence);
    }
    if let Some(image) = images.incomparable() {
        let reason = format!("{image} has digests that cannot be compared across nodes");
        return Judgement::unknown(&reason, "pin the image by digest", evidence);
    }
    Judgement::pass("the same image in every pod that reports it", evidence)
}
