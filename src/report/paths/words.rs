//! Which reasons a person needs.

use crate::reach::Because;

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
