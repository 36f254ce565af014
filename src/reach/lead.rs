//! Where rights lead: the steps of one class of identities, and the roles that it can give itself.

use std::collections::{BTreeMap, BTreeSet};

use super::classes::{IdentityClass, set};
use super::graph::{Cause, Hub, Vertex};
use super::kind::StepKind;
use super::right::{Right, Rights};
use super::world::{Place, World};
use crate::pss::Level;

/// A step from the rights of a class.
pub(super) struct Step {
    pub(super) kind: StepKind,
    pub(super) to: Vertex,
    pub(super) certain: bool,
    pub(super) cause: Cause,
}

/// What steps need to know of pods beyond the world.
pub(super) struct Seen<'i> {
    /// Names of workloads by kind and namespace.
    pub(super) workloads: BTreeMap<(&'i str, u32), BTreeSet<&'i str>>,
    /// Classes of the pods that some role names, by namespace and name.
    pub(super) pods: BTreeMap<(u32, &'i str), usize>,
    /// Number of the first container of each class.
    pub(super) first: Vec<u32>,
    /// Minor version of the API server, if it is known.
    pub(super) minor: Option<u32>,
}

impl Seen<'_> {
    /// Whether `get` opens a stream into a container, as a websocket did before 1.35: surely, or
    /// perhaps.
    pub(super) fn get_is_enough(&self) -> Option<bool> {
        match self.minor {
            Some(minor) => (minor < 35).then_some(true),
            None => Some(false),
        }
    }

    /// Whether impersonation can be limited to verbs (KEP-5284): from 1.35, by default from 1.36.
    pub(super) fn constrains(&self) -> bool {
        self.minor.is_none_or(|minor| minor >= 35)
    }
}

/// Collects the steps of one class.
pub(super) struct Lead<'a, 'i> {
    pub(super) world: &'a World<'i>,
    pub(super) seen: &'a Seen<'i>,
    pub(super) class: &'a IdentityClass,
    pub(super) steps: Vec<Step>,
}

impl Lead<'_, '_> {
    /// All steps but those through bind and escalate.
    pub(super) fn collect(&mut self) {
        if self.class.has(Place::Cluster, &[Right::Everything]) {
            // It cannot have more than that.
            return self.step(
                StepKind::Everything,
                Vertex::ClusterAdmin,
                true,
                Place::Cluster,
                &[Right::Everything],
            );
        }
        self.of_cluster();
        self.in_place(Place::Cluster);
        for namespace in self.class.local.keys() {
            self.in_place(Place::Namespace(*namespace));
        }
    }

    pub(super) fn step(
        &mut self,
        kind: StepKind,
        to: Vertex,
        certain: bool,
        place: Place,
        needs: &[Right],
    ) {
        let cause = Cause { place, needs: set(needs), name: None, admitted_by: None };
        self.steps.push(Step { kind, to, certain, cause });
    }

    pub(super) fn named(
        &mut self,
        kind: StepKind,
        to: Vertex,
        certain: bool,
        place: Place,
        (right, name): (Right, &str),
    ) {
        let cause =
            Cause { place, needs: set(&[right]), name: Some(name.to_owned()), admitted_by: None };
        self.steps.push(Step { kind, to, certain, cause });
    }

    fn lead_to_node(
        &mut self,
        kind: StepKind,
        certain: bool,
        place: Place,
        needs: Rights,
        by: Option<u32>,
    ) {
        let cause = Cause { place, needs, name: None, admitted_by: by };
        self.steps.push(Step { kind, to: Vertex::AnyNode, certain, cause });
    }

    /// Whether all of these are held here, and not already in the whole cluster.
    fn can(&self, place: Place, needs: &[Right]) -> bool {
        let everywhere = place != Place::Cluster && self.class.has(Place::Cluster, needs);
        self.class.has(place, needs) && !everywhere
    }

    fn in_place(&mut self, place: Place) {
        let hub = |hub| match place {
            Place::Namespace(namespace) => Vertex::In(hub, namespace),
            Place::Cluster | Place::EveryNamespace => Vertex::All(hub),
        };
        let simple: [(&[Right], StepKind, Hub, bool); 11] = [
            (&[Right::Exec], StepKind::Exec, Hub::Containers, true),
            (&[Right::Attach], StepKind::Attach, Hub::Containers, false),
            (&[Right::PortForward], StepKind::Attach, Hub::Containers, false),
            (&[Right::Ephemeral], StepKind::Ephemeral, Hub::PodTokens, true),
            (&[Right::Ephemeral], StepKind::Ephemeral, Hub::Nodes, true),
            (&[Right::PodEdit], StepKind::PodImage, Hub::Images, true),
            (&[Right::TokenRequest], StepKind::TokenRequest, Hub::Accounts, true),
            (&[Right::ImpersonateAccount], StepKind::Impersonate, Hub::Accounts, true),
            (&[Right::SecretList], StepKind::SecretRead, Hub::Secrets, true),
            (&[Right::SecretGet], StepKind::SecretRead, Hub::Secrets, false),
            (&[Right::SecretCreate, Right::SecretList], StepKind::SecretForge, Hub::Accounts, true),
        ];
        for (needs, kind, to, certain) in simple {
            if self.can(place, needs) {
                self.step(kind, hub(to), certain, place, needs);
            }
        }
        let tokens = self.world.has_token_secrets(place);
        for (read, sure) in [(Right::SecretList, tokens), (Right::SecretGet, false)] {
            if (tokens || !self.world.secrets_listed) && self.can(place, &[read]) {
                self.step(StepKind::SecretRead, hub(Hub::SecretTokens), sure, place, &[read]);
            }
        }
        let constrained = [Right::ConstrainedAccount, Right::OnAccount];
        if self.seen.constrains() && self.can(place, &constrained) {
            let kind = StepKind::ImpersonateConstrained;
            self.step(kind, hub(Hub::Accounts), false, place, &constrained);
        }
        if self.can(place, &[Right::SecretCreate, Right::SecretGet]) {
            // The name is its own to choose.
            let needs = [Right::SecretCreate, Right::SecretGet];
            self.step(StepKind::SecretForge, hub(Hub::Accounts), true, place, &needs);
        }
        if let Some(certain) = self.seen.get_is_enough() {
            if self.can(place, &[Right::ExecGet]) {
                self.step(StepKind::Exec, hub(Hub::Containers), certain, place, &[Right::ExecGet]);
            }
            for get in [Right::AttachGet, Right::PortForwardGet] {
                if self.can(place, &[get]) {
                    self.step(StepKind::Attach, hub(Hub::Containers), false, place, &[get]);
                }
            }
        }
        self.runs(place, &hub);
        self.on_names(place, &hub);
    }

    /// Pods and workloads that it can create or change, and the nodes that these lead to.
    fn runs(&mut self, place: Place, hub: &impl Fn(Hub) -> Vertex) {
        let mut runs = Vec::new();
        if let Some(create) = Right::CREATES.into_iter().find(|right| self.can(place, &[*right])) {
            self.step(StepKind::PodCreate, hub(Hub::Accounts), true, place, &[create]);
            self.step(StepKind::PodCreate, hub(Hub::Secrets), false, place, &[create]);
            runs.push((create, true));
        }
        for (edit, kind) in Right::EDITS {
            if self.can(place, &[edit]) {
                let certain = self.sees(kind, place);
                self.step(StepKind::ControllerEdit, hub(Hub::Accounts), certain, place, &[edit]);
                runs.push((edit, certain));
            }
        }
        for (run, sure) in runs {
            if let Some((namespace, admits)) = self.admitting(place, Level::Privileged) {
                self.lead_to_node(
                    StepKind::PodToNode,
                    sure && admits,
                    place,
                    set(&[run]),
                    Some(namespace),
                );
            }
        }
        self.relabels(place);
        self.mounts(place);
    }

    /// Mounts a path of a node through a volume of its own making.
    fn mounts(&mut self, place: Place) {
        let volumes = self.class.has(Place::Cluster, &[Right::VolumeCreate]);
        let creates = Right::CREATES.into_iter();
        let claim = creates.clone().find(|run| self.can(place, &[*run, Right::ClaimCreate]));
        if let (true, Some(run)) = (volumes, claim) {
            let admits = self.admitting(place, Level::Baseline);
            let needs = set(&[Right::VolumeCreate, Right::ClaimCreate, run]);
            let certain = admits.is_some_and(|(_, certain)| certain);
            self.lead_to_node(
                StepKind::PersistentVolume,
                certain,
                place,
                needs,
                admits.map(|(n, _)| n),
            );
        }
    }

    /// Whether a workload of the kind has pods there.
    fn sees(&self, kind: &'static str, place: Place) -> bool {
        match place {
            Place::Namespace(n) => self.seen.workloads.contains_key(&(kind, n)),
            _ => self.seen.workloads.keys().any(|(of, _)| *of == kind),
        }
    }

    /// Makes a namespace admit what it runs there.
    fn relabels(&mut self, place: Place) {
        let ways: &[Right] = match place {
            Place::Cluster => &[Right::NamespaceEdit, Right::NamespaceCreate],
            _ => &[Right::NamespaceEdit],
        };
        let creates = Right::CREATES.map(|create| (create, true));
        let edits = Right::EDITS.map(|(edit, kind)| (edit, self.sees(kind, place)));
        // A container that is added to a pod which runs there already.
        let adds = [(Right::Ephemeral, false)];
        for (run, sure) in creates.into_iter().chain(edits).chain(adds) {
            // A new namespace has nothing to change.
            let fits =
                |way: &&Right| **way == Right::NamespaceEdit || Right::CREATES.contains(&run);
            for way in ways.iter().filter(fits) {
                if self.can(place, &[run, *way]) {
                    self.lead_to_node(
                        StepKind::NamespaceRelabel,
                        sure,
                        place,
                        set(&[run, *way]),
                        None,
                    );
                    if sure {
                        return;
                    }
                }
            }
            if !self.class.has(place, &[run]) {
                continue;
            }
            let names = self.class.held(place).names(Right::NamespaceEdit);
            let known = names.filter_map(|name| self.world.namespace(name));
            let here = known.filter(|n| place == Place::Cluster || place == Place::Namespace(*n));
            for namespace in here.collect::<Vec<_>>() {
                let name = Some(self.world.namespaces[namespace as usize].clone());
                let needs = set(&[run, Right::NamespaceEdit]);
                let cause =
                    Cause { place: Place::Namespace(namespace), needs, name, admitted_by: None };
                let (kind, to) = (StepKind::NamespaceRelabel, Vertex::AnyNode);
                self.steps.push(Step { kind, to, certain: sure, cause });
            }
        }
    }

    /// The first namespace of the place that admits such pods: surely, or else perhaps.
    fn admitting(&self, place: Place, level: Level) -> Option<(u32, bool)> {
        let enforced = self.world.enforced.iter().zip(0..);
        let here =
            enforced.filter(|(_, n)| place == Place::Cluster || place == Place::Namespace(*n));
        let admits = here.filter_map(|(enforced, n)| Some((n, enforced.admits(level)?)));
        admits.max_by_key(|(n, certain)| (*certain, std::cmp::Reverse(*n)))
    }
}
