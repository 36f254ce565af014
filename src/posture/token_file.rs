//! Where a token's file appears in a container, and who can read it.
//!
//! Sources: `pkg/volume/projected/projected.go` (mode and owner), `pkg/volume/util/util.go`,
//! `pkg/volume/secret/secret.go`, `path_resolution(7)` (which of the mode's bits count).

use crate::evidence::Evidence;
use crate::inventory::VolumeMount;
use crate::object::FieldPath;

use super::capabilities::CapSet;
use super::credential::TokenAccess;
use super::groups;
use super::identity::StartUser;
use super::privileges::CapabilitySets;
use super::scope::{ContainerRole, ContainerScope};
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

/// A file with a token, as the kubelet makes it: root's, with this mode, unless something below
/// changes that.
pub(super) struct TokenFile {
    /// Mode bits.
    pub(super) mode: i32,
    /// The field that gives the mode.
    pub(super) path: FieldPath,
    /// Whether the kubelet gives it to the one user that all containers share: files of projected
    /// tokens, not of Secrets.
    pub(super) is_projected: bool,
}

/// Who reads a token's file: the first process of a container.
pub(super) struct Reader<'s, 'a> {
    pub(super) scope: &'s ContainerScope<'a>,
    pub(super) user: &'s Effective<StartUser>,
    pub(super) capabilities: &'s Effective<CapabilitySets>,
}

impl Reader<'_, '_> {
    /// The access that is left where mode and owner count too.
    pub(super) fn access(
        &self,
        file: &TokenFile,
        access: Effective<TokenAccess>,
    ) -> Effective<TokenAccess> {
        let may_read = self.may_read(file);
        if may_read == Some(true) || !access.is(|access| *access == TokenAccess::Mounted) {
            return access;
        }
        let mode = Evidence::field(file.path.clone(), format!("0{:o}", file.mode));
        let evidence = access.decided_by.into_iter().chain([mode]);
        match may_read {
            Some(_) => {
                let user = self.user.decided_by.clone();
                Effective::known(TokenAccess::Unreadable, evidence.chain(user))
            }
            None => Effective::unknown(
                Gap::new(
                    "the mode of the token's file leaves it to the container's user and groups, \
                     which are not known",
                    "set runAsUser, runAsGroup and supplementalGroupsPolicy: Strict",
                ),
                evidence,
            ),
        }
    }

    /// By the kernel's rule, in which the first class that fits decides: owner, group, others.
    fn may_read(&self, file: &TokenFile) -> Option<bool> {
        let is_windows = self.user.is(|user| matches!(user, StartUser::Windows(_)));
        let has_group = self.scope.pod.spec.security_context.fs_group.is_some();
        if is_windows || has_group {
            return Some(true);
        }
        let by_mode = self.mode_allows(file);
        match one_user(self.scope) {
            OneUser::All if file.is_projected => Some(true),
            OneUser::AllButDebuggers if file.is_projected => by_mode.filter(|allowed| *allowed),
            _ => by_mode,
        }
    }

    /// The mode of a file of root, whom no container's user replaced.
    fn mode_allows(&self, file: &TokenFile) -> Option<bool> {
        let overrides = self.overrides_modes();
        if overrides == Some(true) {
            return overrides;
        }
        let [owner, group, others] = [0o400, 0o040, 0o004].map(|bit| file.mode & bit != 0);
        let as_root = if owner { Some(true) } else { overrides };
        let as_other = match self.is_in_root_group() {
            Some(true) => Some(group),
            Some(false) => Some(others),
            None if group == others => Some(group),
            None => None,
        };
        match self.user.get().map(StartUser::is_root) {
            Some(true) => as_root,
            Some(false) => as_other,
            None if as_root == as_other => as_root,
            None => None,
        }
    }

    fn overrides_modes(&self) -> Option<bool> {
        let any = CapSet::from_names(&["DAC_OVERRIDE", "DAC_READ_SEARCH"]);
        let sets = self.capabilities.get()?;
        let has_any = |set: CapSet| !set.intersection(any).is_empty();
        match sets.effective {
            Some(effective) if has_any(effective) => Some(true),
            Some(effective) if effective.is_empty() || !has_any(sets.uncertain) => Some(false),
            _ => None,
        }
    }

    fn is_in_root_group(&self) -> Option<bool> {
        let (primary, others) = (groups::primary(self.scope), groups::supplemental(self.scope));
        if primary.is(|gid| *gid == 0) || others.is(|groups| groups.known.contains(&0)) {
            return Some(true);
        }
        (primary.value.is_ok() && others.is(|groups| groups.complete)).then_some(false)
    }
}

/// Which containers share one user, to whom the kubelet gives the files of projected tokens.
enum OneUser {
    All,
    /// It had them until an ephemeral container with another user was added; the kubelet writes the
    /// files again when the token is renewed, at a time that the API does not show.
    AllButDebuggers,
    None,
}

/// Source: `pkg/volume/util/util.go`, `FsUserFrom`.
fn one_user(scope: &ContainerScope) -> OneUser {
    let containers = || ContainerScope::all(scope.inventory, scope.pod);
    let user = |s: ContainerScope| {
        s.container.security_context.run_as_user.or(s.pod.spec.security_context.run_as_user)
    };
    if is_one(containers().map(user)) {
        return OneUser::All;
    }
    let from_start = containers().filter(|s| s.role != ContainerRole::Ephemeral);
    if is_one(from_start.map(user)) { OneUser::AllButDebuggers } else { OneUser::None }
}

/// Whether all of them are set, and to one user.
fn is_one(mut users: impl Iterator<Item = Option<i64>>) -> bool {
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
