//! How images are named, and what the runtime reports of them.

use super::{Case, Later, case, fail, pass};

const REFERENCES: &str = "
initContainers:
- {name: prepare, image: 'tools:1'}
containers:
- {name: digest, image: 'app@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'}
- {name: both, image: 'app:1@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'}
- {name: tag, image: 'app:1.2.3'}
- {name: port-is-no-tag, image: 'registry.local:5000/app'}
- {name: nothing, image: app}
- {name: invalid, image: 'app@sha256:0123'}
";

/// A digest that runs does not pin what runs next.
const TAGGED: &str = "
containers: [{name: app, image: 'app:1'}]
";

const RUNNING: &str = "
phase: Running
containerStatuses:
- name: app
  image: app:1
  imageID: registry.local/app@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
  containerID: containerd://2f1e
  ready: true
  restartCount: 0
  state: {running: {}}
";

const DEBUGGER: &str = "
- {name: debugger, image: debug}
";

const PINNED: &str = "image-not-pinned";

pub(super) const CASES: &[Case] = &[
    case(
        "image-references",
        REFERENCES,
        &[
            fail(PINNED, "prepare", "medium"),
            pass(PINNED, "digest"),
            pass(PINNED, "both"),
            fail(PINNED, "tag", "medium"),
            fail(PINNED, "port-is-no-tag", "medium"),
            fail(PINNED, "nothing", "medium"),
            fail(PINNED, "invalid", "medium"),
        ],
    ),
    Case {
        later: &[Later::Status(RUNNING), Later::Ephemeral(DEBUGGER)],
        ..case(
            "image-running",
            TAGGED,
            &[fail(PINNED, "app", "medium"), fail(PINNED, "debugger", "medium")],
        )
    },
];
