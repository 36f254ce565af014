//! The table of rights that lead to more than they say: what `can` and the rules warn of, and what
//! attack paths follow. It says which verbs on which resources; whether a rule of a role grants
//! them is decided elsewhere.
//!
//! The two uses differ on purpose, and each difference shows in a row: `right` is `None` where no
//! path follows what is dangerous, and a group without `danger` has what is harmless alone and a
//! path needs beside something else.
//!
//! Sources: "Role Based Access Control Good Practices" of the Kubernetes documentation, and the
//! handlers of Kubernetes v1.37.2 for what each right leads to.

use std::sync::LazyLock;

use super::danger::{Danger, Dangerous};
use super::right::{Right, RightScope};

/// What a dangerous right is good for.
#[derive(Clone, Copy, Debug)]
struct DangerSpec {
    /// What an attacker does with it, without a subject.
    why: &'static str,
    /// Granted in the whole cluster.
    in_cluster: Danger,
    /// Granted in one namespace; `None` where that grants nothing, as the kind is cluster-scoped.
    in_namespace: Option<Danger>,
}

/// Verbs on one resource.
#[derive(Clone, Copy, Debug)]
struct RightRow {
    /// What attack paths call it; `None` where they do not follow it.
    right: Option<Right>,
    scope: RightScope,
    /// API group, empty for the core group; `*` only where it is on everything.
    group: &'static str,
    /// As in rules of roles; `/*` stands for any subresource.
    resource: &'static str,
    /// Any of these.
    verbs: &'static [&'static str],
}

/// Rows that are dangerous for one reason, and are listed together.
#[derive(Clone, Copy, Debug)]
struct RightGroup {
    danger: Option<DangerSpec>,
    rows: &'static [RightRow],
}

/// What attack paths need to know of a right, from all its rows.
#[derive(Clone, Debug)]
pub struct RightSpec {
    /// Its name.
    pub right: Right,
    /// Where it can be granted.
    pub scope: RightScope,
    /// API group, empty for the core group; `*` for everything.
    pub group: &'static str,
    /// With its subresource, for example `pods/exec`; `*` for everything.
    pub resource: &'static str,
    /// Any of these.
    pub verbs: Vec<&'static str>,
}

const CORE: &str = "";
const APPS: &str = "apps";
const BATCH: &str = "batch";
const RBAC: &str = "rbac.authorization.k8s.io";
const ADMISSION: &str = "admissionregistration.k8s.io";
const AUTHENTICATION: &str = "authentication.k8s.io";
const CERTIFICATES: &str = "certificates.k8s.io";
const WRITE: &[&str] = &["create", "update", "patch"];
const CHANGE: &[&str] = &["update", "patch"];
const CREATE: &[&str] = &["create"];
const GET: &[&str] = &["get"];
const IMPERSONATE: &[&str] = &["impersonate"];
/// The verbs of constrained impersonation (KEP-5284), by whom they allow to be.
const AS_USER: &str = "impersonate:user-info";
const AS_ACCOUNT: &str = "impersonate:serviceaccount";
const AS_NODE: &str = "impersonate:arbitrary-node";
const AS_OWN_NODE: &str = "impersonate:associated-node";
const AS_ANYONE: &[&str] = &[AS_USER, AS_ACCOUNT, AS_NODE, AS_OWN_NODE];

const RUNS_PODS: &str = "runs pods as any ServiceAccount there, with any Secret there";

/// What a right on a kind with namespaces is good for.
#[expect(clippy::unnecessary_wraps, reason = "a column of the table")]
const fn local(in_cluster: Danger, in_namespace: Danger, why: &'static str) -> Option<DangerSpec> {
    Some(DangerSpec { why, in_cluster, in_namespace: Some(in_namespace) })
}

/// What a right on a kind without is good for: a RoleBinding cannot grant it.
#[expect(clippy::unnecessary_wraps, reason = "a column of the table")]
const fn wide(in_cluster: Danger, why: &'static str) -> Option<DangerSpec> {
    Some(DangerSpec { why, in_cluster, in_namespace: None })
}

use Danger::{Cluster, Code, Guards, Identities};
use RightScope::{Cluster as Whole, Namespace as Any};

/// The first group is the right to everything, which holds all others.
#[rustfmt::skip]
const TABLE: &[RightGroup] = &[
    RightGroup { danger: local(Cluster, Identities, "every other right is in it"), rows: &[
        RightRow { right: Some(Right::Everything), scope: Any, group: "*", resource: "*", verbs: &["*"] },
    ] },
    RightGroup { danger: wide(Cluster, "writes rights into roles that it does not have"), rows: &[
        RightRow { right: Some(Right::ClusterRoleEscalate), scope: Whole, group: RBAC, resource: "clusterroles", verbs: &["escalate"] },
    ] },
    RightGroup { danger: local(Cluster, Identities, "writes rights into roles that it does not have"), rows: &[
        RightRow { right: Some(Right::RoleEscalate), scope: Any, group: RBAC, resource: "roles", verbs: &["escalate"] },
    ] },
    RightGroup { danger: local(Cluster, Identities, "binds roles with rights that it does not have"), rows: &[
        RightRow { right: Some(Right::RoleBind), scope: Any, group: RBAC, resource: "roles", verbs: &["bind"] },
        RightRow { right: Some(Right::ClusterRoleBind), scope: Any, group: RBAC, resource: "clusterroles", verbs: &["bind"] },
    ] },
    RightGroup { danger: wide(Identities, "hands on the rights that it has, or may bind"), rows: &[
        RightRow { right: Some(Right::ClusterRoleBindingCreate), scope: Whole, group: RBAC, resource: "clusterrolebindings", verbs: CREATE },
        RightRow { right: Some(Right::ClusterRoleBindingEdit), scope: Whole, group: RBAC, resource: "clusterrolebindings", verbs: CHANGE },
    ] },
    RightGroup { danger: local(Identities, Identities, "hands on the rights that it has, or may bind"), rows: &[
        RightRow { right: Some(Right::RoleBindingCreate), scope: Any, group: RBAC, resource: "rolebindings", verbs: CREATE },
        RightRow { right: Some(Right::RoleBindingEdit), scope: Any, group: RBAC, resource: "rolebindings", verbs: CHANGE },
    ] },
    RightGroup { danger: wide(Cluster, "acts as others"), rows: &[
        RightRow { right: Some(Right::ImpersonateUser), scope: Whole, group: CORE, resource: "users", verbs: IMPERSONATE },
        RightRow { right: Some(Right::ImpersonateGroup), scope: Whole, group: CORE, resource: "groups", verbs: IMPERSONATE },
    ] },
    RightGroup { danger: local(Cluster, Identities, "acts as other ServiceAccounts"), rows: &[
        RightRow { right: Some(Right::ImpersonateAccount), scope: Any, group: CORE, resource: "serviceaccounts", verbs: IMPERSONATE },
    ] },
    RightGroup { danger: wide(Identities, "completes the identity that it acts as"), rows: &[
        RightRow { right: None, scope: Whole, group: AUTHENTICATION, resource: "uids", verbs: IMPERSONATE },
        RightRow { right: None, scope: Whole, group: AUTHENTICATION, resource: "userextras", verbs: IMPERSONATE },
        RightRow { right: None, scope: Whole, group: AUTHENTICATION, resource: "userextras/*", verbs: IMPERSONATE },
    ] },
    RightGroup { danger: wide(Identities, "acts as others where a right impersonate-on allows it too"), rows: &[
        RightRow { right: Some(Right::ConstrainedUser), scope: Whole, group: AUTHENTICATION, resource: "users", verbs: &[AS_USER] },
        RightRow { right: None, scope: Whole, group: AUTHENTICATION, resource: "users", verbs: &[AS_ACCOUNT, AS_NODE, AS_OWN_NODE] },
        RightRow { right: None, scope: Whole, group: AUTHENTICATION, resource: "groups", verbs: AS_ANYONE },
        RightRow { right: None, scope: Whole, group: AUTHENTICATION, resource: "uids", verbs: AS_ANYONE },
        RightRow { right: None, scope: Whole, group: AUTHENTICATION, resource: "userextras", verbs: AS_ANYONE },
        RightRow { right: None, scope: Whole, group: AUTHENTICATION, resource: "userextras/*", verbs: AS_ANYONE },
        RightRow { right: None, scope: Whole, group: AUTHENTICATION, resource: "nodes", verbs: &[AS_USER, AS_ACCOUNT] },
        RightRow { right: Some(Right::ConstrainedNode), scope: Whole, group: AUTHENTICATION, resource: "nodes", verbs: &[AS_NODE] },
        RightRow { right: None, scope: Whole, group: AUTHENTICATION, resource: "nodes", verbs: &[AS_OWN_NODE] },
    ] },
    RightGroup { danger: local(Identities, Identities, "acts as others where a right impersonate-on allows it too"), rows: &[
        RightRow { right: None, scope: Any, group: AUTHENTICATION, resource: "serviceaccounts", verbs: &[AS_USER] },
        RightRow { right: Some(Right::ConstrainedAccount), scope: Any, group: AUTHENTICATION, resource: "serviceaccounts", verbs: &[AS_ACCOUNT] },
        RightRow { right: None, scope: Any, group: AUTHENTICATION, resource: "serviceaccounts", verbs: &[AS_NODE, AS_OWN_NODE] },
    ] },
    RightGroup { danger: local(Cluster, Identities, "makes tokens of ServiceAccounts"), rows: &[
        RightRow { right: Some(Right::TokenRequest), scope: Any, group: CORE, resource: "serviceaccounts/token", verbs: CREATE },
    ] },
    RightGroup { danger: local(Cluster, Identities, RUNS_PODS), rows: &[
        RightRow { right: Some(Right::PodCreate), scope: Any, group: CORE, resource: "pods", verbs: CREATE },
        RightRow { right: Some(Right::CreateReplicationControllers), scope: Any, group: CORE, resource: "replicationcontrollers", verbs: CREATE },
    ] },
    RightGroup { danger: local(Cluster, Identities, RUNS_PODS), rows: &[
        RightRow { right: Some(Right::CreateDeployments), scope: Any, group: APPS, resource: "deployments", verbs: CREATE },
        RightRow { right: Some(Right::EditDeployments), scope: Any, group: APPS, resource: "deployments", verbs: CHANGE },
        RightRow { right: Some(Right::CreateDaemonSets), scope: Any, group: APPS, resource: "daemonsets", verbs: CREATE },
        RightRow { right: Some(Right::EditDaemonSets), scope: Any, group: APPS, resource: "daemonsets", verbs: CHANGE },
        RightRow { right: Some(Right::CreateStatefulSets), scope: Any, group: APPS, resource: "statefulsets", verbs: CREATE },
        RightRow { right: Some(Right::EditStatefulSets), scope: Any, group: APPS, resource: "statefulsets", verbs: CHANGE },
        RightRow { right: Some(Right::CreateReplicaSets), scope: Any, group: APPS, resource: "replicasets", verbs: CREATE },
        RightRow { right: Some(Right::EditReplicaSets), scope: Any, group: APPS, resource: "replicasets", verbs: CHANGE },
    ] },
    RightGroup { danger: local(Cluster, Identities, RUNS_PODS), rows: &[
        RightRow { right: Some(Right::EditReplicationControllers), scope: Any, group: CORE, resource: "replicationcontrollers", verbs: CHANGE },
    ] },
    RightGroup { danger: local(Cluster, Identities, RUNS_PODS), rows: &[
        RightRow { right: Some(Right::CreateCronJobs), scope: Any, group: BATCH, resource: "cronjobs", verbs: CREATE },
        RightRow { right: Some(Right::EditCronJobs), scope: Any, group: BATCH, resource: "cronjobs", verbs: CHANGE },
    ] },
    RightGroup { danger: local(Cluster, Identities, RUNS_PODS), rows: &[
        RightRow { right: Some(Right::CreateJobs), scope: Any, group: BATCH, resource: "jobs", verbs: CREATE },
    ] },
    RightGroup { danger: local(Identities, Identities, "reads credentials"), rows: &[
        RightRow { right: Some(Right::SecretGet), scope: Any, group: CORE, resource: "secrets", verbs: GET },
        RightRow { right: Some(Right::SecretList), scope: Any, group: CORE, resource: "secrets", verbs: &["list", "watch"] },
    ] },
    RightGroup { danger: local(Identities, Identities, "replaces credentials, or has tokens of ServiceAccounts filled in"), rows: &[
        RightRow { right: Some(Right::SecretCreate), scope: Any, group: CORE, resource: "secrets", verbs: CREATE },
        RightRow { right: None, scope: Any, group: CORE, resource: "secrets", verbs: &["update"] },
        // A patch answers with the object.
        RightRow { right: Some(Right::SecretGet), scope: Any, group: CORE, resource: "secrets", verbs: &["patch"] },
    ] },
    RightGroup { danger: wide(Cluster, "runs commands in every container of the nodes"), rows: &[
        RightRow { right: Some(Right::NodesProxy), scope: Whole, group: CORE, resource: "nodes/proxy", verbs: &["get", "create"] },
    ] },
    RightGroup { danger: wide(Cluster, "mounts the files of nodes, even where Pod Security forbids hostPath"), rows: &[
        RightRow { right: Some(Right::VolumeCreate), scope: Whole, group: CORE, resource: "persistentvolumes", verbs: CREATE },
    ] },
    RightGroup { danger: wide(Identities, "asks for client certificates; kubelets' are approved by themselves where it may"), rows: &[
        RightRow { right: Some(Right::CsrCreate), scope: Whole, group: CERTIFICATES, resource: "certificatesigningrequests", verbs: CREATE },
    ] },
    RightGroup { danger: wide(Identities, "approves client certificates of others, with approve on the signer"), rows: &[
        RightRow { right: Some(Right::CsrApprove), scope: Whole, group: CERTIFICATES, resource: "certificatesigningrequests/approval", verbs: CHANGE },
    ] },
    RightGroup { danger: wide(Identities, "approves client certificates of others, with the right to approval"), rows: &[
        RightRow { right: Some(Right::SignerApprove), scope: Whole, group: CERTIFICATES, resource: "signers", verbs: &["approve"] },
    ] },
    RightGroup { danger: wide(Cluster, "reads what others write, Secrets too, or changes it"), rows: &[
        RightRow { right: Some(Right::MutatingWebhook), scope: Whole, group: ADMISSION, resource: "mutatingwebhookconfigurations", verbs: WRITE },
        RightRow { right: Some(Right::ValidatingWebhook), scope: Whole, group: ADMISSION, resource: "validatingwebhookconfigurations", verbs: WRITE },
    ] },
    RightGroup { danger: wide(Cluster, "changes what others write"), rows: &[
        RightRow { right: Some(Right::MutatingPolicyCreate), scope: Whole, group: ADMISSION, resource: "mutatingadmissionpolicies", verbs: CREATE },
        RightRow { right: Some(Right::MutatingPolicyEdit), scope: Whole, group: ADMISSION, resource: "mutatingadmissionpolicies", verbs: CHANGE },
        RightRow { right: Some(Right::MutatingPolicyBind), scope: Whole, group: ADMISSION, resource: "mutatingadmissionpolicybindings", verbs: WRITE },
    ] },
    RightGroup { danger: local(Code, Code, "replaces the images of running pods"), rows: &[
        RightRow { right: Some(Right::PodEdit), scope: Any, group: CORE, resource: "pods", verbs: CHANGE },
    ] },
    RightGroup { danger: local(Code, Code, "runs commands in containers; get alone did before Kubernetes 1.35"), rows: &[
        RightRow { right: Some(Right::Exec), scope: Any, group: CORE, resource: "pods/exec", verbs: CREATE },
        RightRow { right: Some(Right::ExecGet), scope: Any, group: CORE, resource: "pods/exec", verbs: GET },
    ] },
    RightGroup { danger: local(Code, Code, "talks to the processes of containers"), rows: &[
        RightRow { right: Some(Right::Attach), scope: Any, group: CORE, resource: "pods/attach", verbs: CREATE },
        RightRow { right: Some(Right::AttachGet), scope: Any, group: CORE, resource: "pods/attach", verbs: GET },
    ] },
    RightGroup { danger: local(Code, Code, "adds containers to running pods"), rows: &[
        RightRow { right: Some(Right::EphemeralContainers), scope: Any, group: CORE, resource: "pods/ephemeralcontainers", verbs: CHANGE },
    ] },
    RightGroup { danger: local(Guards, Guards, "changes what Pod Security admission enforces"), rows: &[
        RightRow { right: Some(Right::NamespaceEdit), scope: Any, group: CORE, resource: "namespaces", verbs: CHANGE },
    ] },
    RightGroup { danger: wide(Guards, "removes what admission demands"), rows: &[
        RightRow { right: None, scope: Whole, group: ADMISSION, resource: "mutatingwebhookconfigurations", verbs: &["delete", "deletecollection"] },
        RightRow { right: None, scope: Whole, group: ADMISSION, resource: "validatingwebhookconfigurations", verbs: &["delete", "deletecollection"] },
        RightRow { right: None, scope: Whole, group: ADMISSION, resource: "validatingadmissionpolicies", verbs: &["delete", "deletecollection"] },
        RightRow { right: None, scope: Whole, group: ADMISSION, resource: "validatingadmissionpolicybindings", verbs: &["delete", "deletecollection"] },
    ] },
    RightGroup { danger: wide(Guards, "changes what admission demands"), rows: &[
        RightRow { right: None, scope: Whole, group: ADMISSION, resource: "validatingadmissionpolicies", verbs: CHANGE },
        RightRow { right: None, scope: Whole, group: ADMISSION, resource: "validatingadmissionpolicybindings", verbs: CHANGE },
    ] },
    RightGroup { danger: wide(Guards, "decides which nodes pods can run on"), rows: &[
        RightRow { right: Some(Right::NodeEdit), scope: Whole, group: CORE, resource: "nodes", verbs: CHANGE },
        RightRow { right: Some(Right::NodeStatusEdit), scope: Whole, group: CORE, resource: "nodes/status", verbs: CHANGE },
    ] },
    RightGroup { danger: local(Guards, Guards, "decides which pods get traffic, or are replaced"), rows: &[
        RightRow { right: None, scope: Any, group: CORE, resource: "pods/status", verbs: CHANGE },
    ] },
    // What a path needs, and neither `can` nor a rule warns of.
    RightGroup { danger: None, rows: &[
        RightRow { right: Some(Right::PodDelete), scope: Any, group: CORE, resource: "pods", verbs: &["delete", "deletecollection"] },
        RightRow { right: Some(Right::PodEvict), scope: Any, group: CORE, resource: "pods/eviction", verbs: CREATE },
        RightRow { right: Some(Right::PortForward), scope: Any, group: CORE, resource: "pods/portforward", verbs: CREATE },
        RightRow { right: Some(Right::PortForwardGet), scope: Any, group: CORE, resource: "pods/portforward", verbs: GET },
        RightRow { right: Some(Right::PodLog), scope: Any, group: CORE, resource: "pods/log", verbs: GET },
        // The answer to deletecollection holds what was deleted.
        RightRow { right: Some(Right::SecretList), scope: Any, group: CORE, resource: "secrets", verbs: &["deletecollection"] },
        RightRow { right: Some(Right::ClaimCreate), scope: Any, group: CORE, resource: "persistentvolumeclaims", verbs: CREATE },
        RightRow { right: Some(Right::RoleCreate), scope: Any, group: RBAC, resource: "roles", verbs: CREATE },
        RightRow { right: Some(Right::RoleEdit), scope: Any, group: RBAC, resource: "roles", verbs: CHANGE },
        RightRow { right: Some(Right::NamespaceCreate), scope: Whole, group: CORE, resource: "namespaces", verbs: CREATE },
        RightRow { right: Some(Right::ClusterRoleCreate), scope: Whole, group: RBAC, resource: "clusterroles", verbs: CREATE },
        RightRow { right: Some(Right::ClusterRoleEdit), scope: Whole, group: RBAC, resource: "clusterroles", verbs: CHANGE },
        RightRow { right: Some(Right::CsrRead), scope: Whole, group: CERTIFICATES, resource: "certificatesigningrequests", verbs: &["get", "list", "watch"] },
        RightRow { right: Some(Right::CsrNode), scope: Whole, group: CERTIFICATES, resource: "certificatesigningrequests/nodeclient", verbs: CREATE },
        RightRow { right: Some(Right::NodesLog), scope: Whole, group: CORE, resource: "nodes/log", verbs: GET },
        RightRow { right: Some(Right::ApiService), scope: Whole, group: "apiregistration.k8s.io", resource: "apiservices", verbs: WRITE },
        RightRow { right: Some(Right::CsiDriver), scope: Whole, group: "storage.k8s.io", resource: "csidrivers", verbs: WRITE },
        // Beginnings of verbs: the verb that is impersonated follows.
        RightRow { right: Some(Right::ImpersonateOnAccount), scope: Any, group: "*", resource: "*", verbs: &["impersonate-on:serviceaccount:"] },
        RightRow { right: Some(Right::ImpersonateOnUser), scope: Any, group: "*", resource: "*", verbs: &["impersonate-on:user-info:"] },
        RightRow { right: Some(Right::ImpersonateOnNode), scope: Any, group: "*", resource: "*", verbs: &["impersonate-on:arbitrary-node:"] },
    ] },
];

/// What is dangerous, the right to everything first.
pub(super) static DANGEROUS: LazyLock<Vec<Dangerous>> =
    LazyLock::new(|| TABLE.iter().filter_map(dangerous).collect());

/// Every right that attack paths follow, by its number.
pub static RIGHTS: LazyLock<Vec<RightSpec>> = LazyLock::new(|| {
    let mut specs: Vec<RightSpec> = Vec::new();
    for row in TABLE.iter().flat_map(|group| group.rows) {
        let Some(right) = row.right else { continue };
        match specs.iter_mut().find(|spec| spec.right == right) {
            Some(spec) => spec.verbs.extend(row.verbs),
            None => specs.push(RightSpec {
                right,
                scope: row.scope,
                group: row.group,
                resource: row.resource,
                verbs: row.verbs.to_vec(),
            }),
        }
    }
    specs.sort_by_key(|spec| spec.right);
    specs
});

/// What a right is made of.
#[must_use]
pub fn right_spec(right: Right) -> &'static RightSpec {
    &RIGHTS[right as usize]
}

fn dangerous(group: &RightGroup) -> Option<Dangerous> {
    let danger = group.danger?;
    let unique = |mut all: Vec<&'static str>, text: &'static str| {
        if !all.contains(&text) {
            all.push(text);
        }
        all
    };
    let rows = group.rows.iter();
    Some(Dangerous {
        group: rows.clone().next()?.group,
        resources: rows.clone().map(|row| row.resource).fold(Vec::new(), unique),
        verbs: rows.flat_map(|row| row.verbs).copied().fold(Vec::new(), unique),
        why: danger.why,
        in_cluster: danger.in_cluster,
        in_namespace: danger.in_namespace,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rights are looked up by their number, and no row contradicts another of its right.
    #[test]
    fn every_right_has_its_rows() {
        for (number, spec) in RIGHTS.iter().enumerate() {
            assert_eq!(spec.right as usize, number, "{:?} is out of place", spec.right);
        }
        assert_eq!(RIGHTS.last().map(|spec| spec.right), Some(Right::Everything));
        for row in TABLE.iter().flat_map(|group| group.rows) {
            let Some(right) = row.right else { continue };
            let spec = right_spec(right);
            let (of_row, of_right) =
                ((row.scope, row.group, row.resource), (spec.scope, spec.group, spec.resource));
            assert_eq!(of_row, of_right, "{right:?}");
        }
    }

    /// A warning names resources and verbs in two lists, so each verb must count on each resource.
    #[test]
    fn a_dangerous_group_is_a_product() {
        for group in TABLE.iter().filter(|group| group.danger.is_some()) {
            let listed: usize = group.rows.iter().map(|row| row.verbs.len()).sum();
            let product = dangerous(group).map(|row| row.resources.len() * row.verbs.len());
            assert_eq!(product, Some(listed), "{:?}", group.danger);
            let namespaced = group.danger.is_some_and(|danger| danger.in_namespace.is_some());
            let agrees = |row: &RightRow| namespaced == (row.scope == RightScope::Namespace);
            assert!(group.rows.iter().all(agrees), "{:?}", group.danger);
            let one = |row: &RightRow| row.group == group.rows[0].group;
            assert!(group.rows.iter().all(one), "{:?}", group.danger);
        }
    }
}
