//! What running pods lead to.

use super::{grant, me, steps_to};
use podaudit::inventory::Workload;
use podaudit::reach::PathSource;

const ADMIN: &str = "cluster-admin";

/// A pod of that name in a namespace, with this in its spec; its container is root.
fn pod(namespace: &str, name: &str, spec: &str, container: &str) -> String {
    format!(
        "\n---\n{{apiVersion: v1, kind: Pod, metadata: {{name: {name}, namespace: {namespace}, uid: \
         u-{name}}}, spec: {{nodeName: n1, {spec} containers: [{{name: c, image: i, {container}}}]}}, \
         status: {{containerStatuses: [{{name: c, containerID: 'containerd://1', user: {{linux: \
         {{uid: 0, gid: 0}}}}}}]}}}}\n"
    )
}

const TOKEN: &str =
    "volumes: [{name: t, projected: {sources: [{serviceAccountToken: {path: t}}]}}],";
const MOUNT: &str = "volumeMounts: [{name: t, mountPath: /t}]";

fn boss(namespace: &str, name: &str, container: &str) -> String {
    let spec = format!("serviceAccountName: boss, {TOKEN}");
    pod(namespace, name, &spec, &format!("{MOUNT}, {container}"))
}

fn from(namespace: &str, name: &str) -> PathSource {
    let workload = Workload { namespace: namespace.into(), kind: "Pod".into(), name: name.into() };
    PathSource::Workload(workload, None)
}

pub(super) fn tokens_that_are_mounted() {
    assert_eq!(
        steps_to(&boss("base", "p", ""), &from("base", "p"), ADMIN, None),
        "token everything"
    );
    let none = pod("base", "p", "serviceAccountName: boss,", "");
    assert_eq!(steps_to(&none, &from("base", "p"), ADMIN, None), "none");
    // Whether the API server accepts that audience is not shown.
    let vault = boss("base", "p", "").replace("{path: t}", "{path: t, audience: vault}");
    assert_eq!(steps_to(&vault, &from("base", "p"), ADMIN, None), "token? everything");
}

pub(super) fn into_containers() {
    let running = boss("base", "p", "") + &boss("free", "q", "");
    for (namespace, rules, minor, want) in [
        (Some("base"), "create pods/exec", None, "exec token everything"),
        (Some("base"), "create pods/exec p", None, "exec token everything"),
        (Some("base"), "create pods/exec q", None, "none"),
        (Some("base"), "create pods/* p", None, "none"),
        (Some("base"), "create */exec", None, "exec token everything"),
        (Some("a"), "create pods/exec", None, "none"),
        (Some("base"), "get pods/exec", None, "exec? token everything"),
        (Some("base"), "get pods/exec", Some(34), "exec token everything"),
        (Some("base"), "get pods/exec", Some(35), "none"),
        (Some("base"), "get pods/exec p", Some(34), "exec token everything"),
        (Some("base"), "get pods/exec p", Some(35), "none"),
        (Some("base"), "get pods/exec q", Some(34), "none"),
        (Some("base"), "get pods/attach", Some(34), "attach? token everything"),
        (Some("base"), "get pods/portforward p", Some(35), "none"),
        (Some("base"), "create pods/attach", None, "attach? token everything"),
        (Some("base"), "create pods/portforward", None, "attach? token everything"),
        (Some("base"), "patch pods/ephemeralcontainers", None, "ephemeral everything"),
        (Some("base"), "patch pods/ephemeralcontainers p", None, "ephemeral everything"),
        (Some("base"), "create pods/ephemeralcontainers", None, "none"),
        (Some("base"), "patch pods", None, "pod-image token everything"),
        (Some("base"), "update pods p", None, "pod-image token everything"),
        (None, "get nodes/proxy", Some(37), "nodes-proxy token everything"),
        (None, "create nodes/proxy n1", None, "nodes-proxy node-pods everything"),
        (None, "create nodes/proxy n2", None, "none"),
        (Some("base"), "create nodes/proxy", None, "none"),
    ] {
        let got = steps_to(&(grant(namespace, "mine", &[rules]) + &running), &me(), ADMIN, minor);
        assert_eq!(got, want, "{namespace:?} {rules} {minor:?}");
    }
}

pub(super) fn what_a_namespace_enforces_holds_for_changes_too() {
    let wild = "securityContext: {privileged: true}";
    let rights = |namespace: &str, rule: &str| grant(Some(namespace), "mine", &[rule]);
    for (namespace, rule, want) in [
        ("free", "patch pods", "pod-image escape"),
        // It runs there since before the label, and no change to it is admitted.
        ("base", "patch pods", "none"),
        ("typo", "patch pods", "none"),
        ("plain", "patch pods", "pod-image? escape"),
        ("base", "create pods/exec", "exec escape"),
        ("free", "update pods/ephemeralcontainers", "ephemeral"),
        ("plain", "update pods/ephemeralcontainers", "ephemeral?"),
        ("base", "update pods/ephemeralcontainers", "none"),
    ] {
        let input = rights(namespace, rule) + &pod(namespace, "p", "", wild);
        assert_eq!(steps_to(&input, &me(), "node", None), want, "{namespace} {rule}");
    }
    let running = pod("base", "p", "", "").replace(
        "uid: u-p",
        "uid: u-p, ownerReferences: [{kind: StatefulSet, name: s, uid: x, controller: true}]",
    );
    let edit = rights("base", "patch apps:statefulsets s") + &running;
    assert_eq!(steps_to(&edit, &me(), ADMIN, None), "controller-edit everything");
    let other = rights("base", "patch apps:statefulsets z") + &running;
    assert_eq!(steps_to(&other, &me(), ADMIN, None), "controller-edit? everything");
}

pub(super) fn out_of_containers() {
    let host = |path: &str| format!("volumes: [{{name: h, hostPath: {{path: {path}}}}}],");
    let add = |name: &str| format!("securityContext: {{capabilities: {{add: [{name}]}}}}");
    let (rw, ro) = (
        "volumeMounts: [{name: h, mountPath: /h}]",
        "volumeMounts: [{name: h, mountPath: /h, readOnly: true}]",
    );
    let unconfined =
        "securityContext: {capabilities: {add: [SYS_PTRACE]}, appArmorProfile: {type: Unconfined}}";
    for (spec, container, want) in [
        ("", "securityContext: {privileged: true}", "escape"),
        ("runtimeClassName: kata,", "securityContext: {privileged: true}", "escape?"),
        ("hostUsers: false,", "securityContext: {privileged: true}", "escape?"),
        ("", add("SYS_MODULE").as_str(), "escape"),
        ("hostUsers: false,", &add("SYS_MODULE"), "none"),
        ("", &add("ALL"), "escape"),
        ("", &add("CAP_SYS_MODULE"), "none"),
        ("", &add("SYS_ADMIN"), "escape?"),
        ("", &add("DAC_READ_SEARCH"), "escape?"),
        ("", &add("NET_ADMIN"), "none"),
        ("", &add("SYS_PTRACE"), "none"),
        ("hostPID: true,", &add("SYS_PTRACE"), "escape?"),
        ("hostPID: true,", unconfined, "escape"),
        ("hostPID: true,", "", "none"),
        (&host("/"), rw, "escape"),
        (&host("/"), ro, "escape?"),
        (&host("/etc"), rw, "escape"),
        (&host("/root"), rw, "escape"),
        (&host("/var/lib/kubelet"), rw, "escape"),
        (&host("/etc/kubernetes/pki/etcd"), rw, "escape?"),
        (&host("/proc/sys/kernel"), rw, "escape"),
        (&host("/proc"), ro, "none"),
        (&host("/opt/cni/bin"), rw, "escape"),
        (&host("/opt/cni/bin"), ro, "none"),
        (&host("/lib"), rw, "escape"),
        (&host("/lib/modules"), ro, "none"),
        (&host("/etc/shadow"), ro, "escape?"),
        (&host("/run/k3s/containerd"), ro, "escape"),
        (&host("/var/run"), ro, "escape"),
        (&host("/var/runs"), ro, "none"),
        (&host("/var/run/docker.sock"), ro, "escape"),
        (&host("/run/containerd"), rw, "escape"),
        (&host("/srv/data"), rw, "none"),
        (&host("/etc/localtime"), rw, "none"),
        (&host("/etc"), "", "none"),
        (&(host("/etc") + "hostUsers: false,"), rw, "escape"),
        (&(host("/proc") + "hostUsers: false,"), rw, "none"),
    ] {
        let got = steps_to(&pod("a", "p", spec, container), &from("a", "p"), "node", None);
        assert_eq!(got, want, "{spec} {container}");
    }
    let user = pod("a", "p", &host("/etc"), rw).replace("uid: 0", "uid: 1000");
    assert_eq!(steps_to(&user, &from("a", "p"), "node", None), "escape?");
}

pub(super) fn from_node_to_node_only_by_what_is_there() {
    let wild = "securityContext: {privileged: true}";
    // A pod of the same workload on another node leads nowhere from here.
    let daemon = |name: &str, node: &str| {
        let pod = pod("a", name, "", wild).replace("nodeName: n1", &format!("nodeName: {node}"));
        let owner = "ownerReferences: [{kind: DaemonSet, name: d, uid: d, controller: true}]";
        pod.replace(&format!("uid: u-{name}"), &format!("uid: u-{name}, {owner}"))
    };
    let label = "\n---\n{apiVersion: v1, kind: Node, metadata: {name: n2, labels: {node-role.kubernetes.io/control-plane: ''}}}\n";
    let node = pod("a", "p", "", wild);
    let input = node.clone() + &daemon("d1", "n1") + &daemon("d2", "n2") + label;
    assert_eq!(steps_to(&input, &from("a", "p"), ADMIN, None), "none");
    let set = Workload { namespace: "a".into(), kind: "DaemonSet".into(), name: "d".into() };
    let set = PathSource::Workload(set, None);
    assert_eq!(steps_to(&input, &set, ADMIN, None), "escape control-plane");
    assert_eq!(steps_to(&input, &set, "control-plane-node", None), "escape");
    // A mirror of the API server's static pod shows the control plane too.
    let mirror = pod("a", "api", "", "")
        .replace("uid: u-api", "uid: m, annotations: {kubernetes.io/config.mirror: x}")
        .replace("name: c,", "name: kube-apiserver,");
    assert_eq!(
        steps_to(&(node.clone() + &mirror), &from("a", "p"), ADMIN, None),
        "escape control-plane"
    );
    let neighbour = boss("base", "b", "");
    assert_eq!(
        steps_to(&(node.clone() + &neighbour), &from("a", "p"), ADMIN, None),
        "escape node-pods everything"
    );
    let idle = pod("base", "b", "serviceAccountName: boss,", "");
    assert_eq!(
        steps_to(&(node.clone() + &idle), &from("a", "p"), ADMIN, None),
        "escape node-identity? everything"
    );
    let elsewhere = neighbour.replace("nodeName: n1", "nodeName: n2");
    assert_eq!(steps_to(&(node.clone() + &elsewhere), &from("a", "p"), ADMIN, None), "none");
    let steal = pod("a", "s", &format!("serviceAccountName: me, {TOKEN}"), MOUNT)
        + &grant(None, "mine", &["patch nodes", "delete pods"]);
    assert_eq!(
        steps_to(&(node + &elsewhere + &steal), &from("a", "p"), ADMIN, None),
        "escape steal? everything"
    );
}

pub(super) fn containers_of_one_pod() {
    let spec = |shared: bool| {
        format!(
            "shareProcessNamespace: {shared}, initContainers: [{{name: side, image: i, restartPolicy: Always}}],"
        )
    };
    let wild = "securityContext: {privileged: true}";
    let side = PathSource::Workload(
        Workload { namespace: "a".into(), kind: "Pod".into(), name: "p".into() },
        Some("side".into()),
    );
    assert_eq!(
        steps_to(&pod("a", "p", &spec(true), wild), &side, "node", None),
        "shared-pid? escape"
    );
    assert_eq!(steps_to(&pod("a", "p", &spec(false), wild), &side, "node", None), "none");
}

pub(super) fn logs_that_the_kubelet_serves() {
    let spec = "serviceAccountName: me, volumes: [{name: t, projected: {sources: [\
        {serviceAccountToken: {path: t}}]}}, {name: h, hostPath: {path: /var/log}}],";
    let mounts = "volumeMounts: [{name: t, mountPath: /t}, {name: h, mountPath: /h}]";
    let logs = pod("a", "p", spec, mounts);
    assert_eq!(steps_to(&logs, &from("a", "p"), "node", None), "none");
    let read = grant(Some("a"), "mine", &["get pods/log"]);
    assert_eq!(steps_to(&(logs + &read), &from("a", "p"), "node", None), "escape?");
}

pub(super) fn token_secrets_that_were_listed() {
    let secret = "\n---\n{apiVersion: v1, kind: Secret, type: kubernetes.io/service-account-token, metadata: {name: s, namespace: base, annotations: {kubernetes.io/service-account.name: boss}}}\n";
    for (rule, want) in [
        ("list secrets", "secret-read everything"),
        ("get secrets s", "secret-read everything"),
        ("get secrets", "secret-read? everything"),
        ("get secrets z", "none"),
        ("create secrets/x", "none"),
    ] {
        let input = grant(Some("base"), "mine", &[rule]) + secret;
        assert_eq!(steps_to(&input, &me(), ADMIN, None), want, "{rule}");
    }
}
