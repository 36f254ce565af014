//! The path of a finding as a code flow, each step at the object that allows it.

use super::model::{CodeFlow, Location, Text, ThreadFlow, ThreadFlowLocation};
use super::result::{Place, location};
use crate::finding::{Finding, Step};

pub(super) fn code_flow(finding: &Finding, cluster: &str) -> Option<CodeFlow> {
    let steps = &finding.judgement.steps;
    let locations = steps.iter().map(|step| ThreadFlowLocation {
        location: Location { message: Some(said(step)), ..at(finding, step, cluster) },
    });
    let thread_flows = [ThreadFlow { locations: locations.collect() }];
    let message = Text { text: finding.judgement.message.clone() };
    (!steps.is_empty()).then_some(CodeFlow { message, thread_flows })
}

fn said(step: &Step) -> Text<'static> {
    let by = step.because.join("; ");
    Text { text: format!("{} {}: {}, by {by}", step.from, step.does, step.to).into() }
}

fn at(finding: &Finding, step: &Step, cluster: &str) -> Location {
    let place =
        |namespace, workload| location(&Place { cluster, namespace, workload, container: None });
    match &step.object {
        Some(object) => {
            place(object.namespace.as_deref(), &(object.kind.clone(), object.name.clone()))
        }
        None => place(finding.object.namespace.as_deref(), &finding.workload),
    }
}
