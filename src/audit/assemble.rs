//! Puts the report together: all rows and findings in their order, worst first.

use std::collections::BTreeMap;

use super::policy::PolicyNotes;
use super::workload::{JudgedWorkload, WorkloadRow};
use crate::finding::Finding;
use crate::inventory::{Coverage, Inventory};

/// The result of a scan.
#[derive(Clone, Debug)]
pub struct Audit {
    /// One row for the pods of a workload of which the same is said, worst first.
    pub workloads: Vec<WorkloadRow>,
    /// All judgements, passes included, worst first.
    pub findings: Vec<Finding>,
    /// What was read and what was not.
    pub coverage: Vec<Coverage>,
    /// Exceptions of the file that match what another one accepts already, by source, with the
    /// source of the other.
    pub covered_exceptions: BTreeMap<String, String>,
    /// In how many places an annotation would accept a finding, which the operator does not allow.
    pub unheeded_annotations: usize,
}

/// The findings of workloads and of `objects`, in the order of reports.
pub(super) fn assemble(
    inventory: &Inventory,
    workloads: Vec<JudgedWorkload>,
    objects: Vec<Finding>,
    notes: PolicyNotes,
) -> Audit {
    let (mut rows, mut findings) = (Vec::new(), objects);
    findings.reserve(workloads.iter().map(JudgedWorkload::at_most).sum());
    for workload in workloads {
        let (own_rows, own_findings) = workload.finish(inventory);
        rows.extend(own_rows);
        findings.extend(own_findings);
    }
    findings.sort_unstable_by(|a, b| a.order().cmp(&b.order()));
    findings.shrink_to_fit();
    rows.sort_by(|a, b| {
        let order = |row: &WorkloadRow| (row.blast, row.failed, row.unknown);
        let by_names = || a.pods.iter().cmp(b.pods.iter());
        (order(b), &a.workload).cmp(&(order(a), &b.workload)).then_with(by_names)
    });
    Audit {
        workloads: rows,
        findings,
        coverage: inventory.coverages().collect(),
        covered_exceptions: notes.covered_exceptions,
        unheeded_annotations: notes.unheeded_annotations.len(),
    }
}
