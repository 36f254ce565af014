//! The rights that attack paths follow, by name. What each is made of is in the table of rights.

/// A right that leads an attacker on: some verbs on one resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Right {
    /// `create pods`
    PodCreate,
    /// `update/patch pods`
    PodEdit,
    /// `delete/deletecollection pods`
    PodDelete,
    /// `create pods/eviction`
    PodEvict,
    /// `create pods/exec`
    Exec,
    /// `get pods/exec`
    ExecGet,
    /// `create pods/attach`
    Attach,
    /// `get pods/attach`
    AttachGet,
    /// `create pods/portforward`
    PortForward,
    /// `get pods/portforward`
    PortForwardGet,
    /// `update/patch pods/ephemeralcontainers`
    EphemeralContainers,
    /// `get pods/log`
    PodLog,
    /// `create deployments.apps`
    CreateDeployments,
    /// `create replicasets.apps`
    CreateReplicaSets,
    /// `create daemonsets.apps`
    CreateDaemonSets,
    /// `create statefulsets.apps`
    CreateStatefulSets,
    /// `create jobs.batch`
    CreateJobs,
    /// `create cronjobs.batch`
    CreateCronJobs,
    /// `create replicationcontrollers`
    CreateReplicationControllers,
    /// `update/patch deployments.apps`
    EditDeployments,
    /// `update/patch replicasets.apps`
    EditReplicaSets,
    /// `update/patch daemonsets.apps`
    EditDaemonSets,
    /// `update/patch statefulsets.apps`
    EditStatefulSets,
    /// `update/patch cronjobs.batch`
    EditCronJobs,
    /// `update/patch replicationcontrollers`
    EditReplicationControllers,
    /// `create serviceaccounts/token`
    TokenRequest,
    /// `get/patch secrets`
    SecretGet,
    /// `list/watch/deletecollection secrets`
    SecretList,
    /// `create secrets`
    SecretCreate,
    /// `create persistentvolumeclaims`
    ClaimCreate,
    /// `impersonate serviceaccounts`
    ImpersonateAccount,
    /// `impersonate:serviceaccount serviceaccounts.authentication.k8s.io`
    ConstrainedAccount,
    /// `create rolebindings.rbac.authorization.k8s.io`
    RoleBindingCreate,
    /// `update/patch rolebindings.rbac.authorization.k8s.io`
    RoleBindingEdit,
    /// `bind roles.rbac.authorization.k8s.io`
    RoleBind,
    /// `bind clusterroles.rbac.authorization.k8s.io`
    ClusterRoleBind,
    /// `create roles.rbac.authorization.k8s.io`
    RoleCreate,
    /// `update/patch roles.rbac.authorization.k8s.io`
    RoleEdit,
    /// `escalate roles.rbac.authorization.k8s.io`
    RoleEscalate,
    /// `update/patch namespaces`
    NamespaceEdit,
    /// `create namespaces`
    NamespaceCreate,
    /// `create clusterrolebindings.rbac.authorization.k8s.io`
    ClusterRoleBindingCreate,
    /// `update/patch clusterrolebindings.rbac.authorization.k8s.io`
    ClusterRoleBindingEdit,
    /// `create clusterroles.rbac.authorization.k8s.io`
    ClusterRoleCreate,
    /// `update/patch clusterroles.rbac.authorization.k8s.io`
    ClusterRoleEdit,
    /// `escalate clusterroles.rbac.authorization.k8s.io`
    ClusterRoleEscalate,
    /// `impersonate users`
    ImpersonateUser,
    /// `impersonate groups`
    ImpersonateGroup,
    /// `impersonate:user-info users.authentication.k8s.io`
    ConstrainedUser,
    /// `impersonate:arbitrary-node nodes.authentication.k8s.io`
    ConstrainedNode,
    /// `create certificatesigningrequests.certificates.k8s.io`
    CsrCreate,
    /// `get/list/watch certificatesigningrequests.certificates.k8s.io`
    CsrRead,
    /// `update/patch certificatesigningrequests.certificates.k8s.io/approval`
    CsrApprove,
    /// `create certificatesigningrequests.certificates.k8s.io/nodeclient`
    CsrNode,
    /// `approve signers.certificates.k8s.io`
    SignerApprove,
    /// `get/create nodes/proxy`
    NodesProxy,
    /// `get nodes/log`
    NodesLog,
    /// `update/patch nodes`
    NodeEdit,
    /// `update/patch nodes/status`
    NodeStatusEdit,
    /// `create persistentvolumes`
    VolumeCreate,
    /// `create/update/patch mutatingwebhookconfigurations.admissionregistration.k8s.io`
    MutatingWebhook,
    /// `create/update/patch validatingwebhookconfigurations.admissionregistration.k8s.io`
    ValidatingWebhook,
    /// `create mutatingadmissionpolicies.admissionregistration.k8s.io`
    MutatingPolicyCreate,
    /// `update/patch mutatingadmissionpolicies.admissionregistration.k8s.io`
    MutatingPolicyEdit,
    /// `create/update/patch mutatingadmissionpolicybindings.admissionregistration.k8s.io`
    MutatingPolicyBind,
    /// `create/update/patch apiservices.apiregistration.k8s.io`
    ApiService,
    /// `create/update/patch csidrivers.storage.k8s.io`
    CsiDriver,
    /// `impersonate-on:serviceaccount: *`
    ImpersonateOnAccount,
    /// `impersonate-on:user-info: *`
    ImpersonateOnUser,
    /// `impersonate-on:arbitrary-node: *`
    ImpersonateOnNode,
    /// `* *`
    Everything,
}

/// Where a right can be granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RightScope {
    /// In one namespace or in all.
    Namespace,
    /// In the whole cluster only, because the kind has no namespaces.
    Cluster,
}
