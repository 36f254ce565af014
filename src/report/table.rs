//! The format for people: workloads worst first, findings by rule, and what was not covered.

use std::io::{self, Write};

use comfy_table::{Cell, CellAlignment, Color, Table, presets};

use super::text::{fit, visible, wrap};
use super::{Report, is_complete, not_evaluated};
use crate::audit::{Answer, WorkloadRow};
use crate::finding::{Finding, Severity, Verdict};
use crate::inventory::coverage::State;
use crate::rules;

/// How to draw.
#[derive(Clone, Copy, Debug, Default)]
pub struct Look {
    /// Columns to stay within; `None` for as many as it takes.
    pub width: Option<usize>,
    /// Whether to use colours.
    pub color: bool,
}

/// From here on there is room for whole image references and capability lists.
const WIDE: usize = 140;
/// Columns of the narrow table that are not namespace or workload, gaps included.
const FIXED: usize = 45;

pub(super) fn write(report: &Report, look: Look, out: &mut dyn Write) -> io::Result<()> {
    if !report.audit.workloads.is_empty() {
        writeln!(out, "{}", workloads(&report.audit.workloads, look))?;
    }
    findings(report, look, out)?;
    summary(report, look, out)
}

fn workloads(rows: &[WorkloadRow], look: Look) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.force_no_tty();
    if look.color {
        table.enforce_styling();
    }
    let wide = look.width.is_none_or(|width| width >= WIDE);
    table.set_header(
        [
            "NAMESPACE",
            "WORKLOAD",
            "PODS",
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
        ]
        .map(Cell::new),
    );
    // What is left for the two names; the workload's needs twice the room.
    let names = look.width.map_or(usize::MAX, |width| width.saturating_sub(FIXED).max(24));
    for row in rows {
        let place = &row.workload;
        let mark = if row.diverges { "*" } else { "" };
        let workload = format!("{}/{}{mark}", place.kind, place.name);
        let (namespace_room, workload_room) =
            if wide { (60, 60) } else { (names / 3, names - names / 3) };
        let facts = &row.facts;
        let pods = if row.pods.is_empty() { "-".to_owned() } else { row.pods.len().to_string() };
        let image = if wide { images(&facts.images) } else { short_image(row).to_owned() };
        let mut cells = vec![
            Cell::new(fit(&visible(&place.namespace), namespace_room)),
            Cell::new(fit(&visible(&workload), workload_room)),
            Cell::new(pods).set_alignment(CellAlignment::Right),
            answer(facts.token),
            answer(facts.root),
            Cell::new(capabilities(&facts.capabilities, wide)),
            answer(if facts.privileged { Answer::Yes } else { Answer::No }),
            Cell::new(visible(&image)),
        ];
        for (count, severity) in row.failed.iter().zip(Severity::WORST_FIRST) {
            cells.push(counted(*count, color(severity)));
        }
        cells.push(counted(row.unknown, Color::Cyan));
        table.add_row(cells);
    }
    let last = table.column_count().saturating_sub(1);
    for (index, column) in table.column_iter_mut().enumerate() {
        column.set_padding((
            0,
            if index == last {
                0
            } else if index > 7 || (!wide && index > 1) {
                1
            } else {
                2
            },
        ));
    }
    let mut text = table.trim_fmt();
    if rows.iter().any(|row| row.diverges) {
        text += "\n* differs from most pods of its workload";
    }
    text.push('\n');
    text
}

fn answer(answer: Answer) -> Cell {
    match answer {
        Answer::Yes => Cell::new("yes").fg(Color::Red),
        Answer::Possible => Cell::new("maybe").fg(Color::Yellow),
        Answer::Unknown => Cell::new("?").fg(Color::Cyan),
        Answer::No => Cell::new("no"),
    }
}

fn counted(count: usize, color: Color) -> Cell {
    let cell = Cell::new(if count == 0 { ".".to_owned() } else { count.to_string() });
    let cell = cell.set_alignment(CellAlignment::Right);
    if count == 0 { cell } else { cell.fg(color) }
}

fn color(severity: Severity) -> Color {
    match severity {
        Severity::Critical => Color::Magenta,
        Severity::High => Color::Red,
        Severity::Medium => Color::Yellow,
        Severity::Low => Color::Blue,
    }
}

fn capabilities(text: &str, wide: bool) -> String {
    match (wide, text.strip_prefix("default, ")) {
        (false, Some(_)) => "added".to_owned(),
        (false, None) if !matches!(text, "none" | "default" | "ALL") => "some".to_owned(),
        (_, Some(beyond)) => fit(&format!("default +{beyond}"), 40).into_owned(),
        _ => fit(text, 40).into_owned(),
    }
    .replace("default", if wide { "default" } else { "dflt" })
}

fn short_image(row: &WorkloadRow) -> &'static str {
    if row.facts.pinned { "digest" } else { "tag" }
}

fn images(images: &[String]) -> String {
    let more = match images.len() {
        0 | 1 => String::new(),
        n => format!(" +{}", n - 1),
    };
    let first = images.first().map(String::as_str).unwrap_or_default();
    // The middle of a digest says nothing to a person.
    let short = match first.split_once("@sha256:") {
        Some((name, digest)) => format!("{name}@sha256:{}…", digest.get(..8).unwrap_or(digest)),
        None => first.to_owned(),
    };
    format!("{}{more}", fit(&short, 60))
}

/// Findings that say the same are told once, with all the places where they hold.
fn findings(report: &Report, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let shown: Vec<&Finding> = report.shown().collect();
    let mut order: Vec<&str> = Vec::new();
    for finding in &shown {
        if !order.contains(&finding.rule) {
            order.push(finding.rule);
        }
    }
    for id in order {
        let of_rule: Vec<_> = shown.iter().copied().filter(|f| f.rule == id).collect();
        let summary = rules::find(id).map_or("", |rule| rule.summary);
        writeln!(out, "{}", bold(&format!("{id}: {summary} ({})", of_rule.len()), look))?;
        let same = |a: &&Finding, b: &&Finding| {
            (a.severity, a.judgement.verdict, &a.judgement.message)
                == (b.severity, b.judgement.verdict, &b.judgement.message)
        };
        let mut by_message = of_rule.clone();
        let key = |f: &Finding| {
            (std::cmp::Reverse(f.severity), f.judgement.verdict, f.judgement.message.clone())
        };
        by_message.sort_by_key(|finding| key(finding));
        for group in by_message.chunk_by(same) {
            let first = group[0];
            let label = match first.judgement.verdict {
                Verdict::Fail => first.severity.as_str(),
                other => other.as_str(),
            };
            let sure = match first.judgement.verdict {
                Verdict::Fail => format!(" ({})", first.judgement.confidence.as_str()),
                _ => String::new(),
            };
            let message = format!("{label}{sure}: {}", visible(&first.judgement.message));
            writeln!(out, "{}", paint(&wrap(&message, 2, look.width), first, look))?;
            let places: Vec<_> = group.iter().map(|finding| place(finding)).collect();
            writeln!(out, "{}", wrap(&places.join(", "), 4, look.width))?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn place(finding: &Finding) -> String {
    let (kind, name) = &finding.workload;
    let namespace = finding.object.namespace.as_deref().unwrap_or("-");
    let place = match &finding.container {
        Some(container) => format!("{namespace}/{kind}/{name}[{container}]"),
        None => format!("{namespace}/{kind}/{name}"),
    };
    visible(&place).into_owned()
}

fn summary(report: &Report, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let failed = Severity::WORST_FIRST.map(|severity| {
        format!("{} {}", report.count(Verdict::Fail, Some(severity)), severity.as_str())
    });
    let mut workloads: Vec<_> = report.audit.workloads.iter().map(|row| &row.workload).collect();
    workloads.dedup();
    workloads.sort();
    workloads.dedup();
    let line = format!(
        "{} pods of {} workloads in {}: {}, {} unknown.",
        report.pods(),
        workloads.len(),
        visible(&report.cluster.name),
        failed.join(", "),
        report.count(Verdict::Unknown, None),
    );
    writeln!(out, "{}", bold(&wrap(&line, 0, look.width), look))?;
    let coverage = &report.audit.coverage;
    if is_complete(coverage) {
        let not_read: Vec<_> = coverage.iter().filter(|r| r.state != State::Complete).collect();
        if not_read.is_empty() {
            return writeln!(out, "Coverage: complete.");
        }
        let names: Vec<_> = not_read.iter().map(|r| r.resource.plural()).collect();
        let line = format!(
            "Coverage: everything in scope was read. Not in scope or not in the input: {}; what \
             depends on them is unknown.",
            names.join(", ")
        );
        return writeln!(out, "{}", wrap(&line, 0, look.width));
    }
    writeln!(out, "Coverage: INCOMPLETE, so no finding does not mean clean.")?;
    for record in coverage.iter().filter(|record| record.state == State::Incomplete) {
        let plural = record.resource.plural();
        if let Some(error) = &record.error {
            writeln!(out, "{}", wrap(&format!("{plural}: {}", visible(error)), 2, look.width))?;
        }
        for bad in &record.undecodable {
            let line = format!("{}: {}", bad.object, bad.error);
            writeln!(out, "{}", wrap(&visible(&line), 2, look.width))?;
        }
        let rules = not_evaluated(record).join(", ");
        writeln!(out, "{}", wrap(&format!("not fully evaluated: {rules}"), 4, look.width))?;
    }
    Ok(())
}

fn bold(text: &str, look: Look) -> String {
    if look.color { format!("\x1b[1m{text}\x1b[0m") } else { text.to_owned() }
}

fn paint(text: &str, finding: &Finding, look: Look) -> String {
    let code = match (finding.judgement.verdict, finding.severity) {
        (Verdict::Fail, Severity::Critical) => 35,
        (Verdict::Fail, Severity::High) => 31,
        (Verdict::Fail, Severity::Medium) => 33,
        (Verdict::Fail, Severity::Low) => 34,
        _ => 36,
    };
    if look.color { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
}
