//! Where rights on objects of some names lead.

use std::ops::Range;

use crate::evidence::Certainty;
use crate::pss::Level;
use crate::rbac::Right;
use crate::reach::cluster::index::WorkloadVariant;
use crate::reach::cluster::place::{Place, index};
use crate::reach::graph::edges::Requirement;
use crate::reach::graph::vertex::{Hub, Vertex};
use crate::reach::rights::granted::NamedRight;
use crate::reach::steps::collector::{StepCollector, hub_in};
use crate::reach::steps::kind::StepKind;
use crate::reach::steps::run_pods::EDITS;

impl StepCollector<'_, '_> {
    /// Rights on objects of some names.
    pub(super) fn named_rights(&mut self, place: Place) {
        let (class, cluster) = (self.class, self.cluster);
        let namespaces: Range<u32> = match place {
            Place::Namespace(namespace) => namespace..namespace + 1,
            Place::Cluster | Place::EveryNamespace => 0..index(cluster.namespaces.len()),
        };
        for named in &class.granted(place).named {
            let name = named.name.as_str();
            match named.right {
                Right::TokenRequest => {
                    for account in namespaces.clone().filter_map(|n| cluster.account(n, name)) {
                        let to = Vertex::Account(account);
                        self.add_named(
                            StepKind::TokenRequest,
                            to,
                            Certainty::Certain,
                            place,
                            named,
                        );
                    }
                }
                Right::ImpersonateAccount => {
                    for account in namespaces.clone().filter_map(|n| cluster.account(n, name)) {
                        let to = Vertex::Account(account);
                        self.add_named(StepKind::Impersonate, to, Certainty::Certain, place, named);
                    }
                }
                Right::SecretGet | Right::SecretList => {
                    let accounts = namespaces.clone().filter_map(|n| cluster.token_secret(n, name));
                    for account in accounts {
                        let to = Vertex::Account(account);
                        self.add_named(StepKind::SecretRead, to, Certainty::Certain, place, named);
                    }
                    self.forge_secret(place, named);
                }
                Right::Exec
                | Right::ExecGet
                | Right::AttachGet
                | Right::PortForwardGet
                | Right::PodEdit
                | Right::EphemeralContainers
                | Right::Attach
                | Right::PortForward => {
                    let pods = self.pods;
                    for variant in namespaces.clone().filter_map(|n| pods.variant(n, name)) {
                        self.on_pod(place, named, variant);
                    }
                }
                _ => self.on_workload(place, named),
            }
        }
    }

    pub(super) fn add_named(
        &mut self,
        kind: StepKind,
        to: Vertex,
        certainty: Certainty,
        place: Place,
        named: &NamedRight,
    ) {
        let requirement = Requirement::new(place, &[named.right]).on(&named.name);
        self.add(kind, to, certainty, requirement);
    }

    /// Creates a token Secret of a name that it can read.
    fn forge_secret(&mut self, place: Place, named: &NamedRight) {
        if self.class.has(place, &[Right::SecretCreate]) {
            let requirement = Requirement::new(place, &[named.right, Right::SecretCreate]);
            let to = hub_in(place, Hub::Accounts);
            let requirement = requirement.on(&named.name);
            self.add(StepKind::SecretForge, to, Certainty::Certain, requirement);
        }
    }

    fn on_pod(&mut self, place: Place, named: &NamedRight, variant: usize) {
        let WorkloadVariant { workload, pods } = self.cluster.variants[variant];
        let Some(namespace) = self.cluster.namespace(&workload.namespace) else { return };
        let Some(honoured) = self.honours(&[named.right]) else { return };
        let enforced = self.cluster.enforced[namespace as usize];
        let image = enforced.admits(pods.facts.level).filter(|_| !pods.facts.mirror);
        let containers = (self.pods.first_containers[variant]..).zip(&pods.facts.containers);
        for (number, container) in containers {
            let to = Vertex::Container(number);
            let runs = !container.place.completed;
            match named.right {
                Right::Exec | Right::ExecGet => {
                    if runs {
                        self.add_named(StepKind::Exec, to, honoured, place, named);
                    }
                }
                // One that has ended starts again with its pod only.
                Right::PodEdit => {
                    if let Some(admitted) = image {
                        let certainty = admitted.and(Certainty::certain_if(runs));
                        self.add_named(StepKind::PodImage, to, certainty, place, named);
                    }
                }
                Right::EphemeralContainers => {
                    // The whole pod must meet the level, and not what is added alone.
                    let Some(admitted) = image else { continue };
                    for token in &container.tokens {
                        let account = self.cluster.account(namespace, &token.account);
                        if let Some(account) = account.map(Vertex::Account) {
                            let certainty = token.certainty.and(admitted);
                            self.add_named(StepKind::Ephemeral, account, certainty, place, named);
                        }
                    }
                    if let Some(certainty) = enforced.admits(Level::Privileged) {
                        for node in self.cluster.nodes_of(pods).map(Vertex::Node) {
                            self.add_named(StepKind::Ephemeral, node, certainty, place, named);
                        }
                    }
                }
                _ => self.add_named(StepKind::Attach, to, Certainty::Possible, place, named),
            }
        }
    }

    fn on_workload(&mut self, place: Place, named: &NamedRight) {
        let Some(edit) = EDITS.into_iter().find(|edit| edit.right == named.right) else { return };
        let pods = self.pods;
        let is_there = |namespace: u32| pods.has_workload(edit.kind, namespace, &named.name);
        let namespaces: Vec<u32> = match place {
            Place::Namespace(namespace) => vec![namespace],
            Place::Cluster | Place::EveryNamespace => {
                (0..index(self.cluster.namespaces.len())).filter(|n| is_there(*n)).collect()
            }
        };
        for namespace in namespaces {
            let certainty = Certainty::certain_if(is_there(namespace));
            let accounts = Vertex::In(Hub::Accounts, namespace);
            self.add_named(StepKind::ControllerEdit, accounts, certainty, place, named);
            let enforced = self.cluster.enforced[namespace as usize];
            if let Some(admitted) = enforced.admits(Level::Privileged) {
                let requirement = Requirement::new(place, &[named.right]).on(&named.name);
                let requirement = requirement.admitted_by(Some(namespace));
                let certainty = certainty.and(admitted);
                self.add(StepKind::PodToNode, Vertex::AnyNode, certainty, requirement);
            }
        }
    }
}
