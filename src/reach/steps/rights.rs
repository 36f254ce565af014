//! Where the rights of a class of identities lead in a namespace or in all of them.

use crate::evidence::Certainty;
use crate::rbac::Right;
use crate::reach::cluster::place::Place;
use crate::reach::graph::edges::Requirement;
use crate::reach::graph::vertex::{Hub, Vertex};
use crate::reach::steps::collector::{StepCollector, hub_in};
use crate::reach::steps::kind::StepKind;

/// A step that some rights allow wherever they are held.
struct LocalStep {
    needs: &'static [Right],
    kind: StepKind,
    to: Hub,
    certainty: Certainty,
}

use Certainty::{Certain, Possible};

/// In the order of preference where two lead to the same.
#[rustfmt::skip]
const LOCAL_STEPS: [LocalStep; 16] = [
    LocalStep { needs: &[Right::Exec], kind: StepKind::Exec, to: Hub::Containers, certainty: Certain },
    LocalStep { needs: &[Right::Attach], kind: StepKind::Attach, to: Hub::Containers, certainty: Possible },
    LocalStep { needs: &[Right::PortForward], kind: StepKind::Attach, to: Hub::Containers, certainty: Possible },
    LocalStep { needs: &[Right::EphemeralContainers], kind: StepKind::Ephemeral, to: Hub::PodTokens, certainty: Certain },
    LocalStep { needs: &[Right::EphemeralContainers], kind: StepKind::Ephemeral, to: Hub::Nodes, certainty: Certain },
    LocalStep { needs: &[Right::PodEdit], kind: StepKind::PodImage, to: Hub::Images, certainty: Certain },
    LocalStep { needs: &[Right::TokenRequest], kind: StepKind::TokenRequest, to: Hub::Accounts, certainty: Certain },
    LocalStep { needs: &[Right::ImpersonateAccount], kind: StepKind::Impersonate, to: Hub::Accounts, certainty: Certain },
    LocalStep { needs: &[Right::SecretList], kind: StepKind::SecretRead, to: Hub::Secrets, certainty: Certain },
    LocalStep { needs: &[Right::SecretGet], kind: StepKind::SecretRead, to: Hub::Secrets, certainty: Possible },
    LocalStep { needs: &[Right::SecretCreate, Right::SecretList], kind: StepKind::SecretForge, to: Hub::Accounts, certainty: Certain },
    // The name is its own to choose.
    LocalStep { needs: &[Right::SecretCreate, Right::SecretGet], kind: StepKind::SecretForge, to: Hub::Accounts, certainty: Certain },
    LocalStep { needs: &[Right::ConstrainedAccount, Right::ImpersonateOnAccount], kind: StepKind::ImpersonateConstrained, to: Hub::Accounts, certainty: Possible },
    LocalStep { needs: &[Right::ExecGet], kind: StepKind::Exec, to: Hub::Containers, certainty: Certain },
    LocalStep { needs: &[Right::AttachGet], kind: StepKind::Attach, to: Hub::Containers, certainty: Possible },
    LocalStep { needs: &[Right::PortForwardGet], kind: StepKind::Attach, to: Hub::Containers, certainty: Possible },
];

impl StepCollector<'_, '_> {
    /// All steps but those by which it gives itself more.
    pub(super) fn collect(&mut self) {
        let everything = [Right::Everything];
        if self.class.has(Place::Cluster, &everything) {
            // It cannot have more than that.
            let requirement = Requirement::new(Place::Cluster, &everything);
            self.add(StepKind::Everything, Vertex::ClusterAdmin, Certain, requirement);
            return;
        }
        self.cluster_rights();
        for place in self.class.places() {
            self.local_rights(place);
        }
    }

    fn local_rights(&mut self, place: Place) {
        for step in LOCAL_STEPS {
            let Some(honoured) = self.honours(step.needs).filter(|_| self.may(place, step.needs))
            else {
                continue;
            };
            let requirement = Requirement::new(place, step.needs);
            let certainty = step.certainty.and(honoured);
            self.add(step.kind, hub_in(place, step.to), certainty, requirement);
        }
        self.token_secrets(place);
        self.run_pods(place);
        self.named_rights(place);
    }

    /// Reads the tokens that are in Secrets, or may be where these were not listed.
    fn token_secrets(&mut self, place: Place) {
        let tokens = self.cluster.has_token_secrets(place);
        if !tokens && self.cluster.secrets_listed {
            return;
        }
        let by_list = Certainty::certain_if(tokens);
        for (read, certainty) in [(Right::SecretList, by_list), (Right::SecretGet, Possible)] {
            if self.may(place, &[read]) {
                let to = hub_in(place, Hub::SecretTokens);
                let requirement = Requirement::new(place, &[read]);
                self.add(StepKind::SecretRead, to, certainty, requirement);
            }
        }
    }
}
