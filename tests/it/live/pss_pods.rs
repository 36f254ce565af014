//! Pods of many kinds, each accepted by the API server's validation, for Pod Security admission to
//! judge. `annotations` go to the metadata; the rest is the spec.

/// Name and spec, as YAML.
pub(super) const PODS: &[(&str, &str)] = &[
    ("plain", "{containers: [{name: a, image: a}]}"),
    (
        "host-network",
        "{hostNetwork: true, containers: [{name: a, image: a, ports: [{containerPort: 80}]}]}",
    ),
    ("host-pid", "{hostPID: true, containers: [{name: a, image: a}]}"),
    ("host-ipc", "{hostIPC: true, containers: [{name: a, image: a}]}"),
    (
        "host-port",
        "{containers: [{name: a, image: a, ports: [{containerPort: 80, hostPort: 8080}]}]}",
    ),
    (
        "host-path",
        "{containers: [{name: a, image: a}], volumes: [{name: v, hostPath: {path: /etc}}]}",
    ),
    ("privileged", "{containers: [{name: a, image: a, securityContext: {privileged: true}}]}"),
    (
        "privileged-init",
        "{initContainers: [{name: i, image: a, securityContext: {privileged: true}}], containers: [{name: a, image: a}]}",
    ),
    (
        "adds-net-admin",
        "{containers: [{name: a, image: a, securityContext: {capabilities: {add: [NET_ADMIN]}}}]}",
    ),
    (
        "adds-net-raw",
        "{containers: [{name: a, image: a, securityContext: {capabilities: {add: [NET_RAW]}}}]}",
    ),
    (
        "adds-chown",
        "{containers: [{name: a, image: a, securityContext: {capabilities: {add: [CHOWN]}}}]}",
    ),
    (
        "adds-cap-prefix",
        "{containers: [{name: a, image: a, securityContext: {capabilities: {add: [CAP_CHOWN]}}}]}",
    ),
    (
        "adds-all",
        "{containers: [{name: a, image: a, securityContext: {capabilities: {add: [ALL]}}}]}",
    ),
    (
        "seccomp-unconfined",
        "{securityContext: {seccompProfile: {type: Unconfined}}, containers: [{name: a, image: a}]}",
    ),
    (
        "seccomp-container-unconfined",
        "{containers: [{name: a, image: a, securityContext: {seccompProfile: {type: Unconfined}}}]}",
    ),
    (
        "apparmor-unconfined",
        "{securityContext: {appArmorProfile: {type: Unconfined}}, containers: [{name: a, image: a}]}",
    ),
    (
        "apparmor-annotation",
        "{annotations: {container.apparmor.security.beta.kubernetes.io/a: unconfined}, containers: [{name: a, image: a}]}",
    ),
    (
        "apparmor-localhost",
        "{annotations: {container.apparmor.security.beta.kubernetes.io/a: localhost/x}, containers: [{name: a, image: a}]}",
    ),
    (
        "selinux-type",
        "{securityContext: {seLinuxOptions: {type: spc_t}}, containers: [{name: a, image: a}]}",
    ),
    (
        "selinux-user",
        "{securityContext: {seLinuxOptions: {user: u}}, containers: [{name: a, image: a}]}",
    ),
    (
        "selinux-container",
        "{securityContext: {seLinuxOptions: {type: container_t, level: 's0:c1'}}, containers: [{name: a, image: a}]}",
    ),
    (
        "sysctl-safe",
        "{securityContext: {sysctls: [{name: net.ipv4.tcp_syncookies, value: '1'}]}, containers: [{name: a, image: a}]}",
    ),
    (
        "sysctl-unsafe",
        "{securityContext: {sysctls: [{name: kernel.msgmax, value: '1'}]}, containers: [{name: a, image: a}]}",
    ),
    (
        "probe-host",
        "{containers: [{name: a, image: a, livenessProbe: {httpGet: {host: other.example, port: 80, path: /}}}]}",
    ),
    (
        "lifecycle-host",
        "{containers: [{name: a, image: a, lifecycle: {preStop: {httpGet: {host: other.example, port: 80, path: /}}}}]}",
    ),
    (
        "proc-mount-in-user-namespace",
        "{hostUsers: false, containers: [{name: a, image: a, securityContext: {procMount: Unmasked}}]}",
    ),
    (
        "windows-host-process",
        "{os: {name: windows}, hostNetwork: true, securityContext: {windowsOptions: {hostProcess: true, runAsUserName: 'NT AUTHORITY\\SYSTEM'}}, containers: [{name: a, image: a}]}",
    ),
    ("runs-as-root", "{securityContext: {runAsUser: 0}, containers: [{name: a, image: a}]}"),
    (
        "volume-nfs",
        "{containers: [{name: a, image: a}], volumes: [{name: v, nfs: {server: s, path: /}}]}",
    ),
    (
        "no-escalation-only",
        "{containers: [{name: a, image: a, securityContext: {allowPrivilegeEscalation: false}}]}",
    ),
    (
        "drops-all-only",
        "{containers: [{name: a, image: a, securityContext: {capabilities: {drop: [ALL]}}}]}",
    ),
    (
        "drops-all-in-lower-case",
        "{securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}, containers: [{name: a, image: a, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [all]}}}]}",
    ),
    (
        "restricted",
        "{securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}, containers: [{name: a, image: a, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}]}",
    ),
    (
        "restricted-by-container",
        "{containers: [{name: a, image: a, securityContext: {runAsNonRoot: true, seccompProfile: {type: Localhost, localhostProfile: x.json}, allowPrivilegeEscalation: false, capabilities: {drop: [ALL], add: [NET_BIND_SERVICE]}}}]}",
    ),
    (
        "restricted-with-uid",
        "{securityContext: {runAsNonRoot: true, runAsUser: 1000, seccompProfile: {type: RuntimeDefault}}, containers: [{name: a, image: a, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}]}",
    ),
    (
        "restricted-with-root-overridden",
        "{securityContext: {runAsUser: 0, seccompProfile: {type: RuntimeDefault}}, containers: [{name: a, image: a, securityContext: {runAsNonRoot: true, runAsUser: 7, allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}]}",
    ),
    (
        "restricted-but-init",
        "{securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}, initContainers: [{name: i, image: a}], containers: [{name: a, image: a, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}]}",
    ),
    (
        "restricted-with-volumes",
        "{securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}, containers: [{name: a, image: a, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}], volumes: [{name: e, emptyDir: {}}, {name: s, secret: {secretName: s}}, {name: c, configMap: {name: c}}]}",
    ),
    (
        "restricted-but-nfs",
        "{securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}, containers: [{name: a, image: a, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}], volumes: [{name: v, nfs: {server: s, path: /}}]}",
    ),
    (
        "restricted-in-user-namespace",
        "{hostUsers: false, securityContext: {seccompProfile: {type: RuntimeDefault}}, containers: [{name: a, image: a, securityContext: {runAsUser: 0, allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}]}",
    ),
    (
        "restricted-windows",
        "{os: {name: windows}, securityContext: {runAsNonRoot: true}, containers: [{name: a, image: a}]}",
    ),
    ("windows-without-non-root", "{os: {name: windows}, containers: [{name: a, image: a}]}"),
    ("without-token", "{automountServiceAccountToken: false, containers: [{name: a, image: a}]}"),
    (
        "host-network-with-host-path",
        "{hostNetwork: true, containers: [{name: a, image: a, securityContext: {privileged: true}}], volumes: [{name: v, hostPath: {path: /}}]}",
    ),
    (
        "mirror-of-a-static-pod",
        "{annotations: {kubernetes.io/config.mirror: '0'}, nodeName: node-containerd, hostPID: true, containers: [{name: a, image: a}]}",
    ),
];
