//! The standards for people: one row a namespace, then what blocks the next level, and where.

use std::collections::BTreeMap;
use std::io::{self, Write};

use comfy_table::{Cell, CellAlignment, Color, ContentArrangement, Table, presets};

use super::report::PssReport;
use crate::pss::{Demand, Level, PodSecurityLabels};
use crate::report::Document;
use crate::report::coverage::{incomplete, write_problems};
use crate::report::style::{Look, fit, plural, visible, wrap};
use crate::standards::{Blocked, NamespaceStandards};

const HEADER: [&str; 8] =
    ["NAMESPACE", "ENFORCE", "AUDIT", "WARN", "PODS", "PODS MEET", "COULD ENFORCE", BLOCKED_BY];
/// The column for which only a wide table has room; the details hold the same.
const BLOCKED_BY: &str = "NEXT LEVEL BLOCKED BY (WORKLOADS)";
/// Longest namespace in a narrow table, and in a wide one.
const LONGEST: [usize; 2] = [20, 48];
/// Marks a label that is not valid.
const INVALID: &str = "!";
/// Marks a level that pods which were not read may yet lower.
const AT_MOST: &str = "<=";
/// Marks a level by the version that the namespace pins.
const PINNED: &str = "*";

pub(super) fn write(report: &PssReport, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let namespaces = report.namespaces;
    if !namespaces.is_empty() {
        rows(namespaces, look, out)?;
    }
    for namespace in namespaces {
        detail(namespace, look, out)?;
    }
    summary(report, look, out)
}

fn rows(namespaces: &[NamespaceStandards], look: Look, out: &mut dyn Write) -> io::Result<()> {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).force_no_tty();
    table.set_header(HEADER.iter().filter(|name| look.is_wide() || **name != BLOCKED_BY));
    if let Some(width) = look.width {
        // Pads the last column up to the edge, which is trimmed.
        let width = u16::try_from(width).unwrap_or(u16::MAX);
        table.set_width(width).set_content_arrangement(ContentArrangement::Dynamic);
    }
    if look.color {
        table.enforce_styling();
    }
    for namespace in namespaces {
        table.add_row(cells(namespace, look));
    }
    let gap = if look.is_wide() { 2 } else { 1 };
    for column in table.column_iter_mut() {
        column.set_padding((0, gap));
    }
    writeln!(out, "{}", table.trim_fmt())?;
    let any = |f: &dyn Fn(&NamespaceStandards) -> bool| namespaces.iter().any(f);
    let notes = [
        (
            true,
            "- no label: the cluster's default, which is privileged unless configured".to_owned(),
        ),
        (any(&|n| n.labels.is_err()), "? the Namespace was not read".to_owned()),
        (
            any(&|n| n.labels.as_ref().is_ok_and(|labels| !labels.errors.is_empty())),
            format!("{INVALID} not a valid label: what applies instead"),
        ),
        (
            any(&|n| n.pinned().is_some()),
            format!("{PINNED} by the version in the enforce-version label; else by the latest"),
        ),
        (
            any(&|n| n.highest().is_none()),
            format!("{AT_MOST} no more than this: not all pods were read"),
        ),
    ];
    for (_, note) in notes.into_iter().filter(|(applies, _)| *applies) {
        writeln!(out, "{}", wrap(&note, 0, look.width))?;
    }
    writeln!(out)
}

fn cells(namespace: &NamespaceStandards, look: Look) -> Vec<Cell> {
    let name = visible(&namespace.object.name);
    let longest = LONGEST[usize::from(look.is_wide())];
    let mut cells = vec![Cell::new(fit(&name, longest))];
    cells.extend(match &namespace.labels {
        Ok(labels) => [
            demand(labels, "enforce", labels.enforce),
            demand(labels, "audit", labels.audit),
            demand(labels, "warn", labels.warn),
        ],
        Err(_) => ["?", "?", "?"].map(Cell::new),
    });
    cells.push(Cell::new(namespace.pods).set_alignment(CellAlignment::Right));
    let pinned = if namespace.pinned().is_some() { PINNED } else { "" };
    let at_most = if namespace.highest().is_none() { AT_MOST } else { "" };
    cells.push(Cell::new(format!("{at_most}{}{pinned}", namespace.at_most)));
    cells.push(match namespace.could_enforce() {
        Some(level) => Cell::new(level).fg(Color::Green),
        None => Cell::new("-"),
    });
    if look.is_wide() {
        let counted =
            |(check, workloads): (&&str, &Blocked)| format!("{check} ({})", workloads.len());
        let blocking: Vec<_> = namespace.blocking.iter().map(counted).collect();
        cells.push(Cell::new(blocking.join(", ")));
    }
    cells
}

/// `restricted:v1.30` as upstream writes it, without a version where no label says one.
fn demand(labels: &PodSecurityLabels, mode: &str, demand: Demand) -> Cell {
    let invalid = labels.is_invalid(mode) || labels.is_invalid(&format!("{mode}-version"));
    let level = demand.level.map_or("-", Level::as_str);
    let version = demand.version.map(|version| format!(":{version}")).unwrap_or_default();
    let cell = Cell::new(format!("{level}{version}{}", if invalid { INVALID } else { "" }));
    if invalid { cell.fg(Color::Yellow) } else { cell }
}

fn detail(namespace: &NamespaceStandards, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let errors = namespace.labels.iter().flat_map(|labels| &labels.errors);
    let mut lines: Vec<_> = errors.map(ToString::to_string).collect();
    let version = namespace.version();
    if let Some(level) = namespace.could_enforce() {
        let why = if namespace.pods == 0 { "no pods" } else { "all pods meet it" };
        lines.push(format!("could enforce {level} today ({version}): {why}"));
    }
    if let Some(gap) = &namespace.partial {
        lines.push(format!("what it could enforce is not known: {}", gap.reason));
    }
    if let (Some(next), false) = (namespace.next(), namespace.blocking.is_empty()) {
        lines.push(format!("{next} ({version}) is blocked by"));
    }
    if lines.is_empty() {
        return Ok(());
    }
    writeln!(out, "{}", look.bold(&visible(&namespace.object.name)))?;
    for line in lines {
        writeln!(out, "{}", wrap(&visible(&line), 2, look.width))?;
    }
    for FailedChecks { workloads, checks } in failed_checks(namespace) {
        let line = format!("{} ({})", checks.join(", "), plural(workloads.len(), "workload"));
        writeln!(out, "{}", wrap(&line, 4, look.width))?;
        writeln!(out, "{}", wrap(&visible(&workloads.join(", ")), 8, look.width))?;
    }
    writeln!(out)
}

/// Checks that exactly these workloads fail.
struct FailedChecks {
    workloads: Vec<String>,
    checks: Vec<&'static str>,
}

/// The checks that block a namespace, grouped by the workloads that fail them; those that most
/// workloads fail first.
fn failed_checks(namespace: &NamespaceStandards) -> Vec<FailedChecks> {
    let mut groups: BTreeMap<Vec<String>, Vec<&'static str>> = BTreeMap::new();
    for (check, workloads) in &namespace.blocking {
        let names = workloads.keys().map(|workload| format!("{}/{}", workload.kind, workload.name));
        groups.entry(names.collect()).or_default().push(check);
    }
    let groups = groups.into_iter().map(|(workloads, checks)| FailedChecks { workloads, checks });
    let mut groups: Vec<_> = groups.collect();
    groups.sort_by(|a, b| {
        b.workloads.len().cmp(&a.workloads.len()).then_with(|| a.checks.cmp(&b.checks))
    });
    groups
}

fn summary(report: &PssReport, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let count = |f: fn(&NamespaceStandards) -> bool| {
        report.namespaces.iter().filter(|namespace| f(namespace)).count()
    };
    let pods: usize = report.namespaces.iter().map(|namespace| namespace.pods).sum();
    let enforced = |n: &NamespaceStandards| {
        n.enforced().ok().flatten().is_some_and(|enforced| enforced.level > Level::Privileged)
    };
    let line = format!(
        "{}: {} with {}: {} enforced, {} could enforce more today.",
        visible(&report.cluster.name),
        plural(report.namespaces.len(), "namespace"),
        plural(pods, "pod"),
        count(enforced),
        count(|namespace| namespace.could_enforce().is_some()),
    );
    writeln!(out, "{}", look.bold(&wrap(&line, 0, look.width)))?;
    if report.is_complete() {
        return Ok(());
    }
    writeln!(out, "Coverage: INCOMPLETE, so pods and namespaces may be missing above.")?;
    for record in incomplete(&report.coverage) {
        write_problems(record, look, out)?;
    }
    Ok(())
}
