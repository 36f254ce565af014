//! How far a takeover leads, in words: one place for all formats.

use crate::finding::{Blast, Radius, Severity};

/// A word for a column; empty for nowhere.
fn short(radius: Radius) -> &'static str {
    match radius {
        Radius::None => "",
        Radius::Namespace => "ns",
        Radius::Namespaces => "ns+",
        Radius::Node => "node",
        Radius::Cluster => "cluster",
    }
}

/// For a narrow column: what is certain, or else what is possible and worse.
pub(super) fn cell(blast: Blast) -> String {
    match (blast.certain, blast.at_most) {
        (Radius::None, Radius::None) => ".".to_owned(),
        (certain, at_most) if certain == at_most => short(certain).to_owned(),
        (_, at_most) => format!("{}?", short(at_most)),
    }
}

/// What it leads to, for people.
fn words(radius: Radius) -> &'static str {
    match radius {
        Radius::None => "nothing",
        Radius::Namespace => "its namespace",
        Radius::Namespaces => "other namespaces",
        Radius::Node => "a node",
        Radius::Cluster => "the cluster",
    }
}

/// How far it leads, and how surely.
pub(super) fn in_words(blast: Blast) -> String {
    match (blast.certain, blast.at_most) {
        (certain, at_most) if certain == at_most => words(certain).to_owned(),
        (Radius::None, at_most) => format!("possibly {}", words(at_most)),
        (certain, at_most) => format!("{}, possibly {}", words(certain), words(at_most)),
    }
}

/// From 0 to 100, for readers that sort by one number: severity first, then how far a takeover of
/// the workload leads. GitLab makes a severity of it again, by these bands.
///
/// Source: `docs.gitlab.com/user/application_security/detect/sarif`, "Severity resolution"
pub(super) fn rank(severity: Severity, blast: Option<Blast>) -> u8 {
    let radius = blast.map_or(Radius::None, |blast| blast.certain);
    let (least, step) = match severity {
        Severity::Low => (10, 7),
        Severity::Medium => (40, 7),
        Severity::High => (70, 4),
        Severity::Critical => (90, 2),
    };
    least + step * radius as u8
}
