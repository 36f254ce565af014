//! The blast radius of a workload in words: one place for all formats.

use crate::finding::{BlastRadius, Radius};

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
pub(in crate::report) fn blast_radius_cell(blast: BlastRadius) -> String {
    match (blast.certain, blast.at_most) {
        (Radius::None, Radius::None) => ".".to_owned(),
        (certain, at_most) if certain == at_most => short(certain).to_owned(),
        (_, at_most) => format!("{}?", short(at_most)),
    }
}

/// What an attacker reaches, for people.
fn words(radius: Radius) -> &'static str {
    match radius {
        Radius::None => "nothing",
        Radius::Namespace => "its namespace",
        Radius::Namespaces => "other namespaces",
        Radius::Node => "a node",
        Radius::Cluster => "the cluster",
    }
}

/// What an attacker reaches, and how surely.
pub(in crate::report) fn blast_radius_words(blast: BlastRadius) -> String {
    match (blast.certain, blast.at_most) {
        (certain, at_most) if certain == at_most => words(certain).to_owned(),
        (Radius::None, at_most) => format!("possibly {}", words(at_most)),
        (certain, at_most) => format!("{}, possibly {}", words(certain), words(at_most)),
    }
}
