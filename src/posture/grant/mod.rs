//! What each container runtime makes of `capabilities.add`, `capabilities.drop` and `privileged`,
//! quirks included: what it grants, or why it refuses to create the container.
//!
//! Sources, read at containerd v2.1.4 and v2.4.2, CRI-O v1.34.0, Docker v28.5.2, Moby v2.0.0-beta.24
//! and runc v1.3.3:
//! containerd `internal/cri/opts/spec_opts.go` (`WithCapabilities`), `pkg/oci/spec_opts.go`
//! (`WithPrivileged`) and runc `libcontainer/capabilities` (`capSlice`);
//! CRI-O `internal/factory/container/container.go` (`SpecSetupCapabilities`, `SpecSetPrivileges`),
//! `internal/config/capabilities` (`Default`) and runtime-tools `generate` (`SetupPrivileged`);
//! cri-dockerd `core/security_context.go` (`modifyHostConfig`) and Docker `oci/caps/utils.go`
//! (`NormalizeLegacyCapabilities`, `TweakCapabilities`), `daemon/container.go`
//! (`validateCapabilities`).

use super::capabilities::CapSet;
use super::platform::Runtime;

/// A runtime that refuses to create the container, because it does not know this capability.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The runtime.
    pub runtime: Runtime,
    /// The name as written.
    pub name: String,
}

/// `containerd` (`pkg/oci/spec.go`, `defaultUnixCaps`) and Docker (`oci/caps/defaults.go`).
const DOCKER_DEFAULTS: [&str; 14] = [
    "CHOWN",
    "DAC_OVERRIDE",
    "FSETID",
    "FOWNER",
    "MKNOD",
    "NET_RAW",
    "SETGID",
    "SETUID",
    "SETFCAP",
    "SETPCAP",
    "NET_BIND_SERVICE",
    "SYS_CHROOT",
    "KILL",
    "AUDIT_WRITE",
];

/// CRI-O (`internal/config/capabilities`, `Default`).
const CRIO_DEFAULTS: [&str; 9] = [
    "CHOWN",
    "DAC_OVERRIDE",
    "FSETID",
    "FOWNER",
    "SETGID",
    "SETUID",
    "SETPCAP",
    "NET_BIND_SERVICE",
    "KILL",
];

/// What this runtime gives a container that asks for nothing.
#[must_use]
pub(super) fn defaults(runtime: &Runtime) -> CapSet {
    match runtime {
        Runtime::Containerd | Runtime::CriDockerd => CapSet::from_names(&DOCKER_DEFAULTS),
        Runtime::CriO => CapSet::from_names(&CRIO_DEFAULTS),
    }
}

/// What a container's security context asks for, names as written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Request<'a> {
    pub(super) privileged: bool,
    pub(super) add: &'a [String],
    pub(super) drop: &'a [String],
}

/// The bounding set that this runtime gives the container. The daemon itself is taken to hold
/// every capability, and the kernel to know no more of them than [`CapSet::ALL`].
///
/// # Errors
/// The runtime does not know a name, and does not create the container.
pub(super) fn bounding(runtime: &Runtime, request: Request) -> Result<CapSet, Refusal> {
    let Request { privileged, add, drop } = request;
    match runtime {
        // CRI-O does not even look at the lists in privileged mode.
        Runtime::Containerd | Runtime::CriO if privileged => Ok(CapSet::ALL),
        // Nothing is looked up: an unknown name goes into the set, and runc ignores it there.
        Runtime::Containerd => {
            let base = if all(add) { CapSet::ALL } else { defaults(runtime) };
            let base = if all(drop) { CapSet::NONE } else { base };
            Ok(base.union(verbatim(add)).minus(verbatim(drop)))
        }
        Runtime::CriO => {
            let base = match (all(add), all(drop)) {
                (_, true) => CapSet::NONE,
                (true, false) => CapSet::ALL,
                (false, false) => defaults(runtime),
            };
            Ok(base.union(known(runtime, add)?).minus(known(runtime, drop)?))
        }
        Runtime::CriDockerd => {
            // The daemon validates both lists before it looks at the mode.
            let added = known(runtime, add)?;
            let dropped = known(runtime, drop)?;
            Ok(match (privileged, all(add), all(drop)) {
                (true, ..) => CapSet::ALL,
                (false, true, _) => CapSet::ALL.minus(dropped),
                (false, false, true) => added,
                // Drops first, then adds: a name in both lists is granted.
                (false, false, false) => defaults(runtime).minus(dropped).union(added),
            })
        }
    }
}

/// Whether some runtime would take this entry of `add` or `drop` for something it knows.
pub(super) fn is_known(name: &str) -> bool {
    is_all(name) || resolve(name).is_some()
}

fn all(list: &[String]) -> bool {
    list.iter().any(|name| is_all(name))
}

/// In any case, never prefixed.
fn is_all(name: &str) -> bool {
    name.eq_ignore_ascii_case("ALL")
}

/// containerd puts `CAP_` before whatever stands there: a name that has the prefix already becomes
/// one that nobody knows, and has no effect.
fn verbatim(list: &[String]) -> CapSet {
    list.iter().fold(CapSet::NONE, |set, name| set.union(CapSet::from_name(&upper(name))))
}

/// CRI-O and Docker take names with and without prefix, in any case, and no unknown one.
fn known(runtime: &Runtime, list: &[String]) -> Result<CapSet, Refusal> {
    let named = list.iter().filter(|name| !is_all(name));
    named.map(|name| resolve(name).ok_or(name)).try_fold(CapSet::NONE, |set, one| match one {
        Ok(one) => Ok(set.union(one)),
        Err(name) => Err(Refusal { runtime: runtime.clone(), name: name.clone() }),
    })
}

fn resolve(name: &str) -> Option<CapSet> {
    let upper = upper(name);
    let one = CapSet::from_name(upper.strip_prefix("CAP_").unwrap_or(&upper));
    (!one.is_empty()).then_some(one)
}

/// Go's `strings.ToUpper`, letter by letter: all three runtimes read `ſys_admin`, with a long s,
/// as `SYS_ADMIN`.
fn upper(name: &str) -> String {
    let letter = |c: char| {
        let mut upper = c.to_uppercase();
        // Go has no mapping to several letters.
        if upper.len() == 1 { upper.next().unwrap_or(c) } else { c }
    };
    name.chars().map(letter).collect()
}

#[cfg(test)]
mod tests;
