//! What of a pod template is needed until its tokens are judged: little, because all templates of a
//! cluster are there at once by then.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::intern::Interner;
use super::outcome::RuleOutcome;
use super::policy::{PolicyFilter, workload_subject};
use crate::inventory::Workload;
use crate::object::ContainerPlace;
use crate::posture::{ContainerCredentials, PodAccount};

/// A pod template that rules have judged.
pub(super) struct JudgedTemplate {
    pub(super) annotations: BTreeMap<String, String>,
    /// Whose tokens its pods have, unless these say otherwise.
    pub(super) account: PodAccount,
    pub(super) containers: Vec<JudgedContainer>,
}

/// A container of a pod template.
pub(super) struct JudgedContainer {
    pub(super) place: Arc<ContainerPlace>,
    /// The image reference as written.
    pub(super) image: Option<String>,
    pub(super) credentials: Arc<ContainerCredentials>,
}

impl JudgedTemplate {
    /// The outcome as the operator has it for the pods of this workload; none for a rule that is
    /// off.
    pub(super) fn filtered(
        &self,
        filter: &PolicyFilter,
        workload: &Workload,
        outcome: RuleOutcome,
        interner: &mut Interner,
    ) -> Option<RuleOutcome> {
        let name = outcome.container.as_ref().map(|container| container.name.as_str());
        let container = self.containers.iter().find(|c| Some(c.place.name.as_str()) == name);
        let image = container.and_then(|container| container.image.as_deref());
        let (rule, subject) = (outcome.rule(), workload_subject(workload, name, image));
        let judgement = outcome.judgement.clone();
        let judgement = filter.apply(rule, &subject, &self.annotations, judgement)?;
        Some(RuleOutcome { judgement: interner.judgement(judgement), ..outcome })
    }
}
