//! Whom containers run as: precedence, the kubelet's refusals and its observations.

use super::{Case, Later, case, fail, not_applicable, pass, unknown};

const OVERRIDDEN: &str = "
securityContext: {runAsNonRoot: true}
containers:
- {name: app, image: app, securityContext: {runAsNonRoot: false, runAsUser: 0}}
- {name: inherits, image: app}
";

const POD_ROOT: &str = "
securityContext: {runAsUser: 0}
initContainers:
- {name: prepare, image: app}
- {name: proxy, image: app, restartPolicy: Always, securityContext: {runAsUser: 2000}}
containers:
- {name: app, image: app, securityContext: {runAsUser: 1000}}
";

const REFUSED: &str = "
securityContext: {runAsNonRoot: true}
containers: [{name: app, image: app, securityContext: {runAsUser: 0}}]
";

/// Both fields are there, and empty.
const NOTHING_SET: &str = "
securityContext: {}
containers: [{name: app, image: app, securityContext: {}}]
";

const NOT_ROOT: &str = "
securityContext: {runAsUser: 1000}
containers: [{name: app, image: app}]
";

const OWN_USER_NAMESPACE: &str = "
hostUsers: false
containers: [{name: app, image: app, securityContext: {runAsUser: 0}}]
";

const WINDOWS: &str = "
os: {name: windows}
securityContext: {windowsOptions: {runAsUserName: ContainerUser}}
containers:
- {name: app, image: app, securityContext: {windowsOptions: {runAsUserName: containeradministrator}}}
- {name: user, image: app}
";

/// Windows' word for privileged.
const HOST_PROCESS: &str = "
os: {name: windows}
hostNetwork: true
securityContext: {windowsOptions: {hostProcess: true, runAsUserName: 'NT AUTHORITY\\SYSTEM'}}
containers: [{name: app, image: app}]
";

const TWO_SILENT: &str = "
containers:
- {name: root, image: app}
- {name: other, image: app}
- {name: not-started, image: app}
";

const OBSERVED: &str = "
phase: Running
containerStatuses:
- name: root
  image: app
  imageID: ''
  ready: true
  restartCount: 0
  state: {running: {}}
  user: {linux: {uid: 0, gid: 0}}
- name: other
  image: app
  imageID: ''
  ready: true
  restartCount: 0
  state: {running: {}}
  user: {linux: {uid: 1000, gid: 0}}
";

/// The kubelet reports what it saw, whatever the fields say.
const OBSERVED_OTHERWISE: &str = "
phase: Running
containerStatuses:
- name: app
  image: app
  imageID: ''
  ready: true
  restartCount: 0
  state: {running: {}}
  user: {linux: {uid: 0, gid: 0}}
";

const DEBUGGER: &str = "
- {name: debugger, image: debug, securityContext: {runAsUser: 0}}
";

const ROOT: &str = "runs-as-root";
const NO_CONTEXT: &str = "no-security-context";

pub(super) const CASES: &[Case] = &[
    case(
        "user-overridden",
        OVERRIDDEN,
        &[fail(ROOT, "app", "medium"), pass(ROOT, "inherits"), pass(NO_CONTEXT, "inherits")],
    ),
    case(
        "user-of-pod",
        POD_ROOT,
        &[fail(ROOT, "prepare", "medium"), pass(ROOT, "proxy"), pass(ROOT, "app")],
    ),
    case("user-refused", REFUSED, &[pass(ROOT, "app")]),
    case("user-unknown", NOTHING_SET, &[unknown(ROOT, "app"), fail(NO_CONTEXT, "app", "medium")]),
    Case {
        later: &[Later::Ephemeral(DEBUGGER)],
        ..case("user-ephemeral", NOT_ROOT, &[pass(ROOT, "app"), fail(ROOT, "debugger", "medium")])
    },
    case("user-own-namespace", OWN_USER_NAMESPACE, &[fail(ROOT, "app", "low")]),
    case(
        "user-windows",
        WINDOWS,
        &[
            fail(ROOT, "app", "medium"),
            pass(ROOT, "user"),
            pass("privileged", "app"),
            not_applicable("privilege-escalation", "app"),
            not_applicable("capabilities-not-dropped", "app"),
            not_applicable("dangerous-capabilities", "app"),
            not_applicable("seccomp-not-set", "app"),
            not_applicable("writable-root-filesystem", "app"),
        ],
    ),
    case("windows-host-process", HOST_PROCESS, &[fail("privileged", "app", "critical")]),
    Case {
        later: &[Later::Status(OBSERVED)],
        ..case(
            "user-observed",
            TWO_SILENT,
            &[fail(ROOT, "root", "medium"), pass(ROOT, "other"), unknown(ROOT, "not-started")],
        )
    },
    Case {
        later: &[Later::Status(OBSERVED_OTHERWISE)],
        ..case("user-observed-otherwise", NOT_ROOT, &[fail(ROOT, "app", "medium")])
    },
];
