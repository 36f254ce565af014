//! Which groups a container's first process is in.
//!
//! Sources: `pkg/securitycontext/util.go` (`DetermineEffectiveSecurityContext`),
//! `pkg/kubelet/kuberuntime/security_context.go` (`determineEffectiveSecurityContext`), KEP-3619
//! (`supplementalGroupsPolicy`, `status…user.linux`).

use std::collections::BTreeSet;

use crate::evidence::{Evidence, EvidenceSource};
use crate::inventory::LinuxUser;

use super::scope::ContainerScope;
use super::{Effective, Gap};

/// Groups of the first process besides its primary one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SupplementalGroups {
    /// Group ids that it certainly has.
    pub known: BTreeSet<i64>,
    /// Whether these are all. If not, the image's `/etc/group` or a volume's annotation may add
    /// more, and the API does not show them.
    pub complete: bool,
}

/// The primary group: observed, or the container's `runAsGroup` over the pod's.
///
/// Unset is not group 0: the runtime takes the group of the user from the image's `/etc/passwd`,
/// and 0 only where the image says nothing.
pub(super) fn primary(scope: &ContainerScope) -> Effective<i64> {
    let declared = scope.inherited(
        "securityContext.runAsGroup",
        scope.container.security_context.run_as_group.as_ref(),
        scope.pod.spec.security_context.run_as_group.as_ref(),
        |gid| *gid,
    );
    let observed = user(scope).and_then(|user| user.gid).map(|gid| {
        (gid, Evidence::new(EvidenceSource::Observed, scope.status_path("user.linux.gid"), gid))
    });
    match (observed, declared) {
        (Some((gid, observed)), declared) if !scope.is_waiting() => {
            Effective::known(gid, [observed])
                .over(declared.into_iter().flat_map(Effective::evidence))
        }
        (_, Some(declared)) => declared,
        // The last incarnation of a container that is to start again.
        (Some((gid, mut observed)), None) => {
            observed.source = EvidenceSource::Assumed;
            Effective::known(gid, [observed])
        }
        (None, None) => Effective::unknown(
            Gap::new(
                "the image's USER and /etc/passwd decide, and the API does not show them",
                "set runAsGroup",
            ),
            scope.unset("securityContext.runAsGroup"),
        ),
    }
}

/// The other groups: observed, or `fsGroup` and `supplementalGroups` of the pod, to which the
/// policy `Merge`, the default, adds those of the image.
pub(super) fn supplemental(scope: &ContainerScope) -> Effective<SupplementalGroups> {
    let pod = &scope.pod.spec.security_context;
    let mut fields = Vec::new();
    if let Some(group) = pod.fs_group {
        fields.push(Evidence::field(scope.pod_path("securityContext.fsGroup"), group));
    }
    if !pod.supplemental_groups.is_empty() {
        let groups: Vec<_> = pod.supplemental_groups.iter().map(ToString::to_string).collect();
        fields.push(Evidence::field(
            scope.pod_path("securityContext.supplementalGroups"),
            format!("[{}]", groups.join(", ")),
        ));
    }
    let policy = scope.pod_path("securityContext.supplementalGroupsPolicy");
    let policy = match &pod.supplemental_groups_policy {
        Some(policy_value) => Evidence::field(policy, policy_value),
        None => Evidence::new(EvidenceSource::Default, policy, "Merge"),
    };
    if let Some(user) = user(scope).filter(|_| !scope.is_waiting()) {
        let known: BTreeSet<_> = user.supplemental_groups.iter().copied().collect();
        let groups: Vec<_> = known.iter().map(ToString::to_string).collect();
        let value = format!("[{}]", groups.join(", "));
        let path = scope.status_path("user.linux.supplementalGroups");
        let observed = Evidence::new(EvidenceSource::Observed, path, value);
        let set = fields.into_iter().chain(pod.supplemental_groups_policy.as_ref().map(|_| policy));
        return Effective::known(SupplementalGroups { known, complete: true }, [observed])
            .over(set);
    }
    // The kubelet adds the groups that PersistentVolumes are annotated with
    // (`GetExtraSupplementalGroupsForPod`).
    let mut volumes = scope.pod.spec.volumes.iter();
    let none_added = !volumes.any(|v| {
        v.sources.iter().any(|s| matches!(s.field(), "persistentVolumeClaim" | "ephemeral"))
    });
    let strict = pod.supplemental_groups_policy.as_deref() == Some("Strict");
    let known = pod.supplemental_groups.iter().copied().chain(pod.fs_group).collect();
    let groups = SupplementalGroups { known, complete: strict && none_added };
    Effective::known(groups, fields.into_iter().chain([policy]))
}

fn user<'a>(scope: &ContainerScope<'a>) -> Option<&'a LinuxUser> {
    scope.status()?.user.as_ref()?.linux.as_ref()
}
