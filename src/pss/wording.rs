//! Who breaks a check, in sentences as upstream builds them, so that a message can be compared
//! with the API server's.

use std::collections::BTreeSet;

use super::checked_pod::CheckedContainer;
use crate::evidence::Evidence;

/// Values, sorted, each once.
pub(super) type Values<'a> = BTreeSet<&'a str>;

/// The pod and the containers that break a check, and their fields that decide it.
#[derive(Default)]
pub(super) struct Offenders<'a> {
    pub(super) pod: bool,
    pub(super) containers: Vec<&'a str>,
    pub(super) evidence: Vec<Evidence>,
}

impl<'a> Offenders<'a> {
    /// Adds the pod if there is evidence against it.
    pub(super) fn pod(&mut self, evidence: impl IntoIterator<Item = Evidence>) {
        let before = self.evidence.len();
        self.evidence.extend(evidence);
        self.pod |= self.evidence.len() > before;
    }

    /// Adds the container, once, if there is evidence against it.
    pub(super) fn container(
        &mut self,
        member: &CheckedContainer<'a>,
        evidence: impl IntoIterator<Item = Evidence>,
    ) {
        let before = self.evidence.len();
        self.evidence.extend(evidence);
        if self.evidence.len() > before {
            self.containers.push(member.name());
        }
    }

    /// Whether nothing breaks the check.
    pub(super) fn is_empty(&self) -> bool {
        self.evidence.is_empty()
    }

    /// Each setter: `pod`, then all containers as one.
    pub(super) fn setters(&self) -> Vec<String> {
        let pod = self.pod.then(|| "pod".to_owned());
        let containers = (!self.containers.is_empty()).then(|| containers(&self.containers));
        pod.into_iter().chain(containers).collect()
    }
}

/// `"a", "b"`, unescaped.
///
/// Source: `policy/helpers.go`, `joinQuote`.
pub(super) fn quoted<'a>(items: impl IntoIterator<Item = &'a str>) -> String {
    let quoted: Vec<_> = items.into_iter().map(|item| format!("\"{item}\"")).collect();
    quoted.join(", ")
}

/// Source: `policy/helpers.go`, `pluralize`.
pub(super) fn plural<'a>(one: &'a str, many: &'a str, count: usize) -> &'a str {
    if count == 1 { one } else { many }
}

/// `container "a"` or `containers "a", "b"`.
pub(super) fn containers(names: &[&str]) -> String {
    format!("{} {}", plural("container", "containers", names.len()), quoted(names.iter().copied()))
}

/// `volume "a"` or `volumes "a", "b"`.
pub(super) fn volumes(names: &[&str]) -> String {
    format!("{} {}", plural("volume", "volumes", names.len()), quoted(names.iter().copied()))
}
