//! Which SELinux label a container asks for.
//!
//! Sources: `pkg/securitycontext/util.go` (`DetermineEffectiveSecurityContext`: the container's
//! options replace the pod's as a whole), runtime-tools `generate` (`SetupPrivileged`).

use crate::inventory::SeLinuxOptions;

use super::scope::ContainerScope;
use super::{Effective, Gap};

/// User, role and type of the label, where the node has SELinux. Empty parts are the runtime's
/// choice; the level is not read, because it only separates containers from one another.
pub(super) fn se_linux(
    scope: &ContainerScope,
    privileged: &Effective<bool>,
) -> Effective<SeLinuxOptions> {
    let declared = scope.inherited(
        "securityContext.seLinuxOptions",
        scope.container.security_context.se_linux_options.as_ref(),
        scope.pod.spec.security_context.se_linux_options.as_ref(),
        describe,
    );
    if privileged.is(|p| *p) {
        let losers = declared.into_iter().flat_map(Effective::evidence);
        return Effective::unknown(
            Gap::new(
                "which label a privileged container gets depends on the runtime",
                "read /proc/self/attr/current in the container",
            ),
            privileged.decided_by.clone(),
        )
        .over(losers);
    }
    declared.unwrap_or_else(|| {
        Effective::unknown(
            Gap::new(
                "the runtime chooses the label, and only where the node has SELinux",
                "set seLinuxOptions, or read /proc/self/attr/current in the container",
            ),
            scope.unset("securityContext.seLinuxOptions"),
        )
    })
}

fn describe(options: &SeLinuxOptions) -> String {
    let parts = [("user", &options.user), ("role", &options.role), ("type", &options.r#type)];
    let set = parts.into_iter().filter(|(_, value)| !value.is_empty());
    let set: Vec<_> = set.map(|(name, value)| format!("{name} {value}")).collect();
    if set.is_empty() { "no user, role or type".to_owned() } else { set.join(", ") }
}
