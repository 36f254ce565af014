//! The JSON of `podaudit paths`, schema version 1; `reports/paths.schema.json` is made from these
//! structures.

use serde::Serialize;

use super::report::PathsReport;
use crate::inventory::Workload;
use crate::reach::{self, PathSource};
use crate::report::Document;
use crate::report::json::{
    BlastJson, CoverageJson, EvidenceJson, HeadJson, ObjectJson, binding, blast, coverage,
    evidence, head,
};

/// Grows when a field changes its meaning or goes; new fields alone do not count.
const SCHEMA_VERSION: u32 = 1;

/// Where takeovers lead.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Report"))]
#[serde(rename_all = "camelCase")]
pub(in crate::report) struct PathsJson<'a> {
    #[serde(flatten)]
    head: HeadJson<'a>,
    /// Whether everything in scope was read.
    complete: bool,
    /// What was read of each kind that counts, and what was not.
    coverage: Vec<CoverageJson<'a>>,
    /// What no path shows.
    limits: &'a [&'a str],
    /// What leads to something, the worst first.
    exposed: Vec<ExposedJson<'a>>,
    /// What to change first; null if that was not asked for.
    cuts: Option<CutsJson<'a>>,
}

/// Something that can be taken over.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Exposed"))]
#[serde(rename_all = "camelCase")]
struct ExposedJson<'a> {
    /// Kind of a workload, or `ServiceAccount`.
    kind: &'a str,
    /// Its namespace.
    namespace: &'a str,
    /// Its name.
    name: &'a str,
    /// One container only; null for all.
    container: Option<&'a str>,
    /// Pods that run it.
    pods: usize,
    /// How far it leads.
    blast_radius: BlastJson<'a>,
    /// The shortest certain path to the worst that is certain; then one to what is worse, and
    /// possible.
    paths: Vec<PathJson<'a>>,
    /// Every first step from it, with `--from` alone; else null.
    steps: Option<Vec<PathStepJson<'a>>>,
}

/// A way.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Path"))]
#[serde(rename_all = "camelCase")]
struct PathJson<'a> {
    /// `cluster-admin`, `control-plane-node`, `node`, `secrets:NAMESPACE` or `namespace`.
    target: String,
    /// `certain` or `possible`.
    certainty: &'a str,
    /// Its steps.
    hops: Vec<PathStepJson<'a>>,
}

/// A step.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Hop"))]
#[serde(rename_all = "camelCase")]
struct PathStepJson<'a> {
    /// What is had before.
    from: NodeJson<'a>,
    /// What is had after.
    to: NodeJson<'a>,
    /// What the step leads to any of, if `to` is one of several.
    through: Option<NodeJson<'a>>,
    /// An id of `docs/paths.md`, for example `pod-create`.
    edge: &'a str,
    /// What is done, without a subject.
    does: &'a str,
    /// `certain` or `possible`.
    certainty: &'a str,
    /// What allows it.
    because: Vec<ReasonJson<'a>>,
    /// The one change that would cut it.
    cut: &'a str,
}

/// Something on a path.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Thing"))]
#[serde(rename_all = "camelCase")]
struct NodeJson<'a> {
    /// `container`, `serviceAccount`, `user`, `group`, `node`, `namespace` or `cluster`.
    sort: &'a str,
    /// Null for what is in none.
    namespace: Option<&'a str>,
    /// Its name; of a container with its workload.
    name: &'a str,
}

/// A right with what grants it, a field, or something that the path itself brought about.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Because"))]
#[serde(rename_all = "camelCase")]
struct ReasonJson<'a> {
    /// The same in words.
    in_words: String,
    /// Verbs and resource.
    right: Option<&'a str>,
    /// What grants the right.
    binding: Option<ObjectJson<'a>>,
    /// The role that the binding names: `ClusterRole NAME` or `Role NAMESPACE/NAME`.
    role: Option<String>,
    /// The field that decides.
    field: Option<EvidenceJson<'a>>,
}

/// What to change first.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Cuts"))]
#[serde(rename_all = "camelCase")]
struct CutsJson<'a> {
    /// Workloads that lead to something as things are.
    exposed: usize,
    /// Whether changes were left untried.
    bounded: bool,
    /// The best first; each counts on those before it.
    changes: Vec<CutJson<'a>>,
}

/// A change.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Cut"))]
#[serde(rename_all = "camelCase")]
struct CutJson<'a> {
    /// What to do.
    change: String,
    /// The workloads that it frees.
    frees: Vec<FreedJson<'a>>,
    /// Workloads that still lead to something then.
    left: usize,
    /// Those of them that may still lead to the whole cluster.
    left_cluster: usize,
}

/// A workload that a change frees.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Freed"))]
#[serde(rename_all = "camelCase")]
struct FreedJson<'a> {
    /// Kind of the workload.
    kind: &'a str,
    /// Its namespace.
    namespace: &'a str,
    /// Its name.
    name: &'a str,
    /// How far it led.
    before: BlastJson<'a>,
    /// How far it leads then.
    after: BlastJson<'a>,
}

/// The document of a report.
pub(super) fn document<'a>(report: &'a PathsReport) -> PathsJson<'a> {
    PathsJson {
        head: head(SCHEMA_VERSION, report.version, report.cluster),
        complete: report.is_complete(),
        coverage: report.coverage.iter().map(coverage).collect(),
        limits: &report.limits,
        exposed: report.exposed.iter().map(exposed).collect(),
        cuts: report.cuts.map(cuts),
    }
}

fn exposed<'a>(row: &'a reach::Exposure) -> ExposedJson<'a> {
    let (kind, namespace, name, container) = match &row.source {
        PathSource::Workload(Workload { namespace, kind, name }, container) => {
            (kind.as_str(), namespace, name, container.as_deref())
        }
        PathSource::Account(namespace, name) => ("ServiceAccount", namespace, name, None),
    };
    let steps = row.first_steps.as_ref();
    ExposedJson {
        kind,
        namespace,
        name,
        container,
        pods: row.pods,
        blast_radius: blast(row.blast),
        paths: row.paths.iter().map(path).collect(),
        steps: steps.map(|steps| steps.iter().map(step).collect()),
    }
}

fn path<'a>(path: &'a reach::AttackPath) -> PathJson<'a> {
    PathJson {
        target: path.target.to_string(),
        certainty: path.certainty.as_str(),
        hops: path.steps.iter().map(step).collect(),
    }
}

fn step<'a>(step: &'a reach::PathStep) -> PathStepJson<'a> {
    let about = step.kind.spec();
    PathStepJson {
        from: node(&step.from),
        to: node(&step.to),
        through: step.through.as_ref().map(node),
        edge: about.id,
        does: about.does,
        certainty: step.certainty.as_str(),
        because: step.reasons.iter().map(reason).collect(),
        cut: &step.cut,
    }
}

fn node(node: &reach::PathNode) -> NodeJson<'_> {
    NodeJson { sort: node.kind.as_str(), namespace: node.namespace.as_deref(), name: &node.name }
}

fn reason<'a>(reason: &'a reach::Reason) -> ReasonJson<'a> {
    let in_words = reason.to_string();
    let json = ReasonJson { in_words, right: None, binding: None, role: None, field: None };
    match reason {
        reach::Reason::Grant { right, grant } => ReasonJson {
            right: Some(right),
            binding: Some(binding(grant.binding)),
            role: Some(grant.role().to_string()),
            ..json
        },
        reach::Reason::Field(field) => ReasonJson { field: Some(evidence(field)), ..json },
        reach::Reason::Note(_) => json,
    }
}

fn cuts(cuts: &reach::Cuts) -> CutsJson<'_> {
    CutsJson {
        exposed: cuts.exposed,
        bounded: cuts.bounded,
        changes: cuts.cuts.iter().map(cut).collect(),
    }
}

fn cut(cut: &reach::Cut) -> CutJson<'_> {
    CutJson {
        change: cut.change.words(),
        frees: cut.frees.iter().map(freed).collect(),
        left: cut.left,
        left_cluster: cut.left_cluster,
    }
}

fn freed(freed: &reach::Freed) -> FreedJson<'_> {
    let Workload { namespace, kind, name } = &freed.workload;
    FreedJson { kind, namespace, name, before: blast(freed.before), after: blast(freed.after) }
}
