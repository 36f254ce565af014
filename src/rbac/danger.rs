//! The table of dangerous rights: those that lead to more than they say.
//!
//! Sources: "Role Based Access Control Good Practices" of the Kubernetes documentation, and the
//! handlers of Kubernetes v1.37.2 for what each right leads to.

/// Where a right leads, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Danger {
    /// To everything.
    Cluster,
    /// To what other identities may do, or to their credentials.
    Identities,
    /// Into containers that run.
    Code,
    /// Around what guards the cluster.
    Guards,
}

impl Danger {
    /// All, the worst first.
    pub const ALL: [Self; 4] = [Self::Cluster, Self::Identities, Self::Code, Self::Guards];

    /// The word used in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cluster => "cluster",
            Self::Identities => "identities",
            Self::Code => "code",
            Self::Guards => "guards",
        }
    }

    /// A heading.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Cluster => "Can lead to the whole cluster",
            Self::Identities => "Can lead to other identities or their credentials",
            Self::Code => "Can lead into running containers",
            Self::Guards => "Can weaken what guards the cluster",
        }
    }
}

/// A row: verbs on resources, and what they are good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dangerous {
    /// API group; `*` only where the right is to everything.
    pub group: &'static str,
    /// As in rules; `/*` stands for any subresource.
    pub resources: &'static [&'static str],
    /// Any of these.
    pub verbs: &'static [&'static str],
    /// What it does with it, without a subject.
    pub why: &'static str,
    /// Granted in the whole cluster.
    pub in_cluster: Danger,
    /// Granted in one namespace; `None` where that grants nothing, as the kind is cluster-scoped.
    pub in_namespace: Option<Danger>,
}

const RBAC: &str = "rbac.authorization.k8s.io";
const ADMISSION: &str = "admissionregistration.k8s.io";
const AUTHENTICATION: &str = "authentication.k8s.io";
const CERTIFICATES: &str = "certificates.k8s.io";
const WRITE: &[&str] = &["create", "update", "patch"];
const CHANGE: &[&str] = &["update", "patch"];
const IMPERSONATE_AS: &[&str] = &[
    "impersonate:user-info",
    "impersonate:serviceaccount",
    "impersonate:arbitrary-node",
    "impersonate:associated-node",
];

/// A kind that has namespaces.
const fn row(
    (group, resources): (&'static str, &'static [&'static str]),
    verbs: &'static [&'static str],
    (in_cluster, in_namespace): (Danger, Danger),
    why: &'static str,
) -> Dangerous {
    Dangerous { group, resources, verbs, why, in_cluster, in_namespace: Some(in_namespace) }
}

/// A kind without: a RoleBinding cannot grant it.
const fn wide(
    (group, resources): (&'static str, &'static [&'static str]),
    verbs: &'static [&'static str],
    in_cluster: Danger,
    why: &'static str,
) -> Dangerous {
    Dangerous { group, resources, verbs, why, in_cluster, in_namespace: None }
}

use Danger::{Cluster, Code, Guards, Identities};

/// The first row is the right to everything, which holds all others.
#[rustfmt::skip]
pub const DANGEROUS: &[Dangerous] = &[
    row(("*", &["*"]), &["*"], (Cluster, Identities), "every other right is in it"),
    wide((RBAC, &["clusterroles"]), &["escalate"], Cluster, "writes rights into roles that it does not have"),
    row((RBAC, &["roles"]), &["escalate"], (Cluster, Identities), "writes rights into roles that it does not have"),
    row((RBAC, &["roles", "clusterroles"]), &["bind"], (Cluster, Identities), "binds roles with rights that it does not have"),
    wide((RBAC, &["clusterrolebindings"]), WRITE, Identities, "hands on the rights that it has, or may bind"),
    row((RBAC, &["rolebindings"]), WRITE, (Identities, Identities), "hands on the rights that it has, or may bind"),
    wide(("", &["users", "groups"]), &["impersonate"], Cluster, "acts as others"),
    row(("", &["serviceaccounts"]), &["impersonate"], (Cluster, Identities), "acts as other ServiceAccounts"),
    wide((AUTHENTICATION, &["uids", "userextras", "userextras/*"]), &["impersonate"], Identities, "completes the identity that it acts as"),
    wide((AUTHENTICATION, &["users", "groups", "uids", "userextras", "userextras/*", "nodes"]), IMPERSONATE_AS, Identities, "acts as others where a right impersonate-on allows it too"),
    row((AUTHENTICATION, &["serviceaccounts"]), IMPERSONATE_AS, (Identities, Identities), "acts as others where a right impersonate-on allows it too"),
    row(("", &["serviceaccounts/token"]), &["create"], (Cluster, Identities), "makes tokens of ServiceAccounts"),
    row(("", &["pods", "replicationcontrollers"]), &["create"], (Cluster, Identities), "runs pods as any ServiceAccount there, with any Secret there"),
    row(("apps", &["deployments", "daemonsets", "statefulsets", "replicasets"]), WRITE, (Cluster, Identities), "runs pods as any ServiceAccount there, with any Secret there"),
    row(("", &["replicationcontrollers"]), CHANGE, (Cluster, Identities), "runs pods as any ServiceAccount there, with any Secret there"),
    row(("batch", &["cronjobs"]), WRITE, (Cluster, Identities), "runs pods as any ServiceAccount there, with any Secret there"),
    row(("batch", &["jobs"]), &["create"], (Cluster, Identities), "runs pods as any ServiceAccount there, with any Secret there"),
    row(("", &["secrets"]), &["get", "list", "watch"], (Identities, Identities), "reads credentials"),
    row(("", &["secrets"]), WRITE, (Identities, Identities), "replaces credentials, or has tokens of ServiceAccounts filled in"),
    wide(("", &["nodes/proxy"]), &["get", "create"], Cluster, "runs commands in every container of the nodes"),
    wide(("", &["persistentvolumes"]), &["create"], Cluster, "mounts the files of nodes, even where Pod Security forbids hostPath"),
    wide((CERTIFICATES, &["certificatesigningrequests"]), &["create"], Identities, "asks for client certificates; kubelets' are approved by themselves where it may"),
    wide((CERTIFICATES, &["certificatesigningrequests/approval"]), CHANGE, Identities, "approves client certificates of others, with approve on the signer"),
    wide((CERTIFICATES, &["signers"]), &["approve"], Identities, "approves client certificates of others, with the right to approval"),
    wide((ADMISSION, &["mutatingwebhookconfigurations", "validatingwebhookconfigurations"]), WRITE, Cluster, "reads what others write, Secrets too, or changes it"),
    wide((ADMISSION, &["mutatingadmissionpolicies", "mutatingadmissionpolicybindings"]), WRITE, Cluster, "changes what others write"),
    row(("", &["pods"]), CHANGE, (Code, Code), "replaces the images of running pods"),
    row(("", &["pods/exec"]), &["create", "get"], (Code, Code), "runs commands in containers; get alone did before Kubernetes 1.35"),
    row(("", &["pods/attach"]), &["create", "get"], (Code, Code), "talks to the processes of containers"),
    row(("", &["pods/ephemeralcontainers"]), CHANGE, (Code, Code), "adds containers to running pods"),
    row(("", &["namespaces"]), CHANGE, (Guards, Guards), "changes what Pod Security admission enforces"),
    wide((ADMISSION, &["mutatingwebhookconfigurations", "validatingwebhookconfigurations", "validatingadmissionpolicies", "validatingadmissionpolicybindings"]), &["delete", "deletecollection"], Guards, "removes what admission demands"),
    wide((ADMISSION, &["validatingadmissionpolicies", "validatingadmissionpolicybindings"]), CHANGE, Guards, "changes what admission demands"),
    wide(("", &["nodes", "nodes/status"]), CHANGE, Guards, "decides which nodes pods can run on"),
    row(("", &["pods/status"]), CHANGE, (Guards, Guards), "decides which pods get traffic, or are replaced"),
];
