//! The path of a finding as a code flow, each step at the object that allows it.

use super::location::{ResultPlace, location};
use super::model::{CodeFlow, Location, SarifText, ThreadFlow, ThreadFlowLocation};
use crate::finding::{Finding, FindingStep, WorkloadName};

pub(super) fn code_flow(finding: &Finding, cluster: &str) -> Option<CodeFlow> {
    let steps = &finding.judgement.steps;
    let locations = steps.iter().map(|step| ThreadFlowLocation {
        location: Location {
            message: Some(step_text(step)),
            ..step_location(finding, step, cluster)
        },
    });
    let thread_flows = [ThreadFlow { locations: locations.collect() }];
    let message = SarifText { text: finding.judgement.message.clone() };
    (!steps.is_empty()).then_some(CodeFlow { message, thread_flows })
}

fn step_text(step: &FindingStep) -> SarifText<'static> {
    let by = step.reasons.join("; ");
    SarifText { text: format!("{} {}: {}, by {by}", step.from, step.does, step.to).into() }
}

fn step_location(finding: &Finding, step: &FindingStep, cluster: &str) -> Location {
    let place = |namespace, workload| {
        location(&ResultPlace { cluster, namespace, workload, container: None })
    };
    match &step.object {
        Some(object) => {
            let workload = WorkloadName { kind: object.kind.clone(), name: object.name.clone() };
            place(object.namespace.as_deref(), &workload)
        }
        None => place(finding.object.namespace.as_deref(), &finding.workload),
    }
}
