//! The JSON of `podaudit explain`, schema version 1; `reports/explain.schema.json` is made from
//! these structures.

use serde::Serialize;

use super::report::{ExplainReport, ExplainedPods};
use crate::explain::{ContainerExplained, Explained};
use crate::posture::Gap;
use crate::report::json::{
    ClusterJson, EvidenceJson, ObjectJson, ToolJson, cluster, evidence, object, tool,
};

/// Grows when a field changes its meaning or goes; new fields alone do not count.
const SCHEMA_VERSION: u32 = 1;

/// What is true of the pods that were asked about.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Explanation"))]
#[serde(rename_all = "camelCase")]
pub(in crate::report) struct ExplainJson<'a> {
    /// Version of this format.
    schema_version: u32,
    /// What made it.
    tool: ToolJson<'a>,
    /// Where the pods are.
    cluster: ClusterJson<'a>,
    /// Pods that are alike in every fact, the largest group first.
    groups: Vec<PodGroupJson<'a>>,
}

/// Pods that are alike.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Group"))]
struct PodGroupJson<'a> {
    /// The pods, or the workload whose template was read.
    objects: Vec<ObjectJson<'a>>,
    /// Whether an API server has stored them; if not, what admission does is predicted.
    admitted: bool,
    /// Facts about the pod as a whole.
    facts: Vec<FactJson<'a>>,
    /// Its containers, in the order in which they start.
    containers: Vec<ContainerJson<'a>>,
}

/// One container.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Container"))]
#[serde(rename_all = "camelCase")]
struct ContainerJson<'a> {
    /// Its name.
    name: &'a str,
    /// `init`, `sidecar`, `ephemeral`, or empty for a main container.
    role: &'a str,
    /// In one sentence.
    in_short: &'a str,
    /// Facts about it.
    facts: Vec<FactJson<'a>>,
}

/// One fact.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Fact"))]
#[serde(rename_all = "camelCase")]
struct FactJson<'a> {
    /// Stable.
    id: &'a str,
    /// For people.
    title: &'a str,
    /// What is true; null if unknown.
    value: Option<&'a str>,
    /// Why it is unknown; null if known.
    unknown: Option<GapJson<'a>>,
    /// How sure the value is: `certain`, `likely` or `possible`.
    confidence: &'a str,
    /// What decided, or left the question open.
    decided_by: Vec<EvidenceJson<'a>>,
    /// What was set, and lost.
    overruled: Vec<EvidenceJson<'a>>,
    /// The upstream file, KEP or manual page that the answer follows.
    source: &'a str,
}

/// Why a fact is unknown.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Gap"))]
struct GapJson<'a> {
    /// The reason.
    reason: &'a str,
    /// What would resolve it.
    resolve: &'a str,
}

/// The document of a report.
pub(super) fn document<'a>(report: &'a ExplainReport) -> ExplainJson<'a> {
    ExplainJson {
        schema_version: SCHEMA_VERSION,
        tool: tool(report.version),
        cluster: cluster(report.cluster),
        groups: report.groups.iter().map(pod_group).collect(),
    }
}

fn pod_group(group: &ExplainedPods) -> PodGroupJson<'_> {
    PodGroupJson {
        objects: group.pods.iter().map(object).collect(),
        admitted: group.explained.admitted,
        facts: group.explained.pod.iter().map(fact).collect(),
        containers: group.explained.containers.iter().map(container).collect(),
    }
}

fn container(container: &ContainerExplained) -> ContainerJson<'_> {
    ContainerJson {
        name: &container.name,
        role: container.role,
        in_short: &container.in_short,
        facts: container.facts.iter().map(fact).collect(),
    }
}

fn fact(explained: &Explained) -> FactJson<'_> {
    let Explained { fact, answer } = explained;
    FactJson {
        id: fact.id,
        title: fact.title,
        value: answer.value.as_deref().ok(),
        unknown: answer.value.as_ref().err().map(gap),
        confidence: answer.confidence().as_str(),
        decided_by: answer.decided_by.iter().map(evidence).collect(),
        overruled: answer.overruled.iter().map(evidence).collect(),
        source: fact.source,
    }
}

fn gap(gap: &Gap) -> GapJson<'_> {
    GapJson { reason: &gap.reason, resolve: &gap.resolve }
}
