//! What a rule says in one place, before and after it is a finding.

use std::sync::Arc;

use crate::finding::{Finding, Judgement, Severity, WorkloadName};
use crate::inventory::Workload;
use crate::object::{ContainerPlace, ObjectRef};
use crate::rules::{self, Rule};

/// What one rule says of a pod, or of one of its containers. The order is that of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct RuleOutcome {
    /// The rule's number in the catalogue.
    pub(super) number: usize,
    /// The container, where the rule judges containers.
    pub(super) container: Option<Arc<ContainerPlace>>,
    /// What it says.
    pub(super) judgement: Arc<Judgement>,
}

impl RuleOutcome {
    /// The rule.
    pub(super) fn rule(&self) -> &'static Rule {
        &rules::ALL[self.number]
    }

    /// How bad it is: the judgement's own severity, or the rule's.
    pub(super) fn severity(&self) -> Severity {
        self.judgement.severity.unwrap_or(self.rule().severity)
    }
}

/// Where a finding belongs.
#[derive(Clone)]
pub(super) struct FindingPlace {
    /// The object judged; of several pods the first.
    pub(super) object: Arc<ObjectRef>,
    /// The container, where the rule judges containers.
    pub(super) container: Option<Arc<ContainerPlace>>,
    /// What a person edits to change the object.
    pub(super) workload: Arc<WorkloadName>,
    /// How many pods it is about; 0 for what is no pod.
    pub(super) pods: u64,
}

impl FindingPlace {
    /// The finding that this judgement is here.
    pub(super) fn finding(self, rule: &Rule, judgement: Arc<Judgement>) -> Finding {
        Finding {
            rule: rule.id,
            severity: judgement.severity.unwrap_or(rule.severity),
            object: self.object,
            container: self.container,
            workload: self.workload,
            pods: self.pods,
            blast: None,
            judgement,
        }
    }
}

/// The workload, as findings carry it.
pub(super) fn workload_name(workload: &Workload) -> Arc<WorkloadName> {
    Arc::new(WorkloadName { kind: workload.kind.clone(), name: workload.name.clone() })
}
