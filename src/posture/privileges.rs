//! What a container's processes may do on the node: privileged mode, capabilities,
//! `no_new_privs`, seccomp, root file system.
//!
//! Sources: `pkg/securitycontext/util.go`, `pkg/kubelet/kuberuntime/security_context.go`,
//! capabilities(7).

use crate::evidence::{Evidence, Source};

use super::capabilities::{self, CapSet};
use super::identity::StartUser;
use super::platform::Runtime;
use super::scope::Scope;
use super::{Effective, Gap};

/// Capabilities of a container's first process and of what it may become.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// The most that any process of the container can ever hold.
    pub bounding: CapSet,
    /// In the bounding set on some runtimes and not on others, where the runtime is not known.
    pub uncertain: CapSet,
    /// What the first process holds; `None` while its user is not known.
    pub effective: Option<CapSet>,
    /// What a process of any user can get back by running a setuid-root program.
    pub regainable: CapSet,
    /// What the runtime grants by default and nobody dropped; in privileged mode, everything.
    pub kept: CapSet,
    /// The same on some runtimes and not on others, where the runtime is not known.
    pub kept_uncertain: CapSet,
}

/// Nearly everything that the host's root may do.
pub(super) fn privileged(scope: &Scope) -> Effective<bool> {
    flag(scope, "privileged", scope.container.security_context.privileged, false)
}

/// Whether a Windows container runs on the node itself; the container's value wins.
pub(super) fn host_process(scope: &Scope) -> Effective<bool> {
    let own = scope.container.security_context.windows_options.as_ref();
    let pod = scope.pod.spec.security_context.windows_options.as_ref();
    let field = "windowsOptions.hostProcess";
    let declared = scope.inherited(
        field,
        own.and_then(|w| w.host_process.as_ref()),
        pod.and_then(|w| w.host_process.as_ref()),
        bool::to_string,
    );
    declared.unwrap_or_else(|| Effective::known(false, scope.unset(field)))
}

/// Whether `no_new_privs` is set: only an explicit `allowPrivilegeEscalation: false` does.
pub(super) fn no_new_privs(scope: &Scope) -> Effective<bool> {
    let field = scope.container.security_context.allow_privilege_escalation;
    flag(scope, "allowPrivilegeEscalation", field, true).map(|allowed| !allowed)
}

/// Whether the image's file system is mounted read-only.
pub(super) fn read_only_root(scope: &Scope) -> Effective<bool> {
    let field = scope.container.security_context.read_only_root_filesystem;
    flag(scope, "readOnlyRootFilesystem", field, false)
}

/// A field that only containers have.
fn flag(scope: &Scope, field: &str, value: Option<bool>, default: bool) -> Effective<bool> {
    let path = scope.path("securityContext").field(field);
    match value {
        Some(value) => Effective::known(value, [Evidence::field(path, value)]),
        None => Effective::known(default, [Evidence::new(Source::Default, path, default)]),
    }
}

/// The capability sets, by the algorithm of the runtime; without a known runtime, what all of
/// them agree on.
pub(super) fn capabilities(
    scope: &Scope,
    runtime: &Effective<Runtime>,
    privileged: &Effective<bool>,
    no_new_privs: &Effective<bool>,
    user: &Effective<StartUser>,
) -> Effective<Capabilities> {
    let uid_zero = user.get().map(StartUser::is_root);
    if privileged.is(|p| *p) {
        // CRI-O also puts them into the ambient set, which other users keep.
        let ambient = runtime.is(|r| *r == Runtime::CriO);
        let sets = Capabilities {
            bounding: CapSet::ALL,
            uncertain: CapSet::NONE,
            effective: if ambient { Some(CapSet::ALL) } else { uid_zero.map(held(CapSet::ALL)) },
            regainable: CapSet::ALL,
            kept: CapSet::ALL,
            kept_uncertain: CapSet::NONE,
        };
        return Effective::known(sets, privileged.decided_by.clone());
    }
    let context = scope.container.security_context.capabilities.clone().unwrap_or_default();
    let candidates = match runtime.get() {
        Some(one) => std::slice::from_ref(one),
        None => &Runtime::ALL,
    };
    let (bounding, uncertain) = agreed(candidates, &context.add, &context.drop);
    let (kept, kept_uncertain) = agreed(candidates, &[], &context.drop);
    let sets = Capabilities {
        bounding,
        uncertain,
        effective: uid_zero.map(held(bounding)),
        regainable: if no_new_privs.is(|set| *set) { CapSet::NONE } else { bounding },
        kept,
        kept_uncertain,
    };
    Effective::known(sets, evidence(scope, &context, runtime, kept.union(kept_uncertain)))
}

/// What all of these runtimes grant, and what only some of them do.
fn agreed(runtimes: &[Runtime], add: &[String], drop: &[String]) -> (CapSet, CapSet) {
    let each = runtimes.iter().map(|runtime| capabilities::bounding(runtime, add, drop));
    let all = each.clone().fold(CapSet::ALL, CapSet::intersection);
    let any = each.fold(CapSet::NONE, CapSet::union);
    (all, any.minus(all))
}

/// Root holds the set from the start; any other user starts with nothing.
fn held(set: CapSet) -> impl Fn(bool) -> CapSet {
    move |root| if root { set } else { CapSet::NONE }
}

fn evidence(
    scope: &Scope,
    context: &crate::inventory::Capabilities,
    runtime: &Effective<Runtime>,
    from_defaults: CapSet,
) -> Vec<Evidence> {
    let path = scope.path("securityContext.capabilities");
    let mut evidence = Vec::new();
    for (field, list) in [("add", &context.add), ("drop", &context.drop)] {
        if !list.is_empty() {
            evidence.push(Evidence::field(path.field(field), format!("[{}]", list.join(", "))));
        }
    }
    if context.drop.is_empty() {
        evidence.push(Evidence::unset(path.field("drop")));
    }
    if !from_defaults.is_empty() {
        let name = runtime.get().map_or("container runtime", Runtime::as_str);
        let value = format!("{from_defaults} ({name} default)");
        evidence.push(Evidence::new(Source::RuntimeDefault, path, value));
    }
    evidence.extend(runtime.decided_by.iter().cloned());
    evidence
}

/// The seccomp profile: container, pod, then the kubelet's `seccompDefault`, which the API does
/// not show. Privileged containers are never confined.
pub(super) fn seccomp(scope: &Scope, privileged: &Effective<bool>) -> Effective<String> {
    let declared = scope.inherited(
        "seccompProfile.type",
        scope.container.security_context.seccomp_profile.as_ref().map(|p| &p.r#type),
        scope.pod.spec.security_context.seccomp_profile.as_ref().map(|p| &p.r#type),
        String::clone,
    );
    if privileged.is(|p| *p) {
        let losers = declared.into_iter().flat_map(|d| d.decided_by.into_iter().chain(d.overruled));
        return Effective::known("Unconfined".to_owned(), privileged.decided_by.clone())
            .over(losers);
    }
    declared.unwrap_or_else(|| {
        Effective::unknown(
            Gap::new(
                "the kubelet's seccompDefault decides between RuntimeDefault and Unconfined, and \
                 the API does not show it",
                "set seccompProfile.type: RuntimeDefault on the pod",
            ),
            scope.unset("seccompProfile"),
        )
    })
}
