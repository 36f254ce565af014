//! Where a token's file appears in a container, and who can read it.
//!
//! Sources: `pkg/volume/projected/projected.go` (mode and owner), `pkg/volume/util/util.go`.

use crate::evidence::Evidence;
use crate::inventory::VolumeMount;
use crate::object::FieldPath;

use super::credential::TokenAccess;
use super::groups;
use super::identity::StartUser;
use super::scope::ContainerScope;
use super::volumes::clean;
use super::{Effective, Gap};

/// Where the volume's file appears in the container, or nothing if `subPath` leaves it out.
pub(super) fn visible(mount: &VolumeMount, file: &str) -> Option<String> {
    let sub_path = mount.declared_sub_path();
    // The kubelet keeps the files behind a link of this name, and follows it.
    let sub_path = match clean(sub_path).split_once("/..data") {
        Some(("", rest)) if rest.is_empty() || rest.starts_with('/') => clean(rest),
        _ => clean(sub_path),
    };
    let file = clean(file);
    let rest = match sub_path.as_str() {
        "/" => file.as_str(),
        // A variable may expand to anything.
        expression if expression.contains("$(") => file.as_str(),
        sub => file.strip_prefix(sub).filter(|rest| rest.is_empty() || rest.starts_with('/'))?,
    };
    Some(clean(&format!("{}/{rest}", mount.mount_path)))
}

/// Whether mode and owner let the container's user read a projected token. The kubelet gives
/// the file to the one uid that all containers share, or to `fsGroup`; otherwise it stays
/// root's with the volume's mode.
pub(super) fn readable(
    scope: &ContainerScope,
    user: &Effective<StartUser>,
    mode: i32,
    path: FieldPath,
    access: Effective<TokenAccess>,
) -> Effective<TokenAccess> {
    let context = &scope.pod.spec.security_context;
    let is_owned = || context.fs_group.is_some() || have_one_user(scope);
    if access.value.is_err() || mode & 0o004 != 0 || user.is(StartUser::is_root) || is_owned() {
        return access;
    }
    let group = groups::primary(scope);
    let in_root_group = context.supplemental_groups.contains(&0) || group.is(|gid| *gid == 0);
    let group_reads = mode & 0o040 != 0;
    if group_reads && in_root_group {
        return access;
    }
    let mode = Evidence::field(path, format!("0{mode:o}"));
    let evidence = access.decided_by.into_iter().chain([mode]);
    if user.value.is_err() || (group_reads && group.value.is_err()) {
        let reason =
            "the token's file is root's alone, and the container's user or group is not known";
        return Effective::unknown(Gap::new(reason, "set runAsUser and runAsGroup"), evidence);
    }
    Effective::known(TokenAccess::Unreadable, evidence.chain(user.decided_by.clone()))
}

/// Source: `pkg/volume/util/util.go`, `FsUserFrom`.
fn have_one_user(scope: &ContainerScope) -> bool {
    let mut users = ContainerScope::all(scope.inventory, scope.pod).map(|s| {
        s.container.security_context.run_as_user.or(s.pod.spec.security_context.run_as_user)
    });
    let first = users.next().flatten();
    first.is_some() && users.all(|user| user == first)
}

/// Source: `pkg/serviceaccount/claims.go`, `WarnOnlyBoundTokenExpirationSeconds`.
pub(super) fn expiry(seconds: i64) -> String {
    const EXTENDED: i64 = 3607;
    match seconds {
        EXTENDED => "3607 (by default the API server extends such a token to a year)".to_owned(),
        seconds => seconds.to_string(),
    }
}
