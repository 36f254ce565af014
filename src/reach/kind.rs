//! The table of edge kinds: how one thing leads to another. It feeds the graph, `docs/paths.md` and
//! every output.

/// How sure a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certainty {
    /// What was read says so, if no other admission control refuses it.
    Certain,
    /// Holds if something is also true that was not read, or that the API does not show.
    Possible,
}

impl Certainty {
    /// The word used in every output.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Certain => "certain",
            Self::Possible => "possible",
        }
    }

    pub(super) fn of(certain: bool) -> Self {
        if certain { Self::Certain } else { Self::Possible }
    }
}

/// A row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StepSpec {
    /// Stable name, for example `pod-create`.
    pub id: &'static str,
    /// What whoever has the one does to get the other, without a subject.
    pub does: &'static str,
    /// When the step is certain, and when only possible.
    pub certainty: &'static str,
    /// The file of Kubernetes, the KEP or the manual that decides.
    pub source: &'static str,
}

macro_rules! kinds {
    ($($kind:ident, $id:literal, $does:literal, $certainty:literal, $source:literal;)*) => {
        /// How one thing leads to another.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum StepKind {
            /// No step: the one is part of the other.
            Part,
            $(#[doc = $does] $kind,)*
        }

        impl StepKind {
            /// Every kind of step, in the order in which alternatives are preferred.
            pub const ALL: &'static [Self] = &[$(Self::$kind),*];

            /// What the table says of it.
            #[must_use]
            pub fn spec(self) -> StepSpec {
                match self {
                    Self::Part => StepSpec { id: "part", does: "", certainty: "", source: "" },
                    $(Self::$kind => StepSpec {
                        id: $id, does: $does, certainty: $certainty, source: $source,
                    },)*
                }
            }
        }
    };
}

kinds! {
    Everything, "everything", "may do everything in the cluster",
        "certain", "pkg/apis/rbac/v1/evaluation_helpers.go";
    ControlPlane, "control-plane", "reads the keys of the control plane on its node",
        "certain", "kubeadm: /etc/kubernetes";
    Token, "token", "reads the API token in the container",
        "certain; possible where the API server may not accept it, or automount is not known", "plugin/pkg/admission/serviceaccount/admission.go";
    Escape, "escape", "breaks out of the container to its node",
        "certain as root with privileged mode, SYS_MODULE, SYS_PTRACE and hostPID without AppArmor, or a writable path that rules the node; possible otherwise", "capabilities(7), core(5); pkg/securitycontext/util.go";
    NodePods, "node-pods", "takes tokens of the pods on the node",
        "certain for tokens that are mounted", "pkg/kubelet/token; plugin/pkg/auth/authorizer/node";
    NodeIdentity, "node-identity", "has the kubelet make tokens for pods on the node that mount none",
        "possible: from Kubernetes 1.33 only audiences in the pod's spec", "plugin/pkg/admission/noderestriction/admission.go";
    Impersonate, "impersonate", "impersonates",
        "certain; groups need a user name beside them", "k8s.io/apiserver/pkg/endpoints/filters/impersonation";
    TokenRequest, "token-request", "makes a token of the ServiceAccount",
        "certain", "pkg/registry/core/serviceaccount/storage/token.go";
    Exec, "exec", "runs commands in the container",
        "certain with create; with get alone certain before Kubernetes 1.35, possible if the version is not known", "pkg/registry/core/pod/rest/subresources.go";
    NodesProxy, "nodes-proxy", "runs commands in containers through the kubelet",
        "certain; get suffices", "pkg/kubelet/server/auth.go";
    PodCreate, "pod-create", "runs a pod or a workload as the ServiceAccount",
        "certain; Secrets that it would mount by name possible", "plugin/pkg/admission/serviceaccount/admission.go";
    ControllerEdit, "controller-edit", "changes the template of a workload to run as the ServiceAccount",
        "certain where such a workload has pods; possible where none was seen", "pkg/registry/apps, pkg/registry/batch";
    PodToNode, "pod-to-node", "runs a pod that breaks out to a node of its choice",
        "certain where the namespace enforces privileged; possible where no label says; none below", "k8s.io/pod-security-admission/admission";
    NamespaceRelabel, "ns-relabel", "labels a namespace privileged, and runs a pod there that breaks out to a node",
        "certain", "k8s.io/pod-security-admission/api/helpers.go";
    PodImage, "pod-image", "replaces the image of the running pod",
        "certain where the pod meets what its namespace enforces; possible where no label says", "pkg/apis/core/validation/validation.go, ValidatePodUpdate";
    Ephemeral, "ephemeral", "adds a container to the running pod",
        "certain for its token; for its node by what the namespace enforces", "pkg/registry/core/pod/strategy.go, podEphemeralContainersStrategy";
    SecretRead, "secret-read", "reads Secrets",
        "certain with list or watch; possible with get or patch alone, which need a name, and where Secrets were not listed", "pkg/registry/core/secret";
    SecretForge, "secret-forge", "creates a token Secret for the ServiceAccount and reads it",
        "certain", "pkg/controller/serviceaccount/tokens_controller.go";
    Bind, "bind", "binds a role to itself",
        "certain", "pkg/registry/rbac/rolebinding/policybased/storage.go";
    Escalate, "escalate", "writes every right into a role that it has",
        "certain", "pkg/registry/rbac/role/policybased/storage.go";
    Csr, "csr", "has a client certificate signed for another user or group, and approves it",
        "certain, if the signer runs", "plugin/pkg/admission/certificates/approval, .../subjectrestriction";
    CsrNode, "csr-node", "has a kubelet's client certificate signed",
        "certain with the right to read the request; possible without", "pkg/controller/certificates/approver/sarapprove.go";
    ImpersonateConstrained, "impersonate-constrained", "impersonates for some verbs only",
        "possible: it counts for the verbs of impersonate-on alone", "KEP-5284";
    Attach, "attach", "talks to a process or a port of the pod",
        "possible", "pkg/registry/core/pod/rest/subresources.go";
    PersistentVolume, "pv", "mounts a path of a node through a volume of its own making",
        "certain where pods may run as root; possible where they may not, or no label says", "KEP-1495; k8s.io/pod-security-admission/policy";
    SharedPid, "shared-pid", "reaches the other container through the pod's process namespace",
        "possible: given the same user id or SYS_PTRACE", "KEP-495";
    Webhooks, "webhooks", "registers a webhook that sees or changes what others write",
        "possible: somebody privileged has to write", "k8s.io/apiserver/pkg/admission/plugin/webhook";
    MutatingPolicy, "map", "writes a policy that changes what others write",
        "possible: somebody privileged has to write", "KEP-3962";
    ApiService, "apiservice", "answers for a part of the API",
        "possible", "k8s.io/kube-aggregator";
    Csi, "csi", "has the tokens of pods handed to a CSI driver",
        "possible: that driver must be its own", "KEP-2047";
    Steal, "steal", "drives pods to the node that it has, and takes their tokens",
        "possible", "pkg/scheduler; plugin/pkg/auth/authorizer/node";
}
