//! The table of kinds of steps: how one thing leads to another. It feeds the graph, `docs/paths.md`
//! and every output.

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

macro_rules! step_kinds {
    ($($kind:ident {
        id: $id:literal,
        does: $does:literal,
        certainty: $certainty:literal,
        source: $source:literal,
    })*) => {
        /// How one thing leads to another.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum StepKind {
            /// No step: whoever has the one has the other with it.
            Includes,
            $(#[doc = $does] $kind,)*
        }

        impl StepKind {
            /// Every kind of step, in the order in which alternatives are preferred.
            pub const ALL: &'static [Self] = &[$(Self::$kind),*];

            /// What the table says of it.
            #[must_use]
            pub fn spec(self) -> StepSpec {
                match self {
                    Self::Includes => StepSpec { id: "", does: "", certainty: "", source: "" },
                    $(Self::$kind => StepSpec {
                        id: $id,
                        does: $does,
                        certainty: $certainty,
                        source: $source,
                    },)*
                }
            }
        }
    };
}

step_kinds! {
    Everything {
        id: "everything",
        does: "may do everything in the cluster",
        certainty: "certain",
        source: "pkg/apis/rbac/v1/evaluation_helpers.go",
    }
    ControlPlane {
        id: "control-plane",
        does: "reads the keys of the control plane on its node",
        certainty: "certain",
        source: "kubeadm: /etc/kubernetes",
    }
    Token {
        id: "token",
        does: "reads the API token in the container",
        certainty: "certain; possible where the API server may not accept it, or automount is not known",
        source: "plugin/pkg/admission/serviceaccount/admission.go",
    }
    Escape {
        id: "escape",
        does: "breaks out of the container to its node",
        certainty: "certain as root with privileged mode, SYS_MODULE, SYS_PTRACE and hostPID without AppArmor, or a writable path that rules the node; possible otherwise",
        source: "capabilities(7), core(5); pkg/securitycontext/util.go",
    }
    NodePods {
        id: "node-pods",
        does: "takes tokens of the pods on the node",
        certainty: "certain for tokens that are mounted",
        source: "pkg/kubelet/token; plugin/pkg/auth/authorizer/node",
    }
    NodeIdentity {
        id: "node-identity",
        does: "has the kubelet make tokens for pods on the node that mount none",
        certainty: "possible: from Kubernetes 1.33 only audiences in the pod's spec",
        source: "plugin/pkg/admission/noderestriction/admission.go",
    }
    Impersonate {
        id: "impersonate",
        does: "impersonates",
        certainty: "certain; groups need a user name beside them",
        source: "k8s.io/apiserver/pkg/endpoints/filters/impersonation",
    }
    TokenRequest {
        id: "token-request",
        does: "makes a token of the ServiceAccount",
        certainty: "certain",
        source: "pkg/registry/core/serviceaccount/storage/token.go",
    }
    Exec {
        id: "exec",
        does: "runs commands in the container",
        certainty: "certain with create; with get alone certain before Kubernetes 1.35, possible if the version is not known",
        source: "pkg/registry/core/pod/rest/subresources.go",
    }
    NodesProxy {
        id: "nodes-proxy",
        does: "runs commands in containers through the kubelet",
        certainty: "certain; get suffices",
        source: "pkg/kubelet/server/auth.go",
    }
    PodCreate {
        id: "pod-create",
        does: "runs a pod or a workload as the ServiceAccount",
        certainty: "certain; Secrets that it would mount by name possible",
        source: "plugin/pkg/admission/serviceaccount/admission.go",
    }
    ControllerEdit {
        id: "controller-edit",
        does: "changes the template of a workload to run as the ServiceAccount",
        certainty: "certain where such a workload has pods; possible where none was seen",
        source: "pkg/registry/apps, pkg/registry/batch",
    }
    PodToNode {
        id: "pod-to-node",
        does: "runs a pod that breaks out to a node of its choice",
        certainty: "certain where the namespace enforces privileged; possible where no label says; none below",
        source: "k8s.io/pod-security-admission/admission",
    }
    NamespaceRelabel {
        id: "ns-relabel",
        does: "labels a namespace privileged, and runs a pod there that breaks out to a node",
        certainty: "certain",
        source: "k8s.io/pod-security-admission/api/helpers.go",
    }
    PodImage {
        id: "pod-image",
        does: "replaces the image of the running pod",
        certainty: "certain where the pod meets what its namespace enforces; possible where no label says",
        source: "pkg/apis/core/validation/validation.go, ValidatePodUpdate",
    }
    Ephemeral {
        id: "ephemeral",
        does: "adds a container to the running pod",
        certainty: "certain for its token; for its node by what the namespace enforces",
        source: "pkg/registry/core/pod/strategy.go, podEphemeralContainersStrategy",
    }
    SecretRead {
        id: "secret-read",
        does: "reads Secrets",
        certainty: "certain with list or watch; possible with get or patch alone, which need a name, and where Secrets were not listed",
        source: "pkg/registry/core/secret",
    }
    SecretForge {
        id: "secret-forge",
        does: "creates a token Secret for the ServiceAccount and reads it",
        certainty: "certain",
        source: "pkg/controller/serviceaccount/tokens_controller.go",
    }
    Bind {
        id: "bind",
        does: "binds a role to itself",
        certainty: "certain",
        source: "pkg/registry/rbac/rolebinding/policybased/storage.go",
    }
    Escalate {
        id: "escalate",
        does: "writes every right into a role that it has",
        certainty: "certain",
        source: "pkg/registry/rbac/role/policybased/storage.go",
    }
    Csr {
        id: "csr",
        does: "has a client certificate signed for another user or group, and approves it",
        certainty: "certain, if the signer runs",
        source: "plugin/pkg/admission/certificates/approval, .../subjectrestriction",
    }
    CsrNode {
        id: "csr-node",
        does: "has a kubelet's client certificate signed",
        certainty: "certain with the right to read the request; possible without",
        source: "pkg/controller/certificates/approver/sarapprove.go",
    }
    ImpersonateConstrained {
        id: "impersonate-constrained",
        does: "impersonates for some verbs only",
        certainty: "possible: it counts for the verbs of impersonate-on alone",
        source: "KEP-5284",
    }
    Attach {
        id: "attach",
        does: "talks to a process or a port of the pod",
        certainty: "possible",
        source: "pkg/registry/core/pod/rest/subresources.go",
    }
    PersistentVolume {
        id: "pv",
        does: "mounts a path of a node through a volume of its own making",
        certainty: "certain where pods may run as root; possible where they may not, or no label says",
        source: "KEP-1495; k8s.io/pod-security-admission/policy",
    }
    SharedPid {
        id: "shared-pid",
        does: "reaches the other container through the pod's process namespace",
        certainty: "possible: given the same user id or SYS_PTRACE",
        source: "KEP-495",
    }
    Webhooks {
        id: "webhooks",
        does: "registers a webhook that sees or changes what others write",
        certainty: "possible: somebody privileged has to write",
        source: "k8s.io/apiserver/pkg/admission/plugin/webhook",
    }
    MutatingPolicy {
        id: "map",
        does: "writes a policy that changes what others write",
        certainty: "possible: somebody privileged has to write",
        source: "KEP-3962",
    }
    ApiService {
        id: "apiservice",
        does: "answers for a part of the API",
        certainty: "possible",
        source: "k8s.io/kube-aggregator",
    }
    Csi {
        id: "csi",
        does: "has the tokens of pods handed to a CSI driver",
        certainty: "possible: that driver must be its own",
        source: "KEP-2047",
    }
    Steal {
        id: "steal",
        does: "drives pods to the node that it has, and takes their tokens",
        certainty: "possible",
        source: "pkg/scheduler; plugin/pkg/auth/authorizer/node",
    }
}
