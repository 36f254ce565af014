//! Paths as a picture: a flowchart for Mermaid, a graph for Graphviz. Names of the cluster are
//! escaped at one place a format.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::{self, Write};

use super::input::PathsReport;
use crate::reach::{Certainty, PathNode, StepKind};
use crate::report::text::visible;

/// Things by number, and the steps between them.
struct Picture<'a> {
    things: BTreeMap<&'a PathNode, usize>,
    steps: BTreeSet<(usize, usize, StepKind, Certainty)>,
}

impl<'a> Picture<'a> {
    fn new(report: &'a PathsReport) -> Self {
        let paths = report.exposed.iter().flat_map(|row| &row.paths);
        let hops: Vec<_> = paths.flat_map(|path| &path.steps).collect();
        let things: BTreeSet<_> = hops.iter().flat_map(|hop| [&hop.from, &hop.to]).collect();
        let things: BTreeMap<_, _> = things.into_iter().zip(0..).collect();
        let step = |hop: &&crate::reach::PathStep| {
            Some((*things.get(&hop.from)?, *things.get(&hop.to)?, hop.kind, hop.certainty))
        };
        let steps = hops.iter().filter_map(step).collect();
        Self { things, steps }
    }
}

pub(super) fn mermaid(report: &PathsReport, out: &mut dyn Write) -> io::Result<()> {
    let picture = Picture::new(report);
    writeln!(out, "flowchart LR")?;
    for (thing, number) in &picture.things {
        let (open, close) = match thing.sort {
            "container" => ("[", "]"),
            "serviceAccount" | "user" | "group" => ("(", ")"),
            _ => ("{{", "}}"),
        };
        writeln!(out, "  n{number}{open}\"{}\"{close}", entities(&thing.to_string()))?;
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
    for (thing, number) in &picture.things {
        let shape = match thing.sort {
            "container" => "box",
            "serviceAccount" | "user" | "group" => "ellipse",
            _ => "hexagon",
        };
        let label = quoted(&thing.to_string());
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
