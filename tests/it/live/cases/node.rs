//! What containers have of their node: namespaces, paths, ports.

use super::{Case, case, fail, not_applicable, pass};

/// The API server copies each port of such a pod to `hostPort`.
const NAMESPACES: &str = "
hostNetwork: true
hostPID: true
hostIPC: true
containers: [{name: app, image: app, ports: [{containerPort: 80}]}]
";

const OWN_NAMESPACES: &str = "
hostNetwork: false
containers: [{name: app, image: app}]
";

const PATHS: &str = "
containers:
- name: everything
  image: app
  volumeMounts: [{name: root, mountPath: /host}]
- name: settings
  image: app
  volumeMounts: [{name: root, mountPath: /host, subPath: etc, readOnly: true}]
- name: logs
  image: app
  volumeMounts: [{name: logs, mountPath: /logs}]
- name: reader
  image: app
  volumeMounts: [{name: logs, mountPath: /logs, readOnly: true}]
- name: docker
  image: app
  volumeMounts: [{name: socket, mountPath: /docker.sock, readOnly: true}]
- name: none
  image: app
volumes:
- {name: root, hostPath: {path: /}}
- {name: logs, hostPath: {path: /var/log}}
- {name: socket, hostPath: {path: /var/run/docker.sock}}
";

const PORTS: &str = "
containers:
- {name: app, image: app, ports: [{containerPort: 80}, {containerPort: 81, hostPort: 8081, protocol: UDP}]}
- {name: other, image: app, ports: [{containerPort: 82}]}
";

const NODE_NAMESPACES: &str = "host-namespaces";
const PATH: &str = "host-path";
const PORT: &str = "host-ports";

pub(super) const CASES: &[Case] = &[
    case(
        "host-namespaces",
        NAMESPACES,
        &[fail(NODE_NAMESPACES, "", "high"), not_applicable(PORT, "app")],
    ),
    case("own-namespaces", OWN_NAMESPACES, &[pass(NODE_NAMESPACES, "")]),
    case(
        "host-paths",
        PATHS,
        &[
            fail(PATH, "everything", "critical"),
            fail(PATH, "settings", "high"),
            fail(PATH, "logs", "high"),
            fail(PATH, "reader", "medium"),
            fail(PATH, "docker", "critical"),
            pass(PATH, "none"),
        ],
    ),
    case("host-ports", PORTS, &[fail(PORT, "app", "medium"), pass(PORT, "other")]),
];
