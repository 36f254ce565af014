//! The rights for people: the most dangerous first, each with what grants it.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::report::{CanReport, LOWER_BOUND};
use crate::rbac::{self, Danger, Permission};
use crate::report::coverage::{incomplete, missing, write_problems};
use crate::report::style::{Look, visible, wrap};

pub(super) fn write(report: &CanReport, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let title = format!("{} ({})", report.account, report.identity.user);
    writeln!(out, "{}", look.bold(&wrap(&visible(&title), 0, look.width)))?;
    writeln!(out, "{}", wrap(LOWER_BOUND, 0, look.width))?;
    let missing = missing(&report.coverage);
    if !missing.is_empty() {
        let note = format!("Not all was read, and so it may be more: {}.", missing.join(", "));
        writeln!(out, "{}", wrap(&note, 0, look.width))?;
    }
    for record in incomplete(&report.coverage) {
        write_problems(record, look, out)?;
    }
    for danger in Danger::ALL {
        let here = |right: &&Permission| right.risk.is_some_and(|risk| risk.danger == danger);
        section(danger.title(), report.rights.iter().filter(here), look, out)?;
    }
    let (everyones, own): (Vec<_>, Vec<_>) =
        report.rights.iter().filter(|r| r.risk.is_none()).partition(|r| r.is_everyones());
    section("Can also", own.into_iter(), look, out)?;
    section("Can as every ServiceAccount", everyones.into_iter(), look, out)?;
    if report.rights.is_empty() {
        writeln!(out, "\n{}", wrap("No right at all.", 0, look.width))?;
    }
    if !report.dangling.is_empty() {
        writeln!(out, "\n{}", look.bold("Bound to roles that were not found"))?;
        for (binding, role) in report.dangling {
            let line = format!("{}: {role}", binding.reference());
            writeln!(out, "{}", wrap(&visible(&line), 2, look.width))?;
        }
    }
    Ok(())
}

/// Writes rights that read the same once, with all that grants them.
fn section<'a>(
    title: &str,
    rights: impl Iterator<Item = &'a Permission<'a>>,
    look: Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut order = Vec::new();
    let mut grants: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for right in rights {
        let words = rbac::permission_in_words(right);
        if !grants.contains_key(&words) {
            order.push(words.clone());
        }
        let by = grants.entry(words).or_default();
        let grant = rbac::grant_in_words(right);
        if !by.contains(&grant) {
            by.push(grant);
        }
    }
    if order.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{}", look.bold(title))?;
    for words in order {
        writeln!(out, "{}", wrap(&visible(&words), 2, look.width))?;
        for grant in &grants[&words] {
            writeln!(out, "{}", wrap(&visible(&format!("by {grant}")), 6, look.width))?;
        }
    }
    Ok(())
}
