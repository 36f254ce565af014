//! Privileged mode, capabilities by runtime, `no_new_privs`, seccomp, root file system. The two
//! nodes of the lab run containerd and CRI-O; a pod without a node may land on either.

use super::{Case, Later, case, fail, pass, unknown};

const PRIVILEGED: &str = "
containers:
- {name: app, image: app, securityContext: {privileged: true}}
- {name: other, image: app}
";

const HARDENED: &str = "
securityContext: {seccompProfile: {type: RuntimeDefault}}
containers:
- name: app
  image: app
  securityContext:
    privileged: false
    allowPrivilegeEscalation: false
    readOnlyRootFilesystem: true
    capabilities: {drop: [ALL]}
- name: own-profile
  image: app
  securityContext: {seccompProfile: {type: Unconfined}}
- name: own-file
  image: app
  securityContext: {seccompProfile: {type: Localhost, localhostProfile: profile.json}}
";

const ADDED: &str = "
containers:
- {name: network, image: app, securityContext: {capabilities: {add: [NET_ADMIN]}}}
- {name: node, image: app, securityContext: {capabilities: {add: [SYS_ADMIN]}}}
- name: regained
  image: app
  securityContext: {runAsUser: 1000, capabilities: {drop: [ALL], add: [SYS_PTRACE]}}
- name: out-of-reach
  image: app
  securityContext:
    runAsUser: 1000
    allowPrivilegeEscalation: false
    capabilities: {drop: [ALL], add: [SYS_PTRACE]}
- {name: lower-case, image: app, securityContext: {capabilities: {drop: [all]}}}
- {name: harmless, image: app, securityContext: {capabilities: {drop: [ALL], add: [NET_BIND_SERVICE]}}}
";

const OWN_USER_NAMESPACE: &str = "
hostUsers: false
containers:
- {name: app, image: app, securityContext: {capabilities: {add: [SYS_ADMIN]}}}
";

/// containerd looks for `CAP_CAP_SYS_ADMIN` and finds nothing; CRI-O understands.
const PREFIXED: &str = "
containers:
- {name: app, image: app, securityContext: {capabilities: {add: [CAP_SYS_ADMIN]}}}
";
const PREFIXED_ON_CONTAINERD: &str = "
nodeName: node-containerd
containers:
- {name: app, image: app, securityContext: {capabilities: {add: [CAP_SYS_ADMIN]}}}
";
const PREFIXED_ON_CRIO: &str = "
nodeName: node-crio
containers:
- {name: app, image: app, securityContext: {capabilities: {add: [CAP_SYS_ADMIN]}}}
";

const STARTED_BY_CRIO: &str = "
phase: Running
containerStatuses:
- name: app
  image: app
  imageID: ''
  containerID: cri-o://2f1e
  ready: true
  restartCount: 0
  state: {running: {}}
";

/// All that CRI-O gives; containerd gives five more.
const CRIO_DEFAULTS_DROPPED: &str = "
containers:
- name: app
  image: app
  securityContext:
    capabilities:
      drop: [CHOWN, DAC_OVERRIDE, FSETID, FOWNER, SETGID, SETUID, SETPCAP, NET_BIND_SERVICE, KILL]
";

const PRIVILEGED_RULE: &str = "privileged";
const ESCALATION: &str = "privilege-escalation";
const DROPPED: &str = "capabilities-not-dropped";
const DANGEROUS: &str = "dangerous-capabilities";
const SECCOMP: &str = "seccomp-not-set";
const ROOT_FS: &str = "writable-root-filesystem";

pub(super) const CASES: &[Case] = &[
    case(
        "privileged",
        PRIVILEGED,
        &[
            fail(PRIVILEGED_RULE, "app", "critical"),
            fail(DANGEROUS, "app", "critical"),
            fail(DROPPED, "app", "medium"),
            fail(SECCOMP, "app", "medium"),
            fail(ESCALATION, "app", "medium"),
            pass(PRIVILEGED_RULE, "other"),
            pass(DANGEROUS, "other"),
            fail(DROPPED, "other", "medium"),
            fail(SECCOMP, "other", "low"),
            fail(ESCALATION, "other", "medium"),
            fail(ROOT_FS, "other", "low"),
        ],
    ),
    case(
        "hardened",
        HARDENED,
        &[
            pass(PRIVILEGED_RULE, "app"),
            pass(DANGEROUS, "app"),
            pass(DROPPED, "app"),
            pass(ESCALATION, "app"),
            pass(SECCOMP, "app"),
            pass(ROOT_FS, "app"),
            fail(SECCOMP, "own-profile", "medium"),
            pass(SECCOMP, "own-file"),
        ],
    ),
    case(
        "capabilities-added",
        ADDED,
        &[
            fail(DANGEROUS, "network", "high"),
            fail(DANGEROUS, "node", "critical"),
            fail(DANGEROUS, "regained", "critical"),
            fail(DANGEROUS, "out-of-reach", "low"),
            pass(DROPPED, "lower-case"),
            pass(DANGEROUS, "harmless"),
        ],
    ),
    case("capabilities-namespaced", OWN_USER_NAMESPACE, &[fail(DANGEROUS, "app", "low")]),
    case("capability-prefix", PREFIXED, &[unknown(DANGEROUS, "app")]),
    case("capability-prefix-containerd", PREFIXED_ON_CONTAINERD, &[pass(DANGEROUS, "app")]),
    case("capability-prefix-crio", PREFIXED_ON_CRIO, &[fail(DANGEROUS, "app", "critical")]),
    Case {
        later: &[Later::Status(STARTED_BY_CRIO)],
        ..case("capability-prefix-observed", PREFIXED, &[fail(DANGEROUS, "app", "critical")])
    },
    case("crio-defaults-dropped", CRIO_DEFAULTS_DROPPED, &[unknown(DROPPED, "app")]),
    Case {
        later: &[Later::Status(STARTED_BY_CRIO)],
        ..case("crio-defaults-dropped-seen", CRIO_DEFAULTS_DROPPED, &[pass(DROPPED, "app")])
    },
];
