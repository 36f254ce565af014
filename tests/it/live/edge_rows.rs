//! The rows of [`super::edges`]: rights, what is attempted with them, and whether that works.

use super::edge_attempts::Edge::{
    self, Approve, AskForCertificate, AskForMasters, Bind, BindInCluster, EditDeployment,
    Ephemeral, Escalate, GetSecret, ImpersonateAccount, ImpersonateGroupAlone, ImpersonateMasters,
    ImpersonateUser, ListSecretByName, ListSecrets, Node, PodImage, Relabel, Run, TokenRequest,
    Volume, Webhook,
};

/// Verbs, API group, resources, names; `|` separates.
pub(super) type Rule = (&'static str, &'static str, &'static str, &'static str);

/// Where the rights are bound.
#[derive(Clone, Copy)]
pub(super) enum Bound {
    /// By a RoleBinding in the namespace [`super::edges::HOME`].
    Here,
    /// By a RoleBinding in this namespace.
    In(&'static str),
    /// By a ClusterRoleBinding.
    Cluster,
}
use Bound::{Cluster, Here, In};

pub(super) struct Row(
    pub(super) Bound,
    pub(super) &'static [Rule],
    pub(super) Edge,
    pub(super) bool,
);

const RBAC: &str = "rbac.authorization.k8s.io";
const ADMISSION: &str = "admissionregistration.k8s.io";
const CERTIFICATES: &str = "certificates.k8s.io";
const CLIENT: &str = "kubernetes.io/kube-apiserver-client";
const PODS: &[Rule] = &[("create", "", "pods", "")];

#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    Row(Here, &[("create", "", "serviceaccounts/token", "")], TokenRequest, true),
    Row(Here, &[("create", "", "serviceaccounts/token", "victim")], TokenRequest, true),
    Row(Here, &[("create", "", "serviceaccounts/token", "other")], TokenRequest, false),
    Row(Here, &[("create", "", "serviceaccounts", "")], TokenRequest, false),
    Row(Here, &[("get", "", "serviceaccounts/token", "")], TokenRequest, false),
    Row(In("edges-restricted"), &[("create", "", "serviceaccounts/token", "")], TokenRequest, false),
    Row(Cluster, &[("create", "*", "*/token", "")], TokenRequest, true),
    Row(Here, &[("create", "", "serviceaccounts/*", "")], TokenRequest, false),

    Row(Here, PODS, Run("pods"), true),
    Row(Here, &[("create", "", "pods", "run")], Run("pods"), false),
    Row(Here, &[("update|patch", "", "pods", "")], Run("pods"), false),
    Row(Here, &[("create", "", "pods/exec", "")], Run("pods"), false),
    Row(Here, &[("create", "apps", "deployments", "")], Run("deployments"), true),
    Row(Here, &[("create", "", "deployments", "")], Run("deployments"), false),
    Row(Here, &[("create", "apps", "daemonsets", "")], Run("daemonsets"), true),
    Row(Here, &[("create", "apps", "statefulsets", "")], Run("statefulsets"), true),
    Row(Here, &[("create", "apps", "replicasets", "")], Run("replicasets"), true),
    Row(Here, &[("create", "apps", "deployments", "")], Run("replicasets"), false),
    Row(Here, &[("create", "batch", "jobs", "")], Run("jobs"), true),
    Row(Here, &[("create", "batch", "cronjobs", "")], Run("cronjobs"), true),
    Row(Here, &[("create", "batch", "cronjobs", "run")], Run("cronjobs"), false),
    Row(Here, &[("create", "", "replicationcontrollers", "")], Run("replicationcontrollers"), true),
    Row(Here, &[("patch", "apps", "deployments", "web")], EditDeployment, true),
    Row(Here, &[("patch", "apps", "deployments", "other")], EditDeployment, false),
    Row(Here, &[("patch", "apps", "deployments/scale", "")], EditDeployment, false),

    Row(Here, &[("patch", "", "pods/ephemeralcontainers", "running")], Ephemeral, true),
    Row(Here, &[("patch", "", "pods", "")], Ephemeral, false),
    Row(Here, &[("update", "", "pods", "running")], PodImage, true),
    Row(Here, &[("update", "", "pods", "other")], PodImage, false),
    Row(Here, &[("update", "", "pods/ephemeralcontainers", "")], PodImage, false),

    Row(Here, &[("get", "", "secrets", "")], GetSecret, true),
    Row(Here, &[("get", "", "secrets", "hidden")], GetSecret, true),
    Row(Here, &[("get", "", "secrets", "other")], GetSecret, false),
    Row(Here, &[("list", "", "secrets", "")], GetSecret, false),
    Row(Here, &[("list", "", "secrets", "")], ListSecrets, true),
    Row(Here, &[("list", "", "secrets", "hidden")], ListSecrets, false),
    Row(Here, &[("list", "", "secrets", "hidden")], ListSecretByName, true),
    Row(In("edges-restricted"), &[("list", "", "secrets", "")], ListSecrets, false),

    Row(Here, &[("create", RBAC, "rolebindings", ""), ("bind", RBAC, "clusterroles", "edges-strong")], Bind, true),
    Row(Here, &[("create", RBAC, "rolebindings", "")], Bind, false),
    Row(Here, &[("bind", RBAC, "clusterroles", "edges-strong")], Bind, false),
    Row(Here, &[("create", RBAC, "rolebindings", ""), ("bind", RBAC, "clusterroles", "other")], Bind, false),
    Row(Here, &[("create", RBAC, "rolebindings", ""), ("bind", RBAC, "roles", "")], Bind, false),
    Row(Here, &[("create", RBAC, "rolebindings", ""), ("delete", "", "secrets", "")], Bind, true),
    Row(Here, &[("create", RBAC, "clusterrolebindings", ""), ("bind", RBAC, "clusterroles", "")], BindInCluster, false),
    Row(Cluster, &[("create", RBAC, "clusterrolebindings", ""), ("bind", RBAC, "clusterroles", "")], BindInCluster, true),
    Row(Cluster, &[("create", RBAC, "clusterrolebindings", "")], BindInCluster, false),
    Row(Here, &[("patch", RBAC, "roles", "bound"), ("escalate", RBAC, "roles", "bound")], Escalate, true),
    Row(Here, &[("patch", RBAC, "roles", "")], Escalate, false),
    Row(Here, &[("escalate", RBAC, "roles", "")], Escalate, false),
    Row(Here, &[("patch", RBAC, "roles", ""), ("escalate", RBAC, "roles", "other")], Escalate, false),

    Row(Cluster, &[("impersonate", "", "users", "edges-jane")], ImpersonateUser, true),
    Row(Cluster, &[("impersonate", "", "users", "other")], ImpersonateUser, false),
    Row(Here, &[("impersonate", "", "users", "")], ImpersonateUser, false),
    Row(Here, &[("impersonate", "", "serviceaccounts", "victim")], ImpersonateAccount, true),
    Row(Here, &[("impersonate", "", "serviceaccounts", "other")], ImpersonateAccount, false),
    Row(Cluster, &[("impersonate", "", "users", "")], ImpersonateAccount, false),
    Row(Cluster, &[("impersonate", "", "users|groups", "")], ImpersonateMasters, true),
    Row(Cluster, &[("impersonate", "", "users", "")], ImpersonateMasters, false),
    Row(Cluster, &[("impersonate", "", "groups", "")], ImpersonateGroupAlone, false),

    Row(Here, &[("patch", "", "namespaces", "")], Relabel, true),
    Row(In("edges-restricted"), &[("patch", "", "namespaces", "")], Relabel, false),
    Row(Cluster, &[("patch", "", "namespaces", "other")], Relabel, false),
    Row(Cluster, &[("patch", "", "namespaces/status", "")], Relabel, false),

    Row(Cluster, &[("create", CERTIFICATES, "certificatesigningrequests", "")], AskForCertificate, true),
    Row(Here, &[("create", CERTIFICATES, "certificatesigningrequests", "")], AskForCertificate, false),
    Row(Cluster, &[("create", CERTIFICATES, "certificatesigningrequests", "")], AskForMasters, false),
    Row(Cluster, &[("update", CERTIFICATES, "certificatesigningrequests/approval", ""), ("approve", CERTIFICATES, "signers", CLIENT)], Approve, true),
    Row(Cluster, &[("update", CERTIFICATES, "certificatesigningrequests/approval", ""), ("approve", CERTIFICATES, "signers", "kubernetes.io/*")], Approve, true),
    Row(Cluster, &[("update", CERTIFICATES, "certificatesigningrequests/approval", "")], Approve, false),
    Row(Cluster, &[("update", CERTIFICATES, "certificatesigningrequests/approval", ""), ("sign", CERTIFICATES, "signers", CLIENT)], Approve, false),
    Row(Cluster, &[("approve", CERTIFICATES, "signers", CLIENT)], Approve, false),

    Row(Here, PODS, Node("edges"), true),
    Row(In("edges-privileged"), PODS, Node("edges-privileged"), true),
    Row(In("edges-baseline"), PODS, Node("edges-baseline"), false),
    Row(In("edges-restricted"), PODS, Node("edges-restricted"), false),
    Row(Cluster, PODS, Node("edges-baseline"), false),

    Row(Cluster, &[("create", "", "persistentvolumes", "")], Volume, true),
    Row(Here, &[("create", "", "persistentvolumes", "")], Volume, false),
    Row(Cluster, &[("create", ADMISSION, "mutatingwebhookconfigurations", "")], Webhook, true),
    Row(Here, &[("create", ADMISSION, "mutatingwebhookconfigurations", "")], Webhook, false),
    Row(Cluster, &[("create", ADMISSION, "validatingwebhookconfigurations", "")], Webhook, false),
    Row(Cluster, &[("*", "*", "*", "")], BindInCluster, true),
    Row(Here, &[("*", "*", "*", "")], Escalate, true),
    Row(Here, &[("*", "*", "*", "")], BindInCluster, false),
];
