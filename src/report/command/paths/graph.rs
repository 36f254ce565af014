//! Paths as a picture: a flowchart for Mermaid, a graph for Graphviz. Names of the cluster are
//! escaped at one place a format.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::{self, Write};

use super::report::PathsReport;
use crate::reach::{Certainty, PathNode, PathNodeKind, PathStep, StepKind};
use crate::report::style::visible;

/// Nodes by number, and the steps between them.
struct Picture<'a> {
    nodes: BTreeMap<&'a PathNode, usize>,
    steps: BTreeSet<(usize, usize, StepKind, Certainty)>,
}

impl<'a> Picture<'a> {
    fn new(report: &'a PathsReport) -> Self {
        let paths = report.exposed.iter().flat_map(|row| &row.paths);
        let steps: Vec<_> = paths.flat_map(|path| &path.steps).collect();
        let nodes: BTreeSet<_> = steps.iter().flat_map(|step| [&step.from, &step.to]).collect();
        let nodes: BTreeMap<_, _> = nodes.into_iter().zip(0..).collect();
        let step = |step: &&PathStep| {
            Some((*nodes.get(&step.from)?, *nodes.get(&step.to)?, step.kind, step.certainty))
        };
        let steps = steps.iter().filter_map(step).collect();
        Self { nodes, steps }
    }
}

pub(super) fn mermaid(report: &PathsReport, out: &mut dyn Write) -> io::Result<()> {
    let picture = Picture::new(report);
    writeln!(out, "flowchart LR")?;
    for (node, number) in &picture.nodes {
        let (open, close) = match node.kind {
            PathNodeKind::Container => ("[", "]"),
            PathNodeKind::ServiceAccount | PathNodeKind::User | PathNodeKind::Group => ("(", ")"),
            PathNodeKind::Cluster | PathNodeKind::Namespace | PathNodeKind::Node => ("{{", "}}"),
        };
        writeln!(out, "  n{number}{open}\"{}\"{close}", entities(&node.to_string()))?;
    }
    for (from, to, kind, certainty) in &picture.steps {
        let arrow = if *certainty == Certainty::Certain { "-->" } else { "-.->" };
        writeln!(out, "  n{from} {arrow}|\"{}\"| n{to}", kind.spec().id)?;
    }
    Ok(())
}

/// Everything that Mermaid or the page around it could read as syntax becomes a character's number.
fn entities(text: &str) -> String {
    let mut safe = String::new();
    for c in visible(text).chars() {
        if c.is_alphanumeric() || " -_./:,".contains(c) {
            safe.push(c);
        } else {
            let _ = write!(safe, "#{};", u32::from(c));
        }
    }
    safe
}

pub(super) fn dot(report: &PathsReport, out: &mut dyn Write) -> io::Result<()> {
    let picture = Picture::new(report);
    writeln!(out, "digraph paths {{\n  rankdir=LR;")?;
    for (node, number) in &picture.nodes {
        let shape = match node.kind {
            PathNodeKind::Container => "box",
            PathNodeKind::ServiceAccount | PathNodeKind::User | PathNodeKind::Group => "ellipse",
            PathNodeKind::Cluster | PathNodeKind::Namespace | PathNodeKind::Node => "hexagon",
        };
        let label = quoted(&node.to_string());
        writeln!(out, "  n{number} [shape={shape}, label=\"{label}\"];")?;
    }
    for (from, to, kind, certainty) in &picture.steps {
        let style = if *certainty == Certainty::Certain { "solid" } else { "dashed" };
        writeln!(out, "  n{from} -> n{to} [style={style}, label=\"{}\"];", kind.spec().id)?;
    }
    writeln!(out, "}}")
}

/// A quoted string of DOT ends at a quote, and takes backslashes for its own.
fn quoted(text: &str) -> String {
    visible(text).replace('\\', "\\\\").replace('"', "\\\"")
}
