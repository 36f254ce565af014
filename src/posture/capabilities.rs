//! Which Linux capabilities a container holds, and which it can regain: each runtime's own
//! algorithm, quirks included.
//!
//! Sources: containerd `internal/cri/opts` (`WithCapabilities`), CRI-O
//! `internal/factory/container` (`SetupCapabilities`), Docker `oci/caps` (`TweakCapabilities`),
//! capabilities(7).

use std::fmt;

use super::platform::Runtime;

/// All capabilities, by their number in the kernel's ABI (`include/uapi/linux/capability.h`).
const NAMES: [&str; 41] = [
    "CHOWN",
    "DAC_OVERRIDE",
    "DAC_READ_SEARCH",
    "FOWNER",
    "FSETID",
    "KILL",
    "SETGID",
    "SETUID",
    "SETPCAP",
    "LINUX_IMMUTABLE",
    "NET_BIND_SERVICE",
    "NET_BROADCAST",
    "NET_ADMIN",
    "NET_RAW",
    "IPC_LOCK",
    "IPC_OWNER",
    "SYS_MODULE",
    "SYS_RAWIO",
    "SYS_CHROOT",
    "SYS_PTRACE",
    "SYS_PACCT",
    "SYS_ADMIN",
    "SYS_BOOT",
    "SYS_NICE",
    "SYS_RESOURCE",
    "SYS_TIME",
    "SYS_TTY_CONFIG",
    "MKNOD",
    "LEASE",
    "AUDIT_WRITE",
    "AUDIT_CONTROL",
    "SETFCAP",
    "MAC_OVERRIDE",
    "MAC_ADMIN",
    "SYSLOG",
    "WAKE_ALARM",
    "BLOCK_SUSPEND",
    "AUDIT_READ",
    "PERFMON",
    "BPF",
    "CHECKPOINT_RESTORE",
];

/// A set of Linux capabilities.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CapSet(u64);

impl CapSet {
    /// No capability.
    pub const NONE: Self = Self(0);
    /// Every capability.
    pub const ALL: Self = Self((1 << NAMES.len()) - 1);

    /// The set of these names, without prefix; unknown names are skipped.
    #[must_use]
    pub fn of(names: &[&str]) -> Self {
        names.iter().fold(Self::NONE, |set, name| set.union(Self::one(name)))
    }

    /// The capability of that exact name, or none.
    fn one(name: &str) -> Self {
        NAMES.iter().position(|known| *known == name).map_or(Self::NONE, |bit| Self(1 << bit))
    }

    /// Capabilities in either set.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Capabilities in both sets.
    #[must_use]
    pub fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Capabilities in this set and not in the other.
    #[must_use]
    pub fn minus(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether the set is empty.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The names, without prefix, in alphabetical order.
    #[must_use]
    pub fn names(self) -> Vec<&'static str> {
        let mut names: Vec<_> =
            (0..NAMES.len()).filter(|bit| self.0 & (1 << bit) != 0).map(|bit| NAMES[bit]).collect();
        names.sort_unstable();
        names
    }
}

impl fmt::Display for CapSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::NONE => f.write_str("none"),
            Self::ALL => f.write_str("ALL"),
            set => f.write_str(&set.names().join(", ")),
        }
    }
}

/// What containerd and Docker give a container that asks for nothing.
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

/// What CRI-O gives a container that asks for nothing.
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
        Runtime::Containerd | Runtime::CriDockerd => CapSet::of(&DOCKER_DEFAULTS),
        Runtime::CriO => CapSet::of(&CRIO_DEFAULTS),
    }
}

/// The bounding set that this runtime gives an unprivileged container.
#[must_use]
pub(super) fn bounding(runtime: &Runtime, add: &[String], drop: &[String]) -> CapSet {
    let all = |list: &[String]| list.iter().any(|c| c.eq_ignore_ascii_case("ALL"));
    // containerd prepends CAP_ to whatever stands there: a prefixed name becomes one that the
    // kernel does not know, and has no effect.
    let verbatim = |list: &[String]| {
        list.iter().fold(CapSet::NONE, |set, c| set.union(CapSet::one(&c.to_ascii_uppercase())))
    };
    let normalised = |list: &[String]| {
        list.iter().fold(CapSet::NONE, |set, c| {
            let upper = c.to_ascii_uppercase();
            set.union(CapSet::one(upper.strip_prefix("CAP_").unwrap_or(&upper)))
        })
    };
    let defaults = defaults(runtime);
    match runtime {
        Runtime::Containerd => {
            let base = if all(add) { CapSet::ALL } else { defaults };
            let base = if all(drop) { CapSet::NONE } else { base };
            base.union(verbatim(add)).minus(verbatim(drop))
        }
        Runtime::CriO => {
            let base = match (all(add), all(drop)) {
                (_, true) => CapSet::NONE,
                (true, false) => CapSet::ALL,
                (false, false) => defaults,
            };
            base.union(normalised(add)).minus(normalised(drop))
        }
        Runtime::CriDockerd => {
            if all(add) {
                CapSet::ALL.minus(normalised(drop))
            } else if all(drop) {
                normalised(add)
            } else {
                defaults.union(normalised(add)).minus(normalised(drop))
            }
        }
    }
}
