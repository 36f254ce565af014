//! Which of several mounts at one place a container sees.
//!
//! The API server takes `/a` and `/a/` for two places, the kernel for one: the mount that is made
//! last is on top. All runtimes mount parents first. containerd keeps the order of equals
//! (`internal/cri/opts`, `sort.Stable`); Docker refuses them; CRI-O's order
//! (`server/container_create.go`, `sort.Sort`) is kept only in a short list.

use crate::inventory::VolumeMount;

use super::Effective;
use super::platform::Runtime;
use super::scope::ContainerScope;
use super::volumes::clean;

/// Whether a container sees a mount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sight {
    /// Nothing else is on top of it.
    Visible,
    /// A later mount is on top of it.
    Hidden,
    /// The runtime decides which of two is on top.
    Unclear,
}

/// Go sorts up to twelve by insertion, which keeps the order; CRI-O and the kubelet add up to nine
/// mounts of their own.
const SHORT_LIST: usize = 3;

/// Whether the container sees this mount. `to_come` is a place where admission will mount, after
/// all others.
pub(super) fn sight(
    scope: &ContainerScope,
    runtime: &Effective<Runtime>,
    mount: &VolumeMount,
    to_come: Option<&str>,
) -> Sight {
    let place = clean(&mount.mount_path);
    let mounts = &scope.container.volume_mounts;
    let at_place = |other: &&VolumeMount| clean(&other.mount_path) == place;
    let mut after = mounts.iter().skip_while(|other| !std::ptr::eq(*other, mount)).skip(1);
    let is_last = !after.any(|other| at_place(&other)) && to_come != Some(place.as_str());
    let is_alone = is_last && mounts.iter().filter(at_place).count() <= 1;
    if is_alone {
        Sight::Visible
    } else if !keeps_order(scope, runtime) {
        Sight::Unclear
    } else if is_last {
        Sight::Visible
    } else {
        Sight::Hidden
    }
}

/// Whether the container will see the mount that admission makes at this place.
pub(super) fn sight_of_last(
    scope: &ContainerScope,
    runtime: &Effective<Runtime>,
    place: &str,
) -> Sight {
    let is_alone = scope.container.volume_mounts.iter().all(|m| clean(&m.mount_path) != place);
    if is_alone || keeps_order(scope, runtime) { Sight::Visible } else { Sight::Unclear }
}

fn keeps_order(scope: &ContainerScope, runtime: &Effective<Runtime>) -> bool {
    match runtime.get() {
        Some(Runtime::Containerd | Runtime::CriDockerd) => true,
        Some(Runtime::CriO) | None => scope.container.volume_mounts.len() <= SHORT_LIST,
    }
}
