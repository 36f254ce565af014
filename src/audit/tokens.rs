//! What tokens are worth, which shows only once all pods are known. What comes out is the pods of
//! each workload by what is said of them.

use indexmap::IndexMap;

use super::context::AuditContext;
use super::intern::Interner;
use super::outcome::RuleOutcome;
use super::pods::RowDraft;
use super::workload::{RowKey, WorkloadPods};
use crate::inventory::Workload;
use crate::rules::{self, RuleSubject};

/// Completes each draft of a row, and puts it among the rows of its workload.
pub(super) fn judge(
    context: &AuditContext,
    drafts: Vec<RowDraft>,
    mut workloads: IndexMap<Workload, WorkloadPods>,
    mut interner: Interner,
) -> IndexMap<Workload, WorkloadPods> {
    for mut draft in drafts {
        let Some((workload, own)) = workloads.get_index_mut(draft.workload) else { continue };
        add_token_outcomes(context, workload, &mut draft, &mut interner);
        own.add(RowKey { facts: draft.facts, outcomes: draft.outcomes }, draft.pods);
    }
    workloads
}

fn add_token_outcomes(
    context: &AuditContext,
    workload: &Workload,
    draft: &mut RowDraft,
    interner: &mut Interner,
) {
    let RowDraft { template, outcomes, .. } = draft;
    for (number, rule) in rules::ALL.iter().enumerate() {
        for container in &template.containers {
            let subject = RuleSubject::Credentials {
                pod: &template.account,
                container: &container.credentials,
                cluster: context.cluster,
            };
            let Some(judgement) = rule.judge(subject) else { continue };
            let (place, judgement) = (Some(container.place.clone()), judgement.into());
            let outcome = RuleOutcome { number, container: place, judgement };
            outcomes.extend(template.filtered(context.filter, workload, outcome, interner));
        }
    }
    // Back into the order of the catalogue.
    outcomes.sort_by_key(|outcome| outcome.number);
    outcomes.shrink_to_fit();
}
