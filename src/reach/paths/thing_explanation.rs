//! Why a step is possible, by its kind: for those that things themselves allow, the field of a pod
//! or where pods run.

use super::describe::describe;
use super::explanation::{NONE_HERE, StepExplanation};
use super::reason::Reason;
use crate::evidence::Evidence;
use crate::inventory::Workload;
use crate::rbac::Identity;
use crate::reach::analysis::Reach;
use crate::reach::cluster::index::WorkloadVariant;
use crate::reach::cuts::change::Change;
use crate::reach::graph::edges::Edge;
use crate::reach::graph::vertex::Vertex;
use crate::reach::pods::variant::ContainerFacts;
use crate::reach::steps::kind::StepKind;

/// A container, and the pods that it is in.
struct ContainerIn<'i> {
    pods: WorkloadVariant<'i>,
    container: &'i ContainerFacts,
}

impl<'i> Reach<'i> {
    /// Why an identity can take this step, to the first of `chain`; `next` is the step after it.
    pub(super) fn explain(
        &self,
        identity: Option<&Identity>,
        edge: &Edge,
        chain: &[Vertex],
        next: Option<&Edge>,
    ) -> StepExplanation<'i> {
        if let Some(requirement) = self.graph().requirement(edge) {
            return self.explain_grants(identity, requirement, edge.kind);
        }
        match self.graph().vertices.vertex(edge.from) {
            Vertex::Rights(class) => self.explain_self_grant(identity, class, edge.kind, next),
            from => self.explain_thing(edge.kind, from, chain.first().copied()),
        }
    }

    fn explain_thing(
        &self,
        kind: StepKind,
        from: Vertex,
        to: Option<Vertex>,
    ) -> StepExplanation<'i> {
        match kind {
            StepKind::Token => self.explain_token(from, to),
            StepKind::Escape => self.explain_escape(from),
            StepKind::SharedPid => self.explain_shared_processes(from),
            StepKind::ControlPlane => {
                let node = describe(&self.attack_graph, from);
                let why = format!("{node} runs a part of the control plane");
                note(why, format!("keep what can break out off {node}"))
            }
            StepKind::Steal => note(
                "a ServiceAccount on the node may change nodes and delete pods",
                "keep its pods off nodes that can be taken over",
            ),
            StepKind::NodePods | StepKind::NodeIdentity => {
                let account = to.map(|to| describe(&self.attack_graph, to).to_string());
                let account = account.unwrap_or_default();
                let cut = format!("keep pods of {account} off nodes that can be taken over");
                note(format!("pods of {account} run there"), cut)
            }
            // Whoever has everything needs no reason; the others take rights, which are explained
            // by what grants them.
            StepKind::Everything
            | StepKind::Includes
            | StepKind::Impersonate
            | StepKind::TokenRequest
            | StepKind::Exec
            | StepKind::NodesProxy
            | StepKind::PodCreate
            | StepKind::ControllerEdit
            | StepKind::PodToNode
            | StepKind::NamespaceRelabel
            | StepKind::PodImage
            | StepKind::Ephemeral
            | StepKind::SecretRead
            | StepKind::SecretForge
            | StepKind::Bind
            | StepKind::Escalate
            | StepKind::Csr
            | StepKind::CsrNode
            | StepKind::ImpersonateConstrained
            | StepKind::Attach
            | StepKind::PersistentVolume
            | StepKind::Webhooks
            | StepKind::MutatingPolicy
            | StepKind::ApiService
            | StepKind::Csi => no_reason(),
        }
    }

    fn explain_token(&self, from: Vertex, to: Option<Vertex>) -> StepExplanation<'i> {
        let (Some(own), Some(Vertex::Account(account))) = (self.container(from), to) else {
            return no_reason();
        };
        let account = &self.attack_graph.cluster.accounts[account as usize].name;
        let token = own.container.tokens.iter().find(|token| token.account == *account);
        let change = Change::NoToken(own.pods.workload.clone());
        by_fields(token.map(|token| &token.evidence), change)
    }

    fn explain_escape(&self, from: Vertex) -> StepExplanation<'i> {
        let Some(ContainerIn { pods, container }) = self.container(from) else {
            return note("a container there can break out", "take that from it");
        };
        let escapes = pods.pods.facts.containers.iter().flat_map(|container| &container.escapes);
        let mut by: Vec<_> = escapes.map(|escape| escape.by.clone()).collect();
        if container.logs.is_some() {
            by.push("logs of the node that it can write and have read".to_owned());
        }
        by.sort();
        by.dedup();
        let evidence = container.escapes.first().map(|escape| &escape.evidence);
        let change = Change::NoEscape { workload: pods.workload.clone(), by };
        let explanation = by_fields(evidence.or(container.logs.as_ref()), change);
        if pods.pods.facts.mirror {
            // A static pod is part of its node, and needs what it has.
            return StepExplanation {
                cut: NONE_HERE.to_owned(),
                changes: Vec::new(),
                ..explanation
            };
        }
        explanation
    }

    fn explain_shared_processes(&self, from: Vertex) -> StepExplanation<'i> {
        let Some(own) = self.container(from) else { return no_reason() };
        let shared = own.pods.pods.facts.shared_processes.iter().cloned();
        let Workload { namespace, kind, name } = own.pods.workload;
        StepExplanation {
            reasons: shared.map(Reason::Field).collect(),
            cut: format!("set shareProcessNamespace: false in {kind} {namespace}/{name}"),
            changes: Vec::new(),
        }
    }

    fn container(&self, vertex: Vertex) -> Option<ContainerIn<'i>> {
        let Vertex::Container(number) = vertex else { return None };
        let at = self.attack_graph.pods.containers[number as usize];
        let pods = self.attack_graph.cluster.variants[at.variant];
        Some(ContainerIn { pods, container: &pods.pods.facts.containers[at.container] })
    }
}

fn no_reason<'i>() -> StepExplanation<'i> {
    StepExplanation { cut: NONE_HERE.to_owned(), ..StepExplanation::default() }
}

fn note<'i>(why: impl Into<String>, cut: impl Into<String>) -> StepExplanation<'i> {
    let reasons = vec![Reason::Note(why.into())];
    StepExplanation { reasons, cut: cut.into(), changes: Vec::new() }
}

fn by_fields<'i>(evidence: Option<&Vec<Evidence>>, change: Change) -> StepExplanation<'i> {
    let reasons = evidence.into_iter().flatten().cloned().map(Reason::Field).collect();
    StepExplanation { reasons, cut: change.words(), changes: vec![change] }
}
