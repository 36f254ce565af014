//! What the template is given, and the page's policy: no source of anything but the styles and the
//! script that stand in it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::advice::{RulePage, pages};
use super::entries::{Entries, entries, label, order};
use super::escape::bdi;
use super::first::{FirstRule, first_rules};
use crate::finding::{Radius, Severity, Verdict};
use crate::inventory::CoverageState;
use crate::report::audit::decisions::decisions;
use crate::report::command::change_counts;
use crate::report::coverage::{complete_summary, not_evaluated, unverified};
use crate::report::style::{blast_radius_words, plural, visible};
use crate::report::{AuditReport, Document};

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");
/// Names of pods that one workload shows.
const MAX_PODS: usize = 20;

#[derive(Template)]
#[template(path = "audit/html/page.html")]
struct Page<'a> {
    report: &'a AuditReport<'a>,
    policy: String,
    style: &'static str,
    script: &'static str,
    workloads: usize,
    /// Word and count: by severity, worst first, and unknown.
    strip: Vec<(&'static str, usize)>,
    first: Vec<FirstRule<'a>>,
    entries: &'a Entries<'a>,
    rules: &'a BTreeMap<&'static str, RulePage>,
    namespaces: BTreeSet<&'a str>,
    labels: Vec<&'static str>,
    /// Whether the report shows less than all findings that someone must look at.
    hides: bool,
}

pub(super) fn write(report: &AuditReport, out: &mut dyn Write) -> io::Result<()> {
    let entries = entries(report);
    let rules = pages(report);
    let workloads: BTreeSet<_> = report.audit.workloads.iter().map(|row| &row.workload).collect();
    let fail = |s: &Severity| (s.as_str(), report.count(Verdict::Fail, Some(*s)));
    let unknown = (Verdict::Unknown.as_str(), report.count(Verdict::Unknown, None));
    let strip: Vec<_> = Severity::WORST_FIRST.iter().map(fail).chain([unknown]).collect();
    let all = || entries.workloads.iter().chain(&entries.others);
    let counted = strip.iter().map(|(_, count)| count).sum::<usize>();
    let page = Page {
        report,
        policy: policy(),
        style: STYLE,
        script: SCRIPT,
        workloads: workloads.len(),
        first: first_rules(&entries, &rules),
        namespaces: all().map(|entry| entry.namespace).collect(),
        labels: labels(report),
        hides: report.shown().filter(|f| !f.judgement.is_accepted()).count() < counted,
        strip,
        entries: &entries,
        rules: &rules,
    };
    page.write_into(out)
}

/// The words that findings on the page are labelled with, worst first.
fn labels(report: &AuditReport) -> Vec<&'static str> {
    let kinds: BTreeMap<_, _> = report.shown().map(|f| (order(f), label(f))).collect();
    let mut labels: Vec<_> = kinds.into_values().collect();
    labels.dedup();
    labels
}

/// The elements must hold these to the byte.
fn policy() -> String {
    let hash = |text: &str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)));
    format!(
        "default-src 'none'; style-src {}; script-src {}; base-uri 'none'; form-action 'none'",
        hash(STYLE),
        hash(SCRIPT),
    )
}
