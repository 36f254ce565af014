//! Where rights on kinds without a namespace lead. RoleBindings never grant them.

use crate::evidence::Certainty;
use crate::rbac::Right;
use crate::rbac::well_known::{MASTERS, NODES};
use crate::reach::cluster::place::Place;
use crate::reach::graph::edges::Requirement;
use crate::reach::graph::vertex::{Hub, Vertex};
use crate::reach::rights::granted::NamedRight;
use crate::reach::steps::collector::StepCollector;
use crate::reach::steps::kind::StepKind;

/// Who may approve for this signer has what it signs: `domain/*` is all of a domain.
const CLIENT_SIGNERS: [&str; 2] = ["kubernetes.io/kube-apiserver-client", "kubernetes.io/*"];
const KUBELET_SIGNERS: [&str; 2] =
    ["kubernetes.io/kube-apiserver-client-kubelet", "kubernetes.io/*"];

/// A step that some rights in the whole cluster allow.
struct ClusterStep {
    needs: &'static [Right],
    kind: StepKind,
    to: Vertex,
    certainty: Certainty,
}

use Certainty::{Certain, Possible};

#[rustfmt::skip]
const CLUSTER_STEPS: [ClusterStep; 12] = [
    ClusterStep { needs: &[Right::NodesProxy], kind: StepKind::NodesProxy, to: Vertex::All(Hub::Containers), certainty: Certain },
    ClusterStep { needs: &[Right::ImpersonateUser], kind: StepKind::Impersonate, to: Vertex::AnyUser, certainty: Certain },
    ClusterStep { needs: &[Right::CsrCreate, Right::CsrNode, Right::CsrRead], kind: StepKind::CsrNode, to: Vertex::AnyNodeIdentity, certainty: Certain },
    ClusterStep { needs: &[Right::CsrCreate, Right::CsrNode], kind: StepKind::CsrNode, to: Vertex::AnyNodeIdentity, certainty: Possible },
    ClusterStep { needs: &[Right::MutatingPolicyCreate, Right::MutatingPolicyBind], kind: StepKind::MutatingPolicy, to: Vertex::ClusterAdmin, certainty: Possible },
    ClusterStep { needs: &[Right::MutatingPolicyEdit], kind: StepKind::MutatingPolicy, to: Vertex::ClusterAdmin, certainty: Possible },
    ClusterStep { needs: &[Right::ApiService], kind: StepKind::ApiService, to: Vertex::ClusterAdmin, certainty: Possible },
    ClusterStep { needs: &[Right::MutatingWebhook], kind: StepKind::Webhooks, to: Vertex::ClusterAdmin, certainty: Possible },
    ClusterStep { needs: &[Right::ValidatingWebhook], kind: StepKind::Webhooks, to: Vertex::All(Hub::Secrets), certainty: Possible },
    ClusterStep { needs: &[Right::ConstrainedUser, Right::ImpersonateOnUser], kind: StepKind::ImpersonateConstrained, to: Vertex::AnyUser, certainty: Possible },
    ClusterStep { needs: &[Right::ConstrainedNode, Right::ImpersonateOnNode], kind: StepKind::ImpersonateConstrained, to: Vertex::AnyNodeIdentity, certainty: Possible },
    ClusterStep { needs: &[Right::CsiDriver], kind: StepKind::Csi, to: Vertex::All(Hub::Accounts), certainty: Possible },
];

impl StepCollector<'_, '_> {
    /// The steps that only bindings of the cluster give.
    pub(super) fn cluster_rights(&mut self) {
        for step in CLUSTER_STEPS {
            let has = self.class.has(Place::Cluster, step.needs);
            let Some(honoured) = self.honours(step.needs).filter(|_| has) else { continue };
            let requirement = Requirement::new(Place::Cluster, step.needs);
            self.add(step.kind, step.to, step.certainty.and(honoured), requirement);
        }
        self.named_cluster_rights();
        self.impersonate_groups();
        self.sign_certificates();
    }

    fn named_cluster_rights(&mut self) {
        let class = self.class;
        for named in &class.cluster.named {
            let admin = Some(Vertex::ClusterAdmin);
            let (kind, to, certainty) = match named.right {
                Right::NodesProxy => {
                    let node = self.cluster.node(&named.name).map(Vertex::OnNode);
                    (StepKind::NodesProxy, node, Certain)
                }
                Right::ImpersonateUser => {
                    let user = self.cluster.rbac.user(&named.name).map(Vertex::User);
                    (StepKind::Impersonate, user, Certain)
                }
                Right::MutatingWebhook => (StepKind::Webhooks, admin, Possible),
                Right::MutatingPolicyEdit => (StepKind::MutatingPolicy, admin, Possible),
                Right::ApiService => (StepKind::ApiService, admin, Possible),
                _ => continue,
            };
            if let Some(to) = to {
                self.add_named(kind, to, certainty, Place::Cluster, named);
            }
        }
    }

    /// Groups can be impersonated beside a user name only.
    fn impersonate_groups(&mut self) {
        let class = self.class;
        let users = [Right::ImpersonateUser, Right::ImpersonateAccount];
        let with = class.places().flat_map(|place| users.map(|user| (place, user)));
        let mut with = with.filter(|(place, user)| class.granted(*place).has(*user));
        let Some((place, user)) = with.next() else { return };
        if class.has(Place::Cluster, &[Right::ImpersonateGroup]) {
            let needs = [Right::ImpersonateGroup, user];
            let needs = if class.has(place, &[user]) { &needs[..] } else { &needs[..1] };
            let requirement = Requirement::new(place, needs);
            self.add(StepKind::Impersonate, Vertex::ClusterAdmin, Certain, requirement);
        }
        for name in class.cluster.names(Right::ImpersonateGroup) {
            let to = match name {
                MASTERS => Some(Vertex::ClusterAdmin),
                // The group alone is no node: the user must be one too.
                NODES if class.has(Place::Cluster, &[Right::ImpersonateUser]) => {
                    Some(Vertex::AnyNodeIdentity)
                }
                _ => self.cluster.rbac.group(name).map(Vertex::Group),
            };
            if let Some(to) = to {
                let named = NamedRight { right: Right::ImpersonateGroup, name: name.to_owned() };
                self.add_named(StepKind::Impersonate, to, Certain, Place::Cluster, &named);
            }
        }
    }

    fn sign_certificates(&mut self) {
        let may = &self.class.cluster;
        let asks = self.class.has(Place::Cluster, &[Right::CsrCreate]) && may.has(Right::CsrRead);
        if !asks || !may.has(Right::CsrApprove) {
            return;
        }
        let approves = |signers: [&str; 2]| {
            may.any.has(Right::SignerApprove)
                || may.names(Right::SignerApprove).any(|name| signers.contains(&name))
        };
        let signed = [
            (approves(CLIENT_SIGNERS), Vertex::AnySubject),
            (approves(KUBELET_SIGNERS), Vertex::AnyNodeIdentity),
        ];
        let needs = [Right::CsrCreate, Right::CsrRead, Right::CsrApprove, Right::SignerApprove];
        for (_, to) in signed.into_iter().filter(|(approves, _)| *approves) {
            let requirement = Requirement::new(Place::Cluster, &needs);
            self.add(StepKind::Csr, to, Certain, requirement);
        }
    }
}
