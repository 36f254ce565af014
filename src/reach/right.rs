//! The rights that lead on: the only ones that paths look for, each a bit. A role is read once.

macro_rules! rights {
    ($($right:ident, $scope:ident, $group:literal, $resource:literal, [$($verb:literal),*];)*) => {
        /// A right that leads on.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[repr(u8)]
        pub(super) enum Right { $($right),* }

        pub(super) const TABLE: &[(Right, Scope, &str, &str, &[&str])] =
            &[$((Right::$right, Scope::$scope, $group, $resource, &[$($verb),*])),*];
    };
}

/// Where a right can be granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// In one namespace or all.
    Any,
    /// In all namespaces only: the kind has none.
    Cluster,
}

rights! {
    PodCreate, Any, "", "pods", ["create"];
    PodEdit, Any, "", "pods", ["update", "patch"];
    PodDelete, Any, "", "pods", ["delete", "deletecollection"];
    PodEvict, Any, "", "pods/eviction", ["create"];
    Exec, Any, "", "pods/exec", ["create"];
    ExecGet, Any, "", "pods/exec", ["get"];
    Attach, Any, "", "pods/attach", ["create"];
    AttachGet, Any, "", "pods/attach", ["get"];
    PortForward, Any, "", "pods/portforward", ["create"];
    PortForwardGet, Any, "", "pods/portforward", ["get"];
    Ephemeral, Any, "", "pods/ephemeralcontainers", ["update", "patch"];
    PodLog, Any, "", "pods/log", ["get"];
    Workloads, Any, "apps", "deployments", ["create"];
    WorkloadsReplicaSets, Any, "apps", "replicasets", ["create"];
    WorkloadsDaemonSets, Any, "apps", "daemonsets", ["create"];
    WorkloadsStatefulSets, Any, "apps", "statefulsets", ["create"];
    WorkloadsJobs, Any, "batch", "jobs", ["create"];
    WorkloadsCronJobs, Any, "batch", "cronjobs", ["create"];
    WorkloadsControllers, Any, "", "replicationcontrollers", ["create"];
    EditDeployments, Any, "apps", "deployments", ["update", "patch"];
    EditReplicaSets, Any, "apps", "replicasets", ["update", "patch"];
    EditDaemonSets, Any, "apps", "daemonsets", ["update", "patch"];
    EditStatefulSets, Any, "apps", "statefulsets", ["update", "patch"];
    EditCronJobs, Any, "batch", "cronjobs", ["update", "patch"];
    EditControllers, Any, "", "replicationcontrollers", ["update", "patch"];
    TokenRequest, Any, "", "serviceaccounts/token", ["create"];
    SecretGet, Any, "", "secrets", ["get", "patch"];
    SecretList, Any, "", "secrets", ["list", "watch", "deletecollection"];
    SecretCreate, Any, "", "secrets", ["create"];
    ClaimCreate, Any, "", "persistentvolumeclaims", ["create"];
    ImpersonateAccount, Any, "", "serviceaccounts", ["impersonate"];
    ConstrainedAccount, Any, "authentication.k8s.io", "serviceaccounts", ["impersonate:serviceaccount"];
    RoleBindingCreate, Any, "rbac.authorization.k8s.io", "rolebindings", ["create"];
    RoleBindingEdit, Any, "rbac.authorization.k8s.io", "rolebindings", ["update", "patch"];
    RoleBind, Any, "rbac.authorization.k8s.io", "roles", ["bind"];
    ClusterRoleBind, Any, "rbac.authorization.k8s.io", "clusterroles", ["bind"];
    RoleCreate, Any, "rbac.authorization.k8s.io", "roles", ["create"];
    RoleEdit, Any, "rbac.authorization.k8s.io", "roles", ["update", "patch"];
    RoleEscalate, Any, "rbac.authorization.k8s.io", "roles", ["escalate"];
    NamespaceEdit, Any, "", "namespaces", ["update", "patch"];
    NamespaceCreate, Cluster, "", "namespaces", ["create"];
    ClusterRoleBindingCreate, Cluster, "rbac.authorization.k8s.io", "clusterrolebindings", ["create"];
    ClusterRoleBindingEdit, Cluster, "rbac.authorization.k8s.io", "clusterrolebindings", ["update", "patch"];
    ClusterRoleCreate, Cluster, "rbac.authorization.k8s.io", "clusterroles", ["create"];
    ClusterRoleEdit, Cluster, "rbac.authorization.k8s.io", "clusterroles", ["update", "patch"];
    ClusterRoleEscalate, Cluster, "rbac.authorization.k8s.io", "clusterroles", ["escalate"];
    ImpersonateUser, Cluster, "", "users", ["impersonate"];
    ImpersonateGroup, Cluster, "", "groups", ["impersonate"];
    ConstrainedUser, Cluster, "authentication.k8s.io", "users", ["impersonate:user-info"];
    ConstrainedNode, Cluster, "authentication.k8s.io", "nodes", ["impersonate:arbitrary-node"];
    CsrCreate, Cluster, "certificates.k8s.io", "certificatesigningrequests", ["create"];
    CsrRead, Cluster, "certificates.k8s.io", "certificatesigningrequests", ["get", "list", "watch"];
    CsrApprove, Cluster, "certificates.k8s.io", "certificatesigningrequests/approval", ["update", "patch"];
    CsrNode, Cluster, "certificates.k8s.io", "certificatesigningrequests/nodeclient", ["create"];
    SignerApprove, Cluster, "certificates.k8s.io", "signers", ["approve"];
    NodesProxy, Cluster, "", "nodes/proxy", ["get", "create"];
    NodesLog, Cluster, "", "nodes/log", ["get"];
    NodeEdit, Cluster, "", "nodes", ["update", "patch"];
    NodeStatusEdit, Cluster, "", "nodes/status", ["update", "patch"];
    VolumeCreate, Cluster, "", "persistentvolumes", ["create"];
    MutatingWebhook, Cluster, "admissionregistration.k8s.io", "mutatingwebhookconfigurations", ["create", "update", "patch"];
    ValidatingWebhook, Cluster, "admissionregistration.k8s.io", "validatingwebhookconfigurations", ["create", "update", "patch"];
    MutatingPolicyCreate, Cluster, "admissionregistration.k8s.io", "mutatingadmissionpolicies", ["create"];
    MutatingPolicyEdit, Cluster, "admissionregistration.k8s.io", "mutatingadmissionpolicies", ["update", "patch"];
    MutatingPolicyBind, Cluster, "admissionregistration.k8s.io", "mutatingadmissionpolicybindings", ["create", "update", "patch"];
    ApiService, Cluster, "apiregistration.k8s.io", "apiservices", ["create", "update", "patch"];
    CsiDriver, Cluster, "storage.k8s.io", "csidrivers", ["create", "update", "patch"];
    OnAccount, Any, "*", "*", ["impersonate-on:serviceaccount:"];
    OnUser, Any, "*", "*", ["impersonate-on:user-info:"];
    OnNode, Any, "*", "*", ["impersonate-on:arbitrary-node:"];
    Everything, Any, "*", "*", ["*"];
}

impl Right {
    pub(super) const CREATES: [Self; 8] = [
        Self::PodCreate,
        Self::Workloads,
        Self::WorkloadsReplicaSets,
        Self::WorkloadsDaemonSets,
        Self::WorkloadsStatefulSets,
        Self::WorkloadsJobs,
        Self::WorkloadsCronJobs,
        Self::WorkloadsControllers,
    ];
    /// With the kind of the workload.
    pub(super) const EDITS: [(Self, &'static str); 6] = [
        (Self::EditDeployments, "Deployment"),
        (Self::EditReplicaSets, "ReplicaSet"),
        (Self::EditDaemonSets, "DaemonSet"),
        (Self::EditStatefulSets, "StatefulSet"),
        (Self::EditCronJobs, "CronJob"),
        (Self::EditControllers, "ReplicationController"),
    ];

    /// The right of that number.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|row| row.0)
    }

    /// The verbs and the resource, for people: `create pods/exec`.
    pub(super) fn words(self) -> String {
        let (_, _, group, resource, verbs) = TABLE[self as usize];
        match self {
            Self::Everything => "do anything with everything".to_owned(),
            Self::OnAccount | Self::OnUser | Self::OnNode => format!("{}*", verbs[0]),
            _ if group.is_empty() => format!("{} {resource}", verbs.join("/")),
            _ => match resource.split_once('/') {
                Some((kind, sub)) => format!("{} {kind}.{group}/{sub}", verbs.join("/")),
                None => format!("{} {resource}.{group}", verbs.join("/")),
            },
        }
    }
}

/// A set of rights.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Rights(u128);

impl Rights {
    pub(super) const NONE: Self = Self(0);

    pub(super) fn has(self, right: Right) -> bool {
        self.0 & (1 << right as u8) != 0
    }

    pub(super) fn insert(&mut self, right: Right) {
        self.0 |= 1 << right as u8;
    }

    pub(super) fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn retain(&mut self, others: Self) {
        self.0 &= others.0;
    }

    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// What a RoleBinding can grant of them.
    pub(super) fn namespaced(self) -> Self {
        let any = TABLE.iter().filter(|row| row.1 == Scope::Any);
        let mut mask = Self::NONE;
        any.for_each(|row| mask.insert(row.0));
        // All of it in one namespace is less than everything.
        mask.0 &= !(1 << Right::Everything as u8);
        Self(self.0 & mask.0)
    }

    /// All that can be had in a namespace.
    pub(super) fn admin() -> Self {
        let mut all = Self::NONE;
        Right::all().for_each(|right| all.insert(right));
        all.namespaced()
    }
}
