//! One row a workload and posture.

use std::borrow::Cow;
use std::io::{self, Write};

use comfy_table::{Cell, CellAlignment, Color, Table, presets};

use crate::audit::{RowAnswer, WorkloadRow};
use crate::finding::{BlastRadius, Radius, Severity, Verdict};
use crate::report::AuditReport;
use crate::report::style::{Look, blast_radius_cell, color, fit, visible};

/// In a narrow table `IMAGE` is `PIN`: whether it is pinned, for want of room.
const HEADER: [&str; 14] = [
    "NAMESPACE",
    "WORKLOAD",
    "PODS",
    "REACH",
    "TOKEN",
    "ROOT",
    "CAPS",
    "PRIV",
    "IMAGE",
    "C",
    "H",
    "M",
    "L",
    "?",
];
/// What the columns other than namespace and workload take of a narrow table.
const NARROW: usize = 49;
/// Longest namespace, workload, image or list of capabilities in a wide table.
const LONGEST: usize = 48;
/// Marks a row whose pods are not like most of their workload.
const DIVERGES: &str = "*";
/// Marks a row that no API server has seen.
const PREDICTED: &str = "~";

pub(super) fn write(report: &AuditReport, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let rows = &report.audit.workloads;
    if rows.is_empty() {
        return Ok(());
    }
    let mut table = Table::new();
    table.load_style(presets::NOTHING).force_no_tty().set_header(
        HEADER.map(|name| if name == "IMAGE" && !look.is_wide() { "PIN" } else { name }),
    );
    if look.color {
        table.enforce_styling();
    }
    for row in rows {
        table.add_row(cells(row, look));
    }
    let gap = if look.is_wide() { 2 } else { 1 };
    for (column, name) in table.column_iter_mut().zip(HEADER) {
        // The counts stand close together, the last one at the edge.
        let right = match name {
            "?" => 0,
            "C" | "H" | "M" | "L" => 1,
            _ => gap,
        };
        column.set_padding((0, right));
    }
    writeln!(out, "{}", table.trim_fmt())?;
    if rows.iter().any(|row| row.diverges) {
        writeln!(out, "{DIVERGES} not like most pods of its workload")?;
    }
    if rows.iter().any(|row| !row.facts.admitted) {
        writeln!(out, "{PREDICTED} not admitted yet: judged by what admission would make of it")?;
    }
    if rows.iter().any(|row| row.blast.at_most > Radius::None) {
        let all = if look.is_wide() { "cluster" } else { "all" };
        writeln!(
            out,
            "REACH of a takeover: ns its namespace, ns+ others, node, {all}; ? possibly"
        )?;
    }
    writeln!(out, "C H M L ? count critical, high, medium, low and unknown findings\n")
}

fn cells(row: &WorkloadRow, look: Look) -> Vec<Cell> {
    let facts = &row.facts;
    let (namespace, workload) = names(row, look);
    let pods = if row.pods.is_empty() { "-".to_owned() } else { row.pods.len().to_string() };
    let mut cells = vec![
        Cell::new(namespace),
        Cell::new(workload),
        Cell::new(pods).set_alignment(CellAlignment::Right),
        reach(row.blast, look),
        answer(facts.token),
        answer(facts.root),
        Cell::new(capabilities(&facts.capabilities, look)),
        answer(if facts.privileged { RowAnswer::Yes } else { RowAnswer::No }),
        Cell::new(image(row, look)),
    ];
    let failed = row.failed.into_iter().zip(Severity::WORST_FIRST);
    cells.extend(failed.map(|(n, severity)| counted(n, color(Verdict::Fail, severity))));
    cells.push(counted(row.unknown, color(Verdict::Unknown, Severity::Low)));
    cells
}

/// In a narrow table the two names share what is left, one third to two.
fn names(row: &WorkloadRow, look: Look) -> (String, String) {
    let room = match look.width {
        Some(width) if !look.is_wide() => width.saturating_sub(NARROW).max(24),
        _ => 2 * LONGEST,
    };
    let third = (room / 3).min(LONGEST);
    let mark = match (row.diverges, facts_mark(row)) {
        (true, mark) => format!("{DIVERGES}{mark}"),
        (false, mark) => mark.to_owned(),
    };
    let name = format!("{}/{}", row.workload.kind, row.workload.name);
    let name = fit(&visible(&name), room - third - mark.len()).into_owned() + &mark;
    (fit(&visible(&row.workload.namespace), third).into_owned(), name)
}

fn facts_mark(row: &WorkloadRow) -> &'static str {
    if row.facts.admitted { "" } else { PREDICTED }
}

fn reach(blast: BlastRadius, look: Look) -> Cell {
    let word = blast_radius_cell(blast);
    let cell = Cell::new(if look.is_wide() { word } else { word.replace("cluster", "all") });
    match blast.at_most {
        Radius::None => cell,
        Radius::Cluster | Radius::Node if blast.certain == blast.at_most => cell.fg(Color::Red),
        _ => cell.fg(Color::Yellow),
    }
}

fn answer(answer: RowAnswer) -> Cell {
    match answer {
        RowAnswer::Yes => Cell::new("yes").fg(Color::Red),
        RowAnswer::Possible => Cell::new("maybe").fg(Color::Yellow),
        RowAnswer::Unknown => Cell::new("?").fg(Color::Cyan),
        RowAnswer::No => Cell::new("no"),
    }
}

fn counted(count: usize, color: Color) -> Cell {
    let cell = match count {
        0 => Cell::new("."),
        _ => Cell::new(count).fg(color),
    };
    cell.set_alignment(CellAlignment::Right)
}

/// All names where there is room; otherwise whether there are more than the defaults.
fn capabilities(text: &str, look: Look) -> Cow<'_, str> {
    match text {
        _ if look.is_wide() => fit(&visible(text), LONGEST).into_owned().into(),
        "none" | "ALL" => text.into(),
        "default" => "dflt".into(),
        _ => "some".into(),
    }
}

/// The first reference where there is room; otherwise how it is pinned.
fn image(row: &WorkloadRow, look: Look) -> String {
    let facts = &row.facts;
    if !look.is_wide() {
        return if facts.pinned { "yes" } else { "no" }.to_owned();
    }
    let Some((first, others)) = facts.images.split_first() else { return String::new() };
    // The middle of a digest says nothing to a person.
    let short = match first.split_once("@sha256:") {
        Some((name, digest)) => format!("{name}@sha256:{}…", digest.get(..8).unwrap_or(digest)),
        None => first.clone(),
    };
    let more = if others.is_empty() { String::new() } else { format!(" +{}", others.len()) };
    format!("{}{more}", fit(&visible(&short), LONGEST))
}
