//! Verdicts and findings: what a rule says, and what a report carries.

use std::borrow::Cow;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::evidence::{Certainty, Confidence, Evidence, confidence};
pub use crate::object::WorkloadName;
use crate::object::{ContainerPlace, ObjectRef};

/// Most of what rules say is known here, and costs no memory.
type Text = Cow<'static, str>;

/// How bad it is if the verdict is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Hardening that is missing.
    Low,
    /// A step that an attacker can use.
    Medium,
    /// Close to the node or to other workloads.
    High,
    /// The node, or the cluster.
    Critical,
}

impl Severity {
    /// All, worst first: the order of every report.
    pub const WORST_FIRST: [Self; 4] = [Self::Critical, Self::High, Self::Medium, Self::Low];

    /// The severity of that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::WORST_FIRST.into_iter().find(|severity| severity.as_str() == word)
    }

    /// The word used in every output and option.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// What a rule says of one object. The order is that of reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// The weakness is there.
    Fail,
    /// The API does not hold the answer.
    Unknown,
    /// The weakness is not there.
    Pass,
    /// The question does not arise, for example a Linux rule on Windows.
    NotApplicable,
}

impl Verdict {
    /// All, in the order of reports.
    pub const ALL: [Self; 4] = [Self::Fail, Self::Unknown, Self::Pass, Self::NotApplicable];

    /// The verdict of that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.as_str() == word)
    }

    /// The word used in every output.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Unknown => "unknown",
            Self::Pass => "pass",
            Self::NotApplicable => "notApplicable",
        }
    }
}

/// How far the damage goes when something is taken over, the least first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Radius {
    /// No further than the thing itself.
    #[default]
    None,
    /// Other things in its own namespace.
    Namespace,
    /// Things in other namespaces.
    Namespaces,
    /// Root of a node.
    Node,
    /// Everything.
    Cluster,
}

impl Radius {
    /// The word used in every output.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Namespace => "namespace",
            Self::Namespaces => "namespaces",
            Self::Node => "node",
            Self::Cluster => "cluster",
        }
    }
}

/// The radius by steps that are certain, and by all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlastRadius {
    /// By steps that are certain.
    pub certain: Radius,
    /// By all steps; never less.
    pub at_most: Radius,
}

/// One step of the attack path that a finding shows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FindingStep {
    /// An id of `docs/paths.md`, for example `pod-create`.
    pub edge: &'static str,
    /// What is done, without a subject.
    pub does: &'static str,
    /// What is had before.
    pub from: String,
    /// What is had after.
    pub to: String,
    /// How surely.
    pub certainty: Certainty,
    /// What allows it.
    pub reasons: Vec<String>,
    /// The one change that would cut it.
    pub cut: String,
    /// The object that allows it; none if that is the judged one, or no object.
    pub object: Option<ObjectRef>,
}

/// That the operator accepts a finding, or did so until a day that is over.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Acceptance {
    /// Whether its last day is over: the finding is back.
    pub expired: bool,
    /// Why the finding is accepted, in the operator's words.
    pub reason: String,
    /// The last day on which it holds.
    pub expires: Option<String>,
    /// File and line, or the annotation.
    pub source: String,
}

/// A rule's answer for one container, pod, ServiceAccount, Namespace or binding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Judgement {
    /// The answer.
    pub verdict: Verdict,
    /// Set where it differs from the rule's own.
    pub severity: Option<Severity>,
    /// How sure the answer is.
    pub confidence: Confidence,
    /// One sentence without a full stop, about this object.
    pub message: Text,
    /// What it rests on.
    pub evidence: Vec<Evidence>,
    /// The attack path, where the rule is about one.
    pub steps: Vec<FindingStep>,
    /// The exception that is about it, if any; few judgements have one.
    pub acceptance: Option<Box<Acceptance>>,
}

impl Judgement {
    fn new(verdict: Verdict, message: impl Into<Text>, evidence: Vec<Evidence>) -> Self {
        Self {
            verdict,
            severity: None,
            confidence: confidence(&evidence),
            message: message.into(),
            evidence,
            steps: Vec::new(),
            acceptance: None,
        }
    }

    /// The weakness is there, as this evidence shows.
    pub fn fail(message: impl Into<Text>, evidence: impl Into<Vec<Evidence>>) -> Self {
        Self::new(Verdict::Fail, message, evidence.into())
    }

    /// The weakness is not there.
    pub fn pass(message: impl Into<Text>, evidence: impl Into<Vec<Evidence>>) -> Self {
        Self::new(Verdict::Pass, message, evidence.into())
    }

    /// Nobody can tell; the message says why and what would.
    pub fn unknown(reason: &str, resolve: &str, evidence: impl Into<Vec<Evidence>>) -> Self {
        Self::new(Verdict::Unknown, format!("{reason}; to resolve: {resolve}"), evidence.into())
    }

    /// The question does not arise.
    pub fn not_applicable(reason: impl Into<Text>, evidence: impl Into<Vec<Evidence>>) -> Self {
        Self::new(Verdict::NotApplicable, reason, evidence.into())
    }

    /// The exception that accepts it today.
    #[must_use]
    pub fn accepted(&self) -> Option<&Acceptance> {
        self.acceptance.as_deref().filter(|acceptance| !acceptance.expired)
    }

    /// Whether the operator accepts it today.
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        self.accepted().is_some()
    }

    /// This judgement, as bad as this.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }

    /// This judgement, by these steps.
    #[must_use]
    pub fn steps(mut self, steps: Vec<FindingStep>) -> Self {
        self.steps = steps;
        self
    }

    /// This judgement, no surer than this.
    #[must_use]
    pub fn at_most(mut self, confidence: Confidence) -> Self {
        self.confidence = self.confidence.min(confidence);
        self
    }
}

/// A judgement in its place. Equal judgements are stored once. The order of the fields is the order
/// of reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule's id.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// The pod, ServiceAccount, Namespace or binding; for several replicas, the first by name.
    pub object: Arc<ObjectRef>,
    /// The container, where the rule judges containers.
    pub container: Option<Arc<ContainerPlace>>,
    /// What a person edits to change the object.
    pub workload: Arc<WorkloadName>,
    /// How many pods of the workload share this finding; 0 for what is no pod.
    pub pods: u64,
    /// How far an attacker gets who has compromised the workload; none for what is no workload.
    pub blast: Option<BlastRadius>,
    /// The answer.
    pub judgement: Arc<Judgement>,
}

impl Finding {
    /// The container's name, where the rule judges containers.
    #[must_use]
    pub fn container_name(&self) -> Option<&str> {
        self.container.as_ref().map(|container| container.name.as_str())
    }

    /// An identity that outlives pod names, replicas and re-deployments: 32 hexadecimal digits
    /// of the SHA-256 of rule, namespace, workload and container.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let namespace = self.object.namespace.as_deref().unwrap_or_default();
        let WorkloadName { kind, name } = &*self.workload;
        let container = self.container_name().unwrap_or_default();
        let parts = format!("{}\n{namespace}\n{kind}\n{name}\n{container}", self.rule);
        let digest = Sha256::digest(parts);
        let first = digest.iter().take(16).fold(0, |number, byte| number << 8 | u128::from(*byte));
        format!("{first:032x}")
    }

    /// The order of every report: worst and surest first, then by place.
    #[must_use]
    pub fn order(&self) -> impl Ord + '_ {
        let j = &self.judgement;
        (
            std::cmp::Reverse(self.severity),
            j.verdict,
            self.rule,
            std::cmp::Reverse(self.blast),
            &self.object.namespace,
            &self.workload,
            &self.object, // with its UID: a name is given again while a scan reads
            &self.container,
        )
    }
}
