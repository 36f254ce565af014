//! What can be attempted with rights, and which rights podaudit would want to see for it.

use serde_json::{Value, json};

use super::edge_identities::{certificate, impersonate};
use super::edges::HOME;
use crate::support::Outcome;
use crate::support::api::Api;

/// A way from an identity to something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Edge {
    TokenRequest,
    /// Runs a pod as another ServiceAccount, through this kind.
    Run(&'static str),
    EditDeployment,
    Ephemeral,
    PodImage,
    GetSecret,
    ListSecrets,
    ListSecretByName,
    Bind,
    BindInCluster,
    Escalate,
    ImpersonateUser,
    ImpersonateAccount,
    ImpersonateMasters,
    ImpersonateGroupAlone,
    Relabel,
    AskForCertificate,
    AskForMasters,
    Approve,
    /// Runs a privileged pod in this namespace.
    Node(&'static str),
    Volume,
    Webhook,
}

/// A right that is needed: verb, API group, resource, name, namespace (empty: in the cluster).
pub(super) type Need = (&'static str, &'static str, &'static str, &'static str, &'static str);

const RBAC: &str = "rbac.authorization.k8s.io";
const ADMISSION: &str = "admissionregistration.k8s.io";
const CERTIFICATES: &str = "certificates.k8s.io";
pub(super) const CLIENT: &str = "kubernetes.io/kube-apiserver-client";

/// Group and version in URLs, and kind, of what runs pods.
fn runner(plural: &str) -> (&'static str, &'static str) {
    match plural {
        "deployments" => ("apps", "Deployment"),
        "daemonsets" => ("apps", "DaemonSet"),
        "statefulsets" => ("apps", "StatefulSet"),
        "replicasets" => ("apps", "ReplicaSet"),
        "jobs" => ("batch", "Job"),
        "cronjobs" => ("batch", "CronJob"),
        "replicationcontrollers" => ("", "ReplicationController"),
        _ => ("", "Pod"),
    }
}

impl Edge {
    /// Any of these lists of rights is enough.
    pub(super) fn needs(self) -> Vec<Vec<Need>> {
        let bind = |kind, place| {
            vec![
                ("create", RBAC, kind, "", place),
                ("bind", RBAC, "clusterroles", "edges-strong", place),
            ]
        };
        let one = |need| vec![vec![need]];
        match self {
            Self::TokenRequest => one(("create", "", "serviceaccounts/token", "victim", HOME)),
            Self::Run(plural) => one(("create", runner(plural).0, plural, "", HOME)),
            Self::EditDeployment => one(("patch", "apps", "deployments", "web", HOME)),
            Self::Ephemeral => one(("patch", "", "pods/ephemeralcontainers", "running", HOME)),
            Self::PodImage => one(("update", "", "pods", "running", HOME)),
            Self::GetSecret => one(("get", "", "secrets", "hidden", HOME)),
            Self::ListSecrets => one(("list", "", "secrets", "", HOME)),
            Self::ListSecretByName => one(("list", "", "secrets", "hidden", HOME)),
            // Or all that the role holds.
            Self::Bind => vec![
                bind("rolebindings", HOME),
                vec![
                    ("create", RBAC, "rolebindings", "", HOME),
                    ("delete", "", "secrets", "", HOME),
                ],
            ],
            Self::BindInCluster => vec![bind("clusterrolebindings", "")],
            Self::Escalate => vec![vec![
                ("patch", RBAC, "roles", "bound", HOME),
                ("escalate", RBAC, "roles", "bound", HOME),
            ]],
            Self::ImpersonateUser => one(("impersonate", "", "users", "edges-jane", "")),
            Self::ImpersonateAccount => one(("impersonate", "", "serviceaccounts", "victim", HOME)),
            Self::ImpersonateMasters => vec![vec![
                ("impersonate", "", "users", "edges-jane", ""),
                ("impersonate", "", "groups", "system:masters", ""),
            ]],
            // Nothing is enough.
            Self::ImpersonateGroupAlone | Self::AskForMasters => Vec::new(),
            Self::Relabel => one(("patch", "", "namespaces", HOME, HOME)),
            Self::AskForCertificate => {
                one(("create", CERTIFICATES, "certificatesigningrequests", "", ""))
            }
            Self::Approve => [CLIENT, "kubernetes.io/*"]
                .map(|signer| {
                    vec![
                        (
                            "update",
                            CERTIFICATES,
                            "certificatesigningrequests/approval",
                            "edges-asked",
                            "",
                        ),
                        ("approve", CERTIFICATES, "signers", signer, ""),
                    ]
                })
                .to_vec(),
            Self::Node(namespace) => one(("create", "", "pods", "", namespace)),
            Self::Volume => one(("create", "", "persistentvolumes", "", "")),
            Self::Webhook => one(("create", ADMISSION, "mutatingwebhookconfigurations", "", "")),
        }
    }

    /// Why it is refused, where it is; the same words for everybody who is.
    pub(super) fn refusal(self) -> &'static str {
        match self {
            Self::ImpersonateGroupAlone => "without impersonating a user",
            Self::AskForMasters => "system:masters",
            Self::Node(_) => "violates PodSecurity",
            _ => "forbidden",
        }
    }

    /// Whether nobody can do it, an administrator neither.
    pub(super) fn is_refused_to_all(self) -> bool {
        matches!(
            self,
            Self::ImpersonateGroupAlone
                | Self::AskForMasters
                | Self::Node("edges-baseline" | "edges-restricted")
        )
    }

    /// Does it, without lasting effect.
    pub(super) fn attempt(self, api: &Api, admin: &Api) -> Outcome {
        let core = format!("/api/v1/namespaces/{HOME}");
        let role_ref = json!({"apiGroup": RBAC, "kind": "ClusterRole", "name": "edges-strong"});
        let subject = json!({"apiGroup": RBAC, "kind": "User", "name": "edges-jane"});
        let binding = json!({
            "metadata": {"name": "edges-new"}, "roleRef": role_ref, "subjects": [subject],
        });
        let done = match self {
            Self::TokenRequest => api.token(HOME, "victim").map(|_| Value::Null),
            Self::Run(plural) => run(api, plural),
            Self::EditDeployment => {
                let template = json!({"spec": {"serviceAccountName": "victim"}});
                let path = format!("/apis/apps/v1/namespaces/{HOME}/deployments/web?dryRun=All");
                api.patch(&path, &json!({"spec": {"template": template}}))
            }
            Self::Ephemeral => {
                let debugger = json!([{"name": "debugger", "image": "busybox"}]);
                let path = format!("{core}/pods/running/ephemeralcontainers?dryRun=All");
                api.patch(&path, &json!({"spec": {"ephemeralContainers": debugger}}))
            }
            Self::PodImage => {
                let mut pod = admin.get(&format!("{core}/pods/running"))?;
                pod["spec"]["containers"][0]["image"] = "another".into();
                api.put(&format!("{core}/pods/running?dryRun=All"), &pod)
            }
            Self::GetSecret => api.get(&format!("{core}/secrets/hidden")),
            Self::ListSecrets => api.get(&format!("{core}/secrets")),
            Self::ListSecretByName => {
                api.get(&format!("{core}/secrets?fieldSelector=metadata.name%3Dhidden"))
            }
            Self::Bind => api.post(
                &format!("/apis/{RBAC}/v1/namespaces/{HOME}/rolebindings?dryRun=All"),
                &binding,
            ),
            Self::BindInCluster => {
                api.post(&format!("/apis/{RBAC}/v1/clusterrolebindings?dryRun=All"), &binding)
            }
            Self::Escalate => {
                let rules = json!([{"apiGroups": ["*"], "resources": ["*"], "verbs": ["deletecollection"]}]);
                let path = format!("/apis/{RBAC}/v1/namespaces/{HOME}/roles/bound?dryRun=All");
                api.patch(&path, &json!({"rules": rules}))
            }
            Self::Relabel => {
                let labels = json!({"pod-security.kubernetes.io/enforce": "privileged"});
                let path = format!("/api/v1/namespaces/{HOME}?dryRun=All");
                api.patch(&path, &json!({"metadata": {"labels": labels}}))
            }
            Self::Node(namespace) => {
                let container = json!({
                    "name": "app", "image": "app", "securityContext": {"privileged": true},
                });
                let pod =
                    json!({"metadata": {"name": "node"}, "spec": {"containers": [container]}});
                api.post(&format!("/api/v1/namespaces/{namespace}/pods?dryRun=All"), &pod)
            }
            Self::Volume => {
                let volume = json!({
                    "metadata": {"name": "edges-new"},
                    "spec": {
                        "capacity": {"storage": "1Gi"},
                        "accessModes": ["ReadWriteOnce"],
                        "hostPath": {"path": "/"},
                    },
                });
                api.post("/api/v1/persistentvolumes?dryRun=All", &volume)
            }
            Self::ImpersonateUser
            | Self::ImpersonateAccount
            | Self::ImpersonateMasters
            | Self::ImpersonateGroupAlone => return impersonate(self, api),
            Self::AskForCertificate | Self::AskForMasters | Self::Approve => {
                return certificate(self, api, admin);
            }
            Self::Webhook => {
                let hook = json!({
                    "name": "edges.podaudit.dev",
                    "clientConfig": {"url": "https://127.0.0.1:1/"},
                    "rules": [{"apiGroups": ["edges.podaudit.dev"], "apiVersions": ["v1"],
                               "operations": ["CREATE"], "resources": ["none"]}],
                    "sideEffects": "None",
                    "admissionReviewVersions": ["v1"],
                });
                let path = format!("/apis/{ADMISSION}/v1/mutatingwebhookconfigurations?dryRun=All");
                api.post(&path, &json!({"metadata": {"name": "edges-new"}, "webhooks": [hook]}))
            }
        };
        done.map(drop)
    }
}

/// Creates a workload of this kind whose pods are another ServiceAccount's.
fn run(api: &Api, plural: &str) -> anyhow::Result<Value> {
    let (group, kind) = runner(plural);
    let pod = json!({
        "serviceAccountName": "victim", "containers": [{"name": "app", "image": "app"}],
    });
    let mut job_pod = pod.clone();
    job_pod["restartPolicy"] = "Never".into();
    let labels = json!({"app": "run"});
    let template = json!({"metadata": {"labels": labels}, "spec": pod});
    let job = json!({"template": {"spec": job_pod}});
    let spec = match plural {
        "pods" => pod,
        "jobs" => job,
        "cronjobs" => json!({"schedule": "0 0 * * *", "jobTemplate": {"spec": job}}),
        "replicationcontrollers" => json!({"selector": labels, "template": template}),
        _ => json!({"selector": {"matchLabels": labels}, "template": template}),
    };
    let (root, version) =
        if group.is_empty() { ("api", "v1".to_owned()) } else { ("apis", format!("{group}/v1")) };
    let object = json!({
        "apiVersion": version, "kind": kind, "metadata": {"name": "run"}, "spec": spec,
    });
    api.post(&format!("/{root}/{version}/namespaces/{HOME}/{plural}?dryRun=All"), &object)
}
