//! What a row says of all containers of its pods together: of each fact, the worst.

use crate::posture::{CapSet, ContainerPosture, PodPosture, StartUser, TokenAccess};

/// What is true of the containers of a row, the worst of each.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RowFacts {
    /// Whether an API server has stored the pods; if not, what admission does is predicted.
    pub admitted: bool,
    /// Whether some container has an API token.
    pub token: RowAnswer,
    /// Whether some container starts as root.
    pub root: RowAnswer,
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
pub enum RowAnswer {
    /// No.
    No,
    /// The API does not hold the answer.
    Unknown,
    /// Given something that the API does not show.
    Possible,
    /// Yes.
    Yes,
}

impl RowAnswer {
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

impl RowFacts {
    pub(super) fn new(pod: &PodPosture) -> Self {
        let containers = &pod.containers;
        let worst = |answer: fn(&ContainerPosture) -> RowAnswer| {
            containers.iter().map(answer).max().unwrap_or(RowAnswer::No)
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

fn token(container: &ContainerPosture) -> RowAnswer {
    match &container.token.value {
        Ok(TokenAccess::Mounted) => RowAnswer::Yes,
        Ok(TokenAccess::Shared(_)) => RowAnswer::Possible,
        Ok(TokenAccess::None | TokenAccess::Unreadable) => RowAnswer::No,
        Err(_) => RowAnswer::Unknown,
    }
}

fn root(container: &ContainerPosture) -> RowAnswer {
    match container.user.get().map(StartUser::is_root) {
        Some(true) => RowAnswer::Yes,
        Some(false) => RowAnswer::No,
        None => RowAnswer::Unknown,
    }
}

fn capabilities(containers: &[ContainerPosture]) -> String {
    let sets = containers.iter().filter_map(|c| c.capabilities.get());
    let (mut bounding, mut undropped) = (CapSet::NONE, CapSet::NONE);
    for set in sets {
        bounding = bounding.union(set.bounding);
        undropped = undropped.union(set.undropped);
    }
    match (bounding, bounding.minus(undropped)) {
        (CapSet::ALL, _) => "ALL".to_owned(),
        (_, CapSet::NONE) if !undropped.is_empty() => "default".to_owned(),
        (_, added) if !undropped.is_empty() => format!("default, {added}"),
        (_, added) => added.to_string(),
    }
}
