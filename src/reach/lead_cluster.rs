//! Where rights on kinds without a namespace lead. RoleBindings never grant them.

use super::build::NODES;
use super::graph::{Hub, Vertex};
use super::kind::StepKind;
use super::lead::Lead;
use super::right::Right;
use super::world::Place;

const MASTERS: &str = "system:masters";
/// Who may approve for this signer has what it signs: `domain/*` is all of a domain.
const CLIENT_SIGNERS: [&str; 2] = ["kubernetes.io/kube-apiserver-client", "kubernetes.io/*"];
const KUBELET_SIGNERS: [&str; 2] =
    ["kubernetes.io/kube-apiserver-client-kubelet", "kubernetes.io/*"];

impl Lead<'_, '_> {
    /// The steps that only bindings of the cluster give.
    pub(super) fn of_cluster(&mut self) {
        let admin = Vertex::ClusterAdmin;
        let simple: [(&[Right], StepKind, Vertex, bool); 9] = [
            (&[Right::NodesProxy], StepKind::NodesProxy, Vertex::All(Hub::Containers), true),
            (&[Right::ImpersonateUser], StepKind::Impersonate, Vertex::AnyUser, true),
            (
                &[Right::CsrCreate, Right::CsrNode, Right::CsrRead],
                StepKind::CsrNode,
                Vertex::AnyNodeIdentity,
                true,
            ),
            (
                &[Right::CsrCreate, Right::CsrNode],
                StepKind::CsrNode,
                Vertex::AnyNodeIdentity,
                false,
            ),
            (
                &[Right::MutatingPolicyCreate, Right::MutatingPolicyBind],
                StepKind::MutatingPolicy,
                admin,
                false,
            ),
            (&[Right::MutatingPolicyEdit], StepKind::MutatingPolicy, admin, false),
            (&[Right::ApiService], StepKind::ApiService, admin, false),
            (&[Right::MutatingWebhook], StepKind::Webhooks, admin, false),
            (&[Right::ValidatingWebhook], StepKind::Webhooks, Vertex::All(Hub::Secrets), false),
        ];
        for (needs, kind, to, certain) in simple {
            if self.class.has(Place::Cluster, needs) {
                self.step(kind, to, certain, Place::Cluster, needs);
            }
        }
        let constrained: [(&[Right], Vertex); 2] = [
            (&[Right::ConstrainedUser, Right::OnUser], Vertex::AnyUser),
            (&[Right::ConstrainedNode, Right::OnNode], Vertex::AnyNodeIdentity),
        ];
        for (needs, to) in constrained.into_iter().filter(|_| self.seen.constrains()) {
            if self.class.has(Place::Cluster, needs) {
                self.step(StepKind::ImpersonateConstrained, to, false, Place::Cluster, needs);
            }
        }
        if self.class.has(Place::Cluster, &[Right::CsiDriver]) {
            self.step(
                StepKind::Csi,
                Vertex::All(Hub::Accounts),
                false,
                Place::Cluster,
                &[Right::CsiDriver],
            );
        }
        self.of_cluster_by_name();
        self.groups();
        self.certificates();
    }

    fn of_cluster_by_name(&mut self) {
        for (right, name) in &self.class.cluster.named {
            let (kind, to, certain) = match right {
                Right::NodesProxy => {
                    (StepKind::NodesProxy, self.world.node(name).map(Vertex::On), true)
                }
                Right::ImpersonateUser => {
                    (StepKind::Impersonate, self.world.user(name).map(Vertex::User), true)
                }
                Right::MutatingWebhook => (StepKind::Webhooks, Some(Vertex::ClusterAdmin), false),
                Right::MutatingPolicyEdit => {
                    (StepKind::MutatingPolicy, Some(Vertex::ClusterAdmin), false)
                }
                Right::ApiService => (StepKind::ApiService, Some(Vertex::ClusterAdmin), false),
                _ => continue,
            };
            if let Some(to) = to {
                self.named(kind, to, certain, Place::Cluster, (*right, name));
            }
        }
    }

    /// Groups can be impersonated beside a user name only.
    fn groups(&mut self) {
        let users = [Right::ImpersonateUser, Right::ImpersonateAccount];
        let mut places = vec![Place::Cluster];
        places.extend(self.class.local.keys().copied().map(Place::Namespace));
        let with = places.into_iter().flat_map(|place| users.map(|user| (place, user)));
        let mut with = with.filter(|(place, user)| self.class.held(*place).has(*user));
        let Some((place, user)) = with.next() else { return };
        if self.class.has(Place::Cluster, &[Right::ImpersonateGroup]) {
            let by_any = self.class.has(place, &[user]);
            let needs = [Right::ImpersonateGroup, user];
            let needs = if by_any { &needs[..] } else { &needs[..1] };
            self.step(StepKind::Impersonate, Vertex::ClusterAdmin, true, place, needs);
        }
        for name in self.class.cluster.names(Right::ImpersonateGroup) {
            let to = match name {
                MASTERS => Some(Vertex::ClusterAdmin),
                // The group alone is no node: the user must be one too.
                NODES if self.class.has(Place::Cluster, &[Right::ImpersonateUser]) => {
                    Some(Vertex::AnyNodeIdentity)
                }
                _ => self.world.group(name).map(Vertex::Group),
            };
            if let Some(to) = to {
                self.named(
                    StepKind::Impersonate,
                    to,
                    true,
                    Place::Cluster,
                    (Right::ImpersonateGroup, name),
                );
            }
        }
    }

    fn certificates(&mut self) {
        let held = &self.class.cluster;
        let asks = self.class.has(Place::Cluster, &[Right::CsrCreate]) && held.has(Right::CsrRead);
        if !asks || !held.has(Right::CsrApprove) {
            return;
        }
        let approves = |signers: [&str; 2]| {
            held.any.has(Right::SignerApprove)
                || held.names(Right::SignerApprove).any(|name| signers.contains(&name))
        };
        let needs = [Right::CsrCreate, Right::CsrRead, Right::CsrApprove, Right::SignerApprove];
        for (signers, to) in
            [(CLIENT_SIGNERS, Vertex::AnySubject), (KUBELET_SIGNERS, Vertex::AnyNodeIdentity)]
        {
            if approves(signers) {
                self.step(StepKind::Csr, to, true, Place::Cluster, &needs);
            }
        }
    }
}
