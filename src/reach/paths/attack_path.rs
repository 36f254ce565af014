//! An attack path and its steps, each with what allows it and what would cut it.

use super::endpoint::PathTarget;
use super::node::PathNode;
use super::reason::Reason;
use crate::evidence::Certainty;
use crate::finding;
use crate::reach::cuts::change::Change;
use crate::reach::steps::kind::StepKind;

/// A shortest path from a source to a target.
#[derive(Clone, Debug)]
pub struct AttackPath<'i> {
    /// Where it begins.
    pub from: PathNode,
    /// Where it ends.
    pub target: PathTarget,
    /// Certain if all its steps are.
    pub certainty: Certainty,
    /// Its steps; none if the source is the target.
    pub steps: Vec<PathStep<'i>>,
}

/// One step.
#[derive(Clone, Debug)]
pub struct PathStep<'i> {
    /// What is had before.
    pub from: PathNode,
    /// What is had after.
    pub to: PathNode,
    /// What the step leads to any of, where `to` is one of those.
    pub through: Option<PathNode>,
    /// What the attacker does.
    pub kind: StepKind,
    /// How surely.
    pub certainty: Certainty,
    /// What allows it.
    pub reasons: Vec<Reason<'i>>,
    /// The one change that would cut it, as an imperative.
    pub cut: String,
    /// The changes that may cut it, for a search among them.
    pub(in crate::reach) changes: Vec<Change>,
}

impl AttackPath<'_> {
    /// The whole path on one line.
    #[must_use]
    pub fn on_a_line(&self) -> String {
        let steps = self.steps.iter().map(|step| {
            let sure = if step.certainty == Certainty::Certain { "" } else { "?" };
            format!(" -[{}{sure}]-> {}", step.kind.spec().id, step.to)
        });
        format!("{}{}", self.from, steps.collect::<String>())
    }

    /// Its steps as findings carry them.
    #[must_use]
    pub fn finding_steps(&self) -> Vec<finding::FindingStep> {
        self.steps.iter().map(PathStep::finding_step).collect()
    }
}

impl PathStep<'_> {
    fn finding_step(&self) -> finding::FindingStep {
        let spec = self.kind.spec();
        let object = self.reasons.iter().find_map(|reason| match reason {
            Reason::Grant { grant, .. } => Some(grant.binding.reference()),
            Reason::Field(evidence) => evidence.object.as_deref().cloned(),
            Reason::Note(_) => None,
        });
        finding::FindingStep {
            edge: spec.id,
            does: spec.does,
            from: self.from.to_string(),
            to: self.to.to_string(),
            certainty: self.certainty,
            reasons: self.reasons.iter().map(ToString::to_string).collect(),
            cut: self.cut.clone(),
            object: object.or_else(|| self.from.object.clone()),
        }
    }
}
