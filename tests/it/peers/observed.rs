//! What runs is judged: not the template it came from, not what an annotation says of it.

use super::Case;
use crate::support::pods::{account, annotated, pod, stored};

const DEPLOYMENT: &str = "apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: ns, uid: d1}
spec: {template: {spec: {automountServiceAccountToken: false, containers: [
  {name: app, image: a, securityContext: {runAsUser: 1000}}]}}}";
const REPLICA_SET: &str = "apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: web-1, namespace: ns, uid: r1, ownerReferences: [
  {apiVersion: apps/v1, kind: Deployment, name: web, uid: d1, controller: true}]}
spec: {template: {spec: {automountServiceAccountToken: false, containers: [
  {name: app, image: a, securityContext: {runAsUser: 1000}}]}}}";
/// The pod of that template, after a webhook has added to it.
const INJECTED: &str = "apiVersion: v1
kind: Pod
metadata: {name: web-1-x, namespace: ns, uid: p1, ownerReferences: [
  {apiVersion: apps/v1, kind: ReplicaSet, name: web-1, uid: r1, controller: true}]}
spec: {automountServiceAccountToken: false, containers: [
  {name: app, image: a, securityContext: {runAsUser: 1000}},
  {name: proxy, image: b, securityContext: {runAsUser: 0, privileged: true},
   volumeMounts: [{name: id, mountPath: /id}]}],
  volumes: [{name: id, projected: {sources: [{serviceAccountToken: {path: token}}]}}]}
status: {phase: Running}";

/// A pod with everything wrong in it.
const WRONG: &str = "{hostPID: true, containers: [{name: app, image: a,
    securityContext: {privileged: true, runAsUser: 0}, volumeMounts: [{name: id, mountPath: /id}]}],
    volumes: [{name: id, projected: {sources: [{serviceAccountToken: {path: token}}]}}]}";
/// The opposite.
const RIGHT: &str = "{automountServiceAccountToken: false, containers: [{name: app, image: a,
    securityContext: {privileged: false, runAsUser: 1000}}]}";

/// As `kubectl get -o json` prints it: the reader of YAML drops annotations on the way, and would
/// hide who believes them.
fn as_json(yaml: &str) -> String {
    let value: serde_json::Value = serde_saphyr::from_str(yaml).expect("the case is YAML");
    value.to_string()
}

/// `kubectl apply`'s memory of a pod with this spec.
fn last_applied(spec: &str) -> String {
    let text = serde_json::to_string(&format!(
        "{{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{{\"name\":\"p\"}},\"spec\":{spec}}}"
    ));
    format!("{{kubectl.kubernetes.io/last-applied-configuration: {}}}", text.expect("text is JSON"))
}

const CLAIMS_RIGHT: &str = r#"{"automountServiceAccountToken":false,"containers":[{"name":"app","image":"a","securityContext":{"privileged":false,"runAsUser":1000}}]}"#;
const CLAIMS_WRONG: &str = r#"{"hostPID":true,"containers":[{"name":"app","image":"a","securityContext":{"privileged":true,"runAsUser":0}}]}"#;

const ALL_WRONG: &str = "token-mounted app fail
    privileged app fail
    runs-as-root app fail
    host-namespaces - fail";
const ALL_RIGHT: &str = "token-mounted app pass
    privileged app pass
    runs-as-root app pass
    host-namespaces - pass";

pub(super) fn cases() -> Vec<Case> {
    vec![
        // trivy#7573, both ways.
        Case::new(
            "observed::annotation_claims_a_good_pod",
            [as_json(&annotated(&last_applied(CLAIMS_RIGHT), WRONG, "{phase: Running}"))],
            ALL_WRONG,
        ),
        Case::new(
            "observed::annotation_claims_a_bad_pod",
            [as_json(&annotated(&last_applied(CLAIMS_WRONG), RIGHT, "{phase: Running}"))],
            ALL_RIGHT,
        ),
        Case::new(
            "observed::annotation_of_a_manifest",
            [pod(WRONG).replace(
                "namespace: ns}",
                &format!("namespace: ns, annotations: {}}}", last_applied(CLAIMS_RIGHT)),
            )],
            ALL_WRONG,
        ),
        // Kubescape, trivy and polaris scan the template.
        Case::new(
            "observed::sidecar_from_a_webhook",
            [DEPLOYMENT.into(), REPLICA_SET.into(), INJECTED.into()],
            "privileged proxy fail critical
             runs-as-root proxy fail
             token-mounted proxy fail
             token-declared-not-actual proxy fail
             privileged app pass
             token-mounted app pass",
        ),
        Case::new(
            "observed::template_without_its_pods",
            [DEPLOYMENT.into(), REPLICA_SET.into()],
            "privileged app pass
             token-mounted app pass",
        ),
        // `kubectl debug`: the pod's own context still counts for it.
        Case::new(
            "observed::ephemeral_container",
            [stored(
                "{automountServiceAccountToken: false, securityContext: {runAsUser: 0}, containers: [
                    {name: app, image: a, securityContext: {runAsUser: 1000}}],
                  ephemeralContainers: [{name: debugger, image: busybox, targetContainerName: app,
                    securityContext: {capabilities: {add: [SYS_PTRACE]}}}]}",
                "{phase: Running}",
            )],
            "runs-as-root debugger fail
             runs-as-root app pass
             dangerous-capabilities debugger fail critical: SYS_PTRACE
             image-not-pinned debugger fail
             token-mounted debugger pass",
        ),
        Case::new(
            "observed::ephemeral_container_mounts_the_token",
            [
                account("default", ""),
                stored(
                    "{containers: [{name: app, image: a}],
                      ephemeralContainers: [
                        {name: with, image: b, volumeMounts: [
                          {name: kube-api-access-x, mountPath: /id}]},
                        {name: without, image: b}],
                      volumes: [{name: kube-api-access-x, projected: {sources: [
                        {serviceAccountToken: {path: token, expirationSeconds: 3607}}]}}]}",
                    "{phase: Running}",
                ),
            ],
            "token-mounted with fail
             token-mounted without pass
             token-declared-not-actual without notApplicable",
        ),
        Case::new(
            "observed::init_container",
            [pod("{automountServiceAccountToken: false, containers: [
                {name: app, image: a, securityContext: {runAsUser: 1000}}], initContainers: [
                {name: setup, image: b, securityContext: {privileged: true, runAsUser: 0}}]}")],
            "privileged setup fail
             runs-as-root setup fail
             privileged app pass",
        ),
    ]
}
