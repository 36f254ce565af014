//! What a row says of all containers of its pods together.

use crate::posture::{CapSet, ContainerPosture, PodPosture, StartUser, TokenAccess};

/// What a row says of all containers together: the worst of each.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Facts {
    /// Whether an API server has stored the pods; if not, what admission does is predicted.
    pub admitted: bool,
    /// Whether some container has an API token.
    pub token: Answer,
    /// Whether some container starts as root.
    pub root: Answer,
    /// What the containers' capabilities are, all together: `none`, `default` where a default is
    /// left, `ALL`, and the names that were added.
    pub capabilities: String,
    /// Whether some container is privileged.
    pub privileged: bool,
    /// Image references, sorted.
    pub images: Vec<String>,
    /// Whether every image is pinned by digest.
    pub pinned: bool,
}

/// An answer to a yes-no question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answer {
    /// No.
    No,
    /// The API does not hold the answer.
    Unknown,
    /// Given something that the API does not show.
    Possible,
    /// Yes.
    Yes,
}

impl Answer {
    /// The word used in every output.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::No => "no",
            Self::Unknown => "unknown",
            Self::Possible => "possible",
            Self::Yes => "yes",
        }
    }
}

impl Facts {
    pub(super) fn new(pod: &PodPosture) -> Self {
        let containers = &pod.containers;
        let worst = |answer: fn(&ContainerPosture) -> Answer| {
            containers.iter().map(answer).max().unwrap_or(Answer::No)
        };
        let mut images: Vec<_> = containers.iter().filter_map(|c| c.image.get().cloned()).collect();
        images.sort();
        images.dedup();
        let is_pinned =
            |c: &ContainerPosture| c.image_ref.as_ref().is_ok_and(|image| image.digest.is_some());
        Self {
            admitted: pod.admitted,
            token: worst(token),
            root: worst(root),
            capabilities: capabilities(containers),
            privileged: containers.iter().any(|c| c.privileged.is(|p| *p)),
            images,
            pinned: containers.iter().all(is_pinned),
        }
    }
}

fn token(container: &ContainerPosture) -> Answer {
    match &container.token.value {
        Ok(TokenAccess::Mounted) => Answer::Yes,
        Ok(TokenAccess::Shared(_)) => Answer::Possible,
        Ok(TokenAccess::None | TokenAccess::Unreadable) => Answer::No,
        Err(_) => Answer::Unknown,
    }
}

fn root(container: &ContainerPosture) -> Answer {
    match container.user.get().map(StartUser::is_root) {
        Some(true) => Answer::Yes,
        Some(false) => Answer::No,
        None => Answer::Unknown,
    }
}

fn capabilities(containers: &[ContainerPosture]) -> String {
    let sets = containers.iter().filter_map(|c| c.capabilities.get());
    let (mut bounding, mut kept) = (CapSet::NONE, CapSet::NONE);
    for set in sets {
        bounding = bounding.union(set.bounding);
        kept = kept.union(set.kept);
    }
    match (bounding, bounding.minus(kept)) {
        (CapSet::ALL, _) => "ALL".to_owned(),
        (_, CapSet::NONE) if !kept.is_empty() => "default".to_owned(),
        (_, added) if !kept.is_empty() => format!("default, {added}"),
        (_, added) => added.to_string(),
    }
}
