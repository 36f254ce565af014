//! What a container's processes may do on the node: privileged mode, capabilities,
//! `no_new_privs`, seccomp, root file system.
//!
//! Sources: `pkg/securitycontext/util.go`, `pkg/kubelet/kuberuntime/security_context.go`,
//! capabilities(7).

use crate::evidence::{Evidence, EvidenceSource};

use super::capabilities::CapSet;
use super::grant::{self, Refusal, Request};
use super::identity::StartUser;
use super::platform::Runtime;
use super::scope::ContainerScope;
use super::{Effective, Gap};

/// Capabilities of a container's first process and of what it may become.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CapabilitySets {
    /// The most that any process of the container can ever hold.
    pub bounding: CapSet,
    /// In the bounding set on some runtimes and not on others, where the runtime is not known.
    pub uncertain: CapSet,
    /// What the first process holds; `None` while its user, or the runtime of a privileged
    /// container, is not known.
    pub effective: Option<CapSet>,
    /// What a process of any user can get back by running a setuid-root program.
    pub regainable: CapSet,
    /// What the runtime grants by default and nobody dropped; in privileged mode, everything.
    pub undropped: CapSet,
    /// Granted by default and not dropped on some runtimes and not on others, where the runtime is
    /// not known.
    pub undropped_uncertain: CapSet,
    /// Runtimes, of those that may run it, that refuse to create the container; the sets hold for
    /// the others, and are empty if there is none. Empty once the container was created.
    pub refused: Vec<Refusal>,
}

/// Nearly everything that the host's root may do.
pub(super) fn privileged(scope: &ContainerScope) -> Effective<bool> {
    flag(scope, "securityContext.privileged", scope.container.security_context.privileged, false)
}

/// Whether a Windows container runs on the node itself; the container's value wins.
pub(super) fn host_process(scope: &ContainerScope) -> Effective<bool> {
    let own = scope.container.security_context.windows_options.as_ref();
    let pod = scope.pod.spec.security_context.windows_options.as_ref();
    let field = "securityContext.windowsOptions.hostProcess";
    let declared = scope.inherited(
        field,
        own.and_then(|w| w.host_process.as_ref()),
        pod.and_then(|w| w.host_process.as_ref()),
        |on| *on,
    );
    let mut on_host = declared.unwrap_or_else(|| Effective::known(false, scope.unset(field)));
    if on_host.is(|on_host| *on_host) {
        // `validateWindowsHostProcessPod`: without it, the API server refuses the pod.
        let network = scope.pod.spec.host_network;
        on_host.decided_by.push(Evidence::field(scope.pod_path("hostNetwork"), network));
    }
    on_host
}

/// Whether `no_new_privs` is set: only an explicit `allowPrivilegeEscalation: false` does.
pub(super) fn no_new_privs(scope: &ContainerScope) -> Effective<bool> {
    let field = scope.container.security_context.allow_privilege_escalation;
    flag(scope, "securityContext.allowPrivilegeEscalation", field, true).map(|allowed| !allowed)
}

/// Whether the image's file system is mounted read-only.
pub(super) fn read_only_root(scope: &ContainerScope) -> Effective<bool> {
    let field = scope.container.security_context.read_only_root_filesystem;
    flag(scope, "securityContext.readOnlyRootFilesystem", field, false)
}

/// A field that only containers have.
fn flag(
    scope: &ContainerScope,
    field: &'static str,
    value: Option<bool>,
    default: bool,
) -> Effective<bool> {
    let path = scope.path(field);
    match value {
        Some(value) => Effective::known(value, [Evidence::field(path, value)]),
        None => Effective::known(default, [Evidence::new(EvidenceSource::Default, path, default)]),
    }
}

/// The capability sets, by the algorithm of the runtime; without a known runtime, what all of
/// them agree on.
pub(super) fn capabilities(
    scope: &ContainerScope,
    runtime: &Effective<Runtime>,
    privileged: &Effective<bool>,
    no_new_privs: &Effective<bool>,
    user: &Effective<StartUser>,
) -> Effective<CapabilitySets> {
    let mut context = scope.container.security_context.capabilities.clone().unwrap_or_default();
    let fields = requested(scope, &context);
    if scope.status().is_some_and(|status| !status.container_id.is_empty()) {
        // The runtime did create it, so what looks unknown here is known there, or ignored.
        context.add.retain(|name| grant::is_known(name));
        context.drop.retain(|name| grant::is_known(name));
    }
    let is_privileged = privileged.is(|p| *p);
    let candidates = match runtime.get() {
        Some(one) => std::slice::from_ref(one),
        None => &Runtime::ALL,
    };
    let ask = |add| {
        let request = Request { privileged: is_privileged, add, drop: &context.drop };
        candidates.iter().map(move |runtime| grant::bounding(runtime, request))
    };
    let refused: Vec<_> = ask(&context.add).filter_map(Result::err).collect();
    let (bounding, uncertain) = agreed(ask(&context.add));
    // Who refuses the request as a whole has no say in what is undropped either.
    let unasked =
        ask(&[]).zip(ask(&context.add)).map(|(undropped, granted)| granted.and(undropped));
    let (undropped, undropped_uncertain) = agreed(unasked);
    let sets = CapabilitySets {
        bounding,
        uncertain,
        effective: effective(bounding, uncertain, candidates, is_privileged, user),
        regainable: if !is_privileged && no_new_privs.is(|set| *set) {
            CapSet::NONE
        } else {
            bounding
        },
        undropped,
        undropped_uncertain,
        refused,
    };
    if is_privileged {
        let evidence = privileged.decided_by.clone();
        // Docker looks at the names all the same.
        return if sets.refused.is_empty() {
            Effective::known(sets, evidence).over(fields)
        } else {
            Effective::known(sets, evidence.into_iter().chain(fields))
        };
    }
    let evidence = evidence(scope, &context, fields, runtime, undropped.union(undropped_uncertain));
    Effective::known(sets, evidence)
}

/// What all of these grant, and what only some of them do. A runtime that refuses the container
/// has no say: wherever the container runs, it runs on another one.
fn agreed(outcomes: impl Iterator<Item = Result<CapSet, Refusal>> + Clone) -> (CapSet, CapSet) {
    let each = outcomes.flatten();
    let any = each.clone().fold(CapSet::NONE, CapSet::union);
    let all = each.fold(any, CapSet::intersection);
    (all, any.minus(all))
}

/// Root holds the bounding set from the start. Any other user starts with nothing, except in
/// privileged mode on CRI-O, which puts everything into the ambient set: users keep that one.
fn effective(
    bounding: CapSet,
    uncertain: CapSet,
    candidates: &[Runtime],
    privileged: bool,
    user: &Effective<StartUser>,
) -> Option<CapSet> {
    let mut ambient = candidates.iter().map(|runtime| privileged && *runtime == Runtime::CriO);
    let always = ambient.clone().all(|is_ambient| is_ambient);
    let sometimes = ambient.any(|is_ambient| is_ambient);
    match user.get().map(StartUser::is_root) {
        _ if bounding.union(uncertain).is_empty() => Some(CapSet::NONE),
        Some(true) => Some(bounding),
        _ if always => Some(bounding),
        Some(false) if !sometimes => Some(CapSet::NONE),
        Some(false) | None => None,
    }
}

const ADD: &str = "securityContext.capabilities.add";
const DROP: &str = "securityContext.capabilities.drop";

/// The two lists, as far as they are set.
fn requested(scope: &ContainerScope, context: &crate::inventory::Capabilities) -> Vec<Evidence> {
    let lists = [(ADD, &context.add), (DROP, &context.drop)].into_iter();
    lists
        .filter(|(_, list)| !list.is_empty())
        .map(|(field, list)| Evidence::field(scope.path(field), format!("[{}]", list.join(", "))))
        .collect()
}

fn evidence(
    scope: &ContainerScope,
    context: &crate::inventory::Capabilities,
    mut evidence: Vec<Evidence>,
    runtime: &Effective<Runtime>,
    from_defaults: CapSet,
) -> Vec<Evidence> {
    if context.drop.is_empty() {
        evidence.push(Evidence::unset(scope.path(DROP)));
    }
    if !from_defaults.is_empty() {
        let name = runtime.get().map_or("container runtime", Runtime::as_str);
        let value = format!("{from_defaults} ({name} default)");
        let path = scope.path("securityContext.capabilities");
        evidence.push(Evidence::new(EvidenceSource::RuntimeDefault, path, value));
    }
    evidence.extend(runtime.decided_by.iter().cloned());
    evidence
}

/// The seccomp profile: container, pod, then the kubelet's `seccompDefault`, which the API does
/// not show. Privileged containers are never confined.
pub(super) fn seccomp(scope: &ContainerScope, privileged: &Effective<bool>) -> Effective<String> {
    let declared = scope.inherited(
        "securityContext.seccompProfile.type",
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
            scope.unset("securityContext.seccompProfile"),
        )
    })
}

#[cfg(test)]
mod tests;
