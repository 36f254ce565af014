//! From paths to their public JSON format.

use std::io::{self, Write};

use super::input::PathsReport;
use super::model::{self, SCHEMA_VERSION};
use crate::inventory::Workload;
use crate::reach::{self, PathSource};
use crate::report::json::{binding, blast, coverage, evidence, head};

pub(super) fn write(report: &PathsReport, out: &mut dyn Write) -> io::Result<()> {
    let model = model::Report {
        head: head(SCHEMA_VERSION, report.version, report.cluster),
        complete: report.is_complete(),
        coverage: report.coverage.iter().map(coverage).collect(),
        limits: &report.limits,
        exposed: report.exposed.iter().map(exposed).collect(),
        cuts: report.cuts.map(cuts),
    };
    serde_json::to_writer_pretty(&mut *out, &model)?;
    writeln!(out)
}

fn exposed<'a>(row: &'a reach::Exposure) -> model::Exposed<'a> {
    let (kind, namespace, name, container) = match &row.source {
        PathSource::Workload(Workload { namespace, kind, name }, container) => {
            (kind.as_str(), namespace, name, container.as_deref())
        }
        PathSource::Account(namespace, name) => ("ServiceAccount", namespace, name, None),
    };
    let (pods, blast_radius) = (row.pods, blast(row.blast));
    let paths = row.paths.iter().map(path).collect();
    let steps = row.first_steps.as_ref().map(|steps| steps.iter().map(hop).collect());
    model::Exposed { kind, namespace, name, container, pods, blast_radius, paths, steps }
}

fn path<'a>(path: &'a reach::AttackPath) -> model::Path<'a> {
    model::Path {
        target: path.target.to_string(),
        certainty: path.certainty.as_str(),
        hops: path.steps.iter().map(hop).collect(),
    }
}

fn hop<'a>(hop: &'a reach::PathStep) -> model::Hop<'a> {
    let about = hop.kind.spec();
    model::Hop {
        from: thing(&hop.from),
        to: thing(&hop.to),
        through: hop.through.as_ref().map(thing),
        edge: about.id,
        does: about.does,
        certainty: hop.certainty.as_str(),
        because: hop.reasons.iter().map(because).collect(),
        cut: &hop.cut,
    }
}

fn thing(thing: &reach::PathNode) -> model::Thing<'_> {
    model::Thing { sort: thing.sort, namespace: thing.namespace.as_deref(), name: &thing.name }
}

fn because<'a>(because: &'a reach::Reason) -> model::Because<'a> {
    let mut model = model::Because {
        in_words: because.to_string(),
        right: None,
        binding: None,
        role: None,
        field: None,
    };
    match because {
        reach::Reason::Grant { right, grant } => {
            model.right = Some(right);
            model.binding = Some(binding(grant.binding));
            model.role = Some(grant.role().to_string());
        }
        reach::Reason::Field(field) => model.field = Some(evidence(field)),
        reach::Reason::Note(_) => {}
    }
    model
}

fn cuts(cuts: &reach::Cuts) -> model::Cuts<'_> {
    let cut = |cut: &'_ reach::Cut| model::Cut {
        change: cut.change.words(),
        frees: Vec::new(),
        left: cut.left,
        left_cluster: cut.left_cluster,
    };
    let mut changes: Vec<model::Cut> = cuts.cuts.iter().map(cut).collect();
    for (model, cut) in changes.iter_mut().zip(&cuts.cuts) {
        model.frees = cut.frees.iter().map(freed).collect();
    }
    model::Cuts { exposed: cuts.exposed, bounded: cuts.bounded, changes }
}

fn freed(freed: &reach::Freed) -> model::Freed<'_> {
    let Workload { namespace, kind, name } = &freed.workload;
    model::Freed { kind, namespace, name, before: blast(freed.before), after: blast(freed.after) }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_published_schema_is_that_of_the_structures() {
        let published = expect_test::expect_file!["../../../reports/paths.schema.json"];
        crate::report::json::assert_schema::<super::model::Report>(&published);
    }
}
