//! Which reasons a person needs.

use crate::reach::Reason;

/// The reasons without the fields that say the same: of a mount, where it is in the container.
pub(super) fn deciding<'a, 'i>(all: &'a [Reason<'i>]) -> impl Iterator<Item = &'a Reason<'i>> {
    let is_place = |reason: &Reason| matches!(reason, Reason::Field(field) if field.path.to_string().ends_with(".mountPath"));
    let of_host = |reason: &Reason| matches!(reason, Reason::Field(field) if field.path.to_string().contains(".hostPath."));
    let has_place = all.iter().any(is_place) && !all.iter().any(of_host);
    let shown = move |reason: &&Reason| {
        !matches!(reason, Reason::Field(_)) || !has_place || is_place(reason)
    };
    all.iter().filter(shown)
}
