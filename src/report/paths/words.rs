//! Parts of paths in words.

use crate::evidence::Evidence;
use crate::reach::{Because, Blast, Radius};

/// What a radius is, for people.
pub(super) fn radius(radius: Radius) -> &'static str {
    match radius {
        Radius::None => "nothing",
        Radius::Namespace => "its namespace",
        Radius::Namespaces => "other namespaces",
        Radius::Node => "a node",
        Radius::Cluster => "the cluster",
    }
}

/// How far it leads, and how surely.
pub(super) fn blast(blast: Blast) -> String {
    match (blast.certain, blast.at_most) {
        (certain, at_most) if certain == at_most => radius(certain).to_owned(),
        (Radius::None, at_most) => format!("possibly {}", radius(at_most)),
        (certain, at_most) => format!("{}, possibly {}", radius(certain), radius(at_most)),
    }
}

/// The reasons without the fields that say the same: of a mount, where it is in the container.
pub(super) fn deciding<'a, 'i>(all: &'a [Because<'i>]) -> impl Iterator<Item = &'a Because<'i>> {
    let is_place = |because: &Because| matches!(because, Because::Field(field) if field.path.to_string().ends_with(".mountPath"));
    let of_host = |because: &Because| matches!(because, Because::Field(field) if field.path.to_string().contains(".hostPath."));
    let has_place = all.iter().any(is_place) && !all.iter().any(of_host);
    let shown = move |because: &&Because| {
        !matches!(because, Because::Field(_)) || !has_place || is_place(because)
    };
    all.iter().filter(shown)
}

/// Why a step is possible.
pub(super) fn because(because: &Because) -> String {
    match because {
        Because::Grant { right, grant } => {
            let subject = grant.subject;
            let of = match subject.kind.as_str() {
                "Group" => format!(", as a member of {}", subject.name),
                _ => String::new(),
            };
            format!("{} to {}{of}: {right}", grant.binding.reference(), grant.role())
        }
        Because::Field(evidence) => field(evidence),
        Because::Earlier(text) => text.clone(),
    }
}

fn field(evidence: &Evidence) -> String {
    let of = evidence.object.as_ref().map(|object| format!("{object}: ")).unwrap_or_default();
    let is = if evidence.value == "unset" { "not set" } else { &evidence.value };
    format!("{of}{} is {is}", evidence.path)
}
