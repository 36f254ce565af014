//! From the standards to their public JSON format.

use std::io::{self, Write};

use super::input::StandardsReport;
use super::model::{self, SCHEMA_VERSION};
use crate::inventory::Workload;
use crate::pss::{Demand, LabelError, Labels, Level};
use crate::report::json::{coverage, head};
use crate::standards::{Blocked, NamespaceStandards};

pub(super) fn write(report: &StandardsReport, out: &mut dyn Write) -> io::Result<()> {
    let model = model::Report {
        head: head(SCHEMA_VERSION, report.version, report.cluster),
        scanned_at: report.scanned_at.to_string(),
        complete: report.is_complete(),
        coverage: report.coverage.iter().map(coverage).collect(),
        namespaces: report.namespaces.iter().map(namespace).collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &model)?;
    writeln!(out)
}

fn namespace(namespace: &NamespaceStandards) -> model::Namespace<'_> {
    model::Namespace {
        name: &namespace.object.name,
        labels: namespace.labels.as_ref().ok().map(labels),
        pods: namespace.pods,
        version: namespace.version().to_string(),
        pinned: namespace.pinned().is_some(),
        highest_level: namespace.highest().map(Level::as_str),
        at_most: namespace.at_most.as_str(),
        partial: namespace.partial.as_ref().map(|gap| &*gap.reason),
        could_enforce: namespace.could_enforce().map(Level::as_str),
        next_level: namespace.next().map(Level::as_str),
        blocking: namespace.blocking.iter().map(blocking).collect(),
    }
}

fn labels(labels: &Labels) -> model::Labels<'_> {
    model::Labels {
        enforce: demand(labels.enforce),
        audit: demand(labels.audit),
        warn: demand(labels.warn),
        errors: labels.errors.iter().map(label_error).collect(),
    }
}

fn label_error(error: &LabelError) -> model::LabelError<'_> {
    let LabelError { label, value, problem } = error;
    model::LabelError { label, value, problem }
}

fn demand(demand: Demand) -> model::Demand<'static> {
    model::Demand {
        level: demand.level.map(Level::as_str),
        version: demand.version.map(|version| version.to_string()),
    }
}

fn blocking<'a>((check, workloads): (&&'a str, &'a Blocked)) -> model::Blocking<'a> {
    let workload = |(workload, pods): (&'a Workload, &usize)| model::Workload {
        kind: &workload.kind,
        name: &workload.name,
        pods: *pods,
    };
    model::Blocking { check, workloads: workloads.iter().map(workload).collect() }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_published_schema_is_that_of_the_structures() {
        let published = expect_test::expect_file!["../../../reports/pss.schema.json"];
        crate::report::json::assert_schema::<super::model::Report>(&published);
    }
}
