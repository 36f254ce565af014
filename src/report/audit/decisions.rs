//! What the operator decided, in sentences, for the reports that people read: rules that are off,
//! exceptions that nothing needs, annotations that do not count.

use super::report::{AuditReport, UnusedException};
use crate::inventory::EXCEPTION_ANNOTATION_PREFIX;
use crate::report::style::plural;
use crate::rules;
use crate::suppression::Exception;

/// One sentence each. They hold names of files and rules, and are not escaped.
pub(super) fn decisions(report: &AuditReport) -> Vec<String> {
    let evaluated: Vec<_> = report.policy.rules().map(|rule| rule.id).collect();
    let off = rules::ALL.iter().map(|rule| rule.id).filter(|id| !evaluated.contains(id));
    let off = off.collect::<Vec<_>>().join(", ");
    let off = (!off.is_empty()).then(|| format!("Turned off: {off}."));
    let unused = report.unused().map(|UnusedException { exception, covered_by }| {
        let Exception { source, rule, .. } = exception;
        match covered_by {
            Some(by) => {
                format!("{source}: all that the exception from {rule} matches is covered by {by}.")
            }
            None => format!("{source}: the exception from {rule} matches nothing that was found."),
        }
    });
    let unheeded = (report.audit.unheeded_annotations > 0).then(|| {
        let places = plural(report.audit.unheeded_annotations, "finding");
        format!(
            "Annotations {EXCEPTION_ANNOTATION_PREFIX}... on the objects would accept {places}; \
             they do not count without --allow-annotations."
        )
    });
    off.into_iter().chain(unused).chain(unheeded).collect()
}
