//! Where rights on objects of some names lead.

use super::classes::set;
use super::graph::{Cause, Hub, Vertex};
use super::held::Held;
use super::kind::StepKind;
use super::lead::{Lead, Step};
use super::right::Right;
use super::world::{Place, index};
use crate::pss::Level;

impl Lead<'_, '_> {
    /// Rights on objects of some names.
    pub(super) fn on_names(&mut self, place: Place, hub: &impl Fn(Hub) -> Vertex) {
        let world = self.world;
        let held: &Held = self.class.held(place);
        let namespaces = match place {
            Place::Namespace(namespace) => namespace..namespace + 1,
            _ => 0..index(world.namespaces.len()),
        };
        for (right, name) in &held.named {
            let of = (*right, name.as_str());
            match right {
                Right::TokenRequest | Right::ImpersonateAccount => {
                    let kind = if *right == Right::TokenRequest {
                        StepKind::TokenRequest
                    } else {
                        StepKind::Impersonate
                    };
                    for account in namespaces.clone().filter_map(|n| world.account(n, name)) {
                        self.named(kind, Vertex::Account(account), true, place, of);
                    }
                }
                Right::SecretGet | Right::SecretList => {
                    for account in namespaces.clone().filter_map(|n| world.token_secret(n, name)) {
                        self.named(StepKind::SecretRead, Vertex::Account(account), true, place, of);
                    }
                    if self.class.has(place, &[Right::SecretCreate]) {
                        let cause = Cause {
                            place,
                            needs: set(&[*right, Right::SecretCreate]),
                            name: Some(name.clone()),
                            admitted_by: None,
                        };
                        self.steps.push(Step {
                            kind: StepKind::SecretForge,
                            to: hub(Hub::Accounts),
                            certain: true,
                            cause,
                        });
                    }
                }
                Right::Exec
                | Right::ExecGet
                | Right::AttachGet
                | Right::PortForwardGet
                | Right::PodEdit
                | Right::Ephemeral
                | Right::Attach
                | Right::PortForward => {
                    let pods = |n| self.seen.pods.get(&(n, name.as_str())).copied();
                    for class in namespaces.clone().filter_map(pods) {
                        self.on_pod(place, of, class);
                    }
                }
                _ => self.on_workload(place, of),
            }
        }
    }

    fn on_pod(&mut self, place: Place, of: (Right, &str), class: usize) {
        let (workload, pods) = self.world.classes[class];
        let Some(namespace) = self.world.namespace(&workload.namespace) else { return };
        let enforced = self.world.enforced[namespace as usize];
        for (at, container) in (self.seen.first[class]..).zip(&pods.facts.containers) {
            let image = enforced.admits(pods.facts.meets).filter(|_| !pods.facts.mirror);
            let step = match of.0 {
                Right::Exec => (!container.place.completed).then_some((StepKind::Exec, true)),
                Right::ExecGet => {
                    let enough = self.seen.get_is_enough().filter(|_| !container.place.completed);
                    enough.map(|certain| (StepKind::Exec, certain))
                }
                Right::AttachGet | Right::PortForwardGet => {
                    self.seen.get_is_enough().map(|_| (StepKind::Attach, false))
                }
                // One that has ended starts again with its pod only.
                Right::PodEdit => {
                    image.map(|certain| (StepKind::PodImage, certain && !container.place.completed))
                }
                Right::Ephemeral => {
                    // The whole pod must meet the level, and not what is added alone.
                    let Some(sure) = image else { continue };
                    for token in &container.tokens {
                        if let Some(account) = self.world.account(namespace, &token.account) {
                            self.named(
                                StepKind::Ephemeral,
                                Vertex::Account(account),
                                token.certain && sure,
                                place,
                                of,
                            );
                        }
                    }
                    let admits = enforced.admits(Level::Privileged).filter(|_| !pods.facts.mirror);
                    for node in self.world.nodes_of(pods) {
                        if let Some(certain) = admits {
                            self.named(StepKind::Ephemeral, Vertex::Node(node), certain, place, of);
                        }
                    }
                    None
                }
                _ => Some((StepKind::Attach, false)),
            };
            if let Some((kind, certain)) = step {
                self.named(kind, Vertex::Container(at), certain, place, of);
            }
        }
    }

    fn on_workload(&mut self, place: Place, (right, name): (Right, &str)) {
        let Some((_, kind)) = Right::EDITS.into_iter().find(|(edit, _)| *edit == right) else {
            return;
        };
        let found = |namespace: u32| {
            self.seen.workloads.get(&(kind, namespace)).is_some_and(|names| names.contains(name))
        };
        let namespaces: Vec<u32> = match place {
            Place::Namespace(namespace) => vec![namespace],
            _ => (0..).take(self.world.namespaces.len()).filter(|n| found(*n)).collect(),
        };
        for namespace in namespaces {
            let sure = found(namespace);
            self.named(
                StepKind::ControllerEdit,
                Vertex::In(Hub::Accounts, namespace),
                sure,
                place,
                (right, name),
            );
            if let Some(admits) = self.world.enforced[namespace as usize].admits(Level::Privileged)
            {
                let cause = Cause {
                    place,
                    needs: set(&[right]),
                    name: Some(name.to_owned()),
                    admitted_by: Some(namespace),
                };
                let (kind, to) = (StepKind::PodToNode, Vertex::AnyNode);
                self.steps.push(Step { kind, to, certain: sure && admits, cause });
            }
        }
    }
}
