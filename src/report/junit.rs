//! JUnit XML, which every CI shows: a suite a rule, a case a finding. What fails is a failure, what
//! is not known is skipped with its reason, and what was not read is an error.
//!
//! Source: Jenkins' JUnit plugin, junit.xsd; there is no standard.

use std::collections::BTreeMap;
use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::Report;
use super::text::visible;
use crate::finding::{Finding, Verdict};

/// The suite of what was not read.
const COVERAGE: &str = "coverage";

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut rules: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in report.shown() {
        rules.entry(finding.rule).or_default().push(finding);
    }
    let problems: Vec<_> = report.problems().collect();
    let time = report.scanned_at.strftime("%FT%T").to_string();
    let mut xml = Writer::new_with_indent(&mut *out, b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let shown = || rules.values().flatten().copied();
    let totals = totals(shown(), problems.len());
    let suites = xml.create_element("testsuites").with_attribute(("name", "podaudit"));
    suites.with_attributes(pairs(&totals)).write_inner_content(|xml| {
        if !problems.is_empty() {
            let totals = self::totals(std::iter::empty(), problems.len());
            let suite = xml.create_element("testsuite").with_attribute(("name", COVERAGE));
            suite.with_attributes(pairs(&totals)).write_inner_content(|xml| {
                problems.iter().try_for_each(|problem| unread(xml, problem))
            })?;
        }
        for (rule, findings) in &rules {
            let totals = self::totals(findings.iter().copied(), 0);
            let suite = xml.create_element("testsuite").with_attribute(("name", *rule));
            suite
                .with_attributes(pairs(&totals))
                .with_attribute(("timestamp", time.as_str()))
                .with_attribute(("hostname", text(&report.cluster.name).as_str()))
                .write_inner_content(|xml| findings.iter().try_for_each(|f| case(xml, f)))?;
        }
        Ok(())
    })?;
    writeln!(out)
}

/// Attributes that suites and their sum share.
type Totals = [(&'static str, String); 4];

fn totals<'a>(findings: impl Iterator<Item = &'a Finding>, errors: usize) -> Totals {
    let (mut tests, mut failures, mut skipped) = (errors, 0, 0);
    for finding in findings {
        tests += 1;
        match finding.judgement.verdict {
            Verdict::Fail => failures += 1,
            Verdict::Unknown | Verdict::NotApplicable => skipped += 1,
            Verdict::Pass => {}
        }
    }
    let numbers = [tests, failures, errors, skipped].map(|number| number.to_string());
    let [tests, failures, errors, skipped] = numbers;
    [("tests", tests), ("failures", failures), ("errors", errors), ("skipped", skipped)]
}

fn pairs(totals: &Totals) -> impl Iterator<Item = (&str, &str)> {
    totals.iter().map(|(name, value)| (*name, value.as_str()))
}

fn unread<W: Write>(xml: &mut Writer<W>, problem: &str) -> io::Result<()> {
    let problem = text(problem);
    let case = xml.create_element("testcase");
    case.with_attributes([("classname", COVERAGE), ("name", problem.as_str())])
        .write_inner_content(|xml| {
            let error = xml.create_element("error").with_attribute(("type", "incomplete"));
            error.with_attribute(("message", problem.as_str())).write_empty().map(drop)
        })
        .map(drop)
}

fn case<W: Write>(xml: &mut Writer<W>, finding: &Finding) -> io::Result<()> {
    let judgement = &finding.judgement;
    let (kind, name) = &*finding.workload;
    let namespace = finding.object.namespace.iter().map(|namespace| format!("{namespace}/"));
    let container = finding.container_name().map(|container| format!("[{container}]"));
    let place = namespace.chain([format!("{kind}/{name}")]).chain(container).collect::<String>();
    let message = text(&judgement.message);
    let case = xml.create_element("testcase").with_attribute(("classname", finding.rule));
    let case = case.with_attribute(("name", text(&place).as_str()));
    match judgement.verdict {
        Verdict::Pass => case.write_empty().map(drop),
        Verdict::Unknown | Verdict::NotApplicable => {
            let skipped = |xml: &mut Writer<W>| {
                let skipped = xml.create_element("skipped");
                skipped.with_attribute(("message", message.as_str())).write_empty().map(drop)
            };
            case.write_inner_content(skipped).map(drop)
        }
        Verdict::Fail => {
            let evidence = judgement.evidence.iter().map(|e| format!("{} = {}", e.path, e.value));
            let lines: Vec<_> = evidence.map(|line| text(&line)).collect();
            let failure = |xml: &mut Writer<W>| {
                let failure = xml.create_element("failure");
                failure
                    .with_attribute(("type", finding.severity.as_str()))
                    .with_attribute(("message", message.as_str()))
                    .write_text_content(BytesText::new(&lines.join("\n")))
                    .map(drop)
            };
            case.write_inner_content(failure).map(drop)
        }
    }
}

/// The text without what XML cannot hold, however it is escaped.
fn text(text: &str) -> String {
    visible(text).replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}
