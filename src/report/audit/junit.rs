//! JUnit XML, which every CI shows: a suite a rule, a case a finding. What fails is a failure, what
//! is not known is skipped with its reason, and what was not read is an error.
//!
//! Source: junit-10.xsd of Jenkins' xUnit plugin; there is no standard.

use std::collections::BTreeMap;
use std::io::{self, Write};

use jiff::Timestamp;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::clusters::{ClusterOutcome, ClustersReport, not_scanned};
use super::format_spec::FormatSpec;
use super::report::AuditReport;
use crate::finding::{Finding, Verdict, WorkloadName};
use crate::report::style::visible;

pub(super) const FORMAT: FormatSpec = FormatSpec {
    name: "junit",
    purpose: "JUnit XML, a case a finding",
    example: "demo.junit.xml",
    write: |report, _, out| write(report, out),
    write_clusters: Some(|report, _, out| write_clusters(report, out)),
};

/// The suite of what was not read.
const COVERAGE: &str = "coverage";

/// The suites of one cluster.
struct ClusterSuites<'a> {
    name: &'a str,
    /// Before the names of its suites and classes; empty if there is no other cluster.
    prefix: String,
    problems: Vec<String>,
    rules: BTreeMap<&'a str, Vec<&'a Finding>>,
}

impl<'a> ClusterSuites<'a> {
    fn new(report: &AuditReport<'a>) -> Self {
        let mut rules: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
        for finding in report.shown() {
            rules.entry(finding.rule).or_default().push(finding);
        }
        let problems = report.problems().collect();
        Self { name: &report.cluster.name, prefix: String::new(), problems, rules }
    }
}

fn write(report: &AuditReport, out: &mut dyn Write) -> io::Result<()> {
    document(&[ClusterSuites::new(report)], report.scanned_at, out)
}

/// The suites of each cluster behind its name.
fn write_clusters(report: &ClustersReport, out: &mut dyn Write) -> io::Result<()> {
    let clusters = report.clusters.iter().map(|ClusterOutcome { name, report }| {
        let cluster = match report {
            Ok(report) => ClusterSuites::new(report),
            Err(error) => {
                let problems = vec![not_scanned(error)];
                ClusterSuites { name, prefix: String::new(), problems, rules: BTreeMap::new() }
            }
        };
        ClusterSuites { prefix: format!("{}: ", text(name)), ..cluster }
    });
    document(&clusters.collect::<Vec<_>>(), report.scanned_at, out)
}

fn document(clusters: &[ClusterSuites], time: Timestamp, out: &mut dyn Write) -> io::Result<()> {
    let mut xml = Writer::new_with_indent(&mut *out, b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let shown = clusters.iter().flat_map(|cluster| cluster.rules.values().flatten().copied());
    let problems = clusters.iter().map(|cluster| cluster.problems.len()).sum();
    let totals = totals(shown, problems);
    // Jenkins' schema has no sum of what is skipped.
    let sums = pairs(&totals).filter(|(name, _)| *name != "skipped");
    let time = time.strftime("%FT%T").to_string();
    let root = xml.create_element("testsuites").with_attribute(("name", "podaudit"));
    root.with_attributes(sums).write_inner_content(|xml| {
        clusters.iter().try_for_each(|cluster| suites(xml, cluster, &time))
    })?;
    writeln!(out)
}

fn suites<W: Write>(xml: &mut Writer<W>, cluster: &ClusterSuites, time: &str) -> io::Result<()> {
    let ClusterSuites { name, prefix, problems, rules } = cluster;
    if !problems.is_empty() {
        let totals = totals(std::iter::empty(), problems.len());
        let class = format!("{prefix}{COVERAGE}");
        let suite = xml.create_element("testsuite").with_attribute(("name", class.as_str()));
        suite.with_attributes(pairs(&totals)).write_inner_content(|xml| {
            problems.iter().try_for_each(|problem| unread(xml, &class, problem))
        })?;
    }
    for (rule, findings) in rules {
        let totals = totals(findings.iter().copied(), 0);
        let class = format!("{prefix}{rule}");
        let suite = xml.create_element("testsuite").with_attribute(("name", class.as_str()));
        suite
            .with_attributes(pairs(&totals))
            .with_attribute(("timestamp", time))
            .with_attribute(("hostname", text(name).as_str()))
            .write_inner_content(|xml| findings.iter().try_for_each(|f| case(xml, &class, f)))?;
    }
    Ok(())
}

/// Attributes that suites and their sum share.
type Totals = [(&'static str, String); 4];

fn totals<'a>(findings: impl Iterator<Item = &'a Finding>, errors: usize) -> Totals {
    let (mut tests, mut failures, mut skipped) = (errors, 0, 0);
    for finding in findings {
        tests += 1;
        match finding.judgement.verdict {
            _ if finding.judgement.is_accepted() => skipped += 1,
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

fn unread<W: Write>(xml: &mut Writer<W>, class: &str, problem: &str) -> io::Result<()> {
    let problem = text(problem);
    let case = xml.create_element("testcase");
    case.with_attributes([("classname", class), ("name", problem.as_str())])
        .write_inner_content(|xml| {
            let error = xml.create_element("error").with_attribute(("type", "incomplete"));
            error.with_attribute(("message", problem.as_str())).write_empty().map(drop)
        })
        .map(drop)
}

fn case<W: Write>(xml: &mut Writer<W>, class: &str, finding: &Finding) -> io::Result<()> {
    let judgement = &finding.judgement;
    let WorkloadName { kind, name } = &*finding.workload;
    let namespace = finding.object.namespace.iter().map(|namespace| format!("{namespace}/"));
    let container = finding.container_name().map(|container| format!("[{container}]"));
    let place = namespace.chain([format!("{kind}/{name}")]).chain(container).collect::<String>();
    let accepted = judgement.accepted().map(|exception| exception.reason.as_str());
    let message = match accepted {
        Some(reason) => text(&format!("{}; excepted: {reason}", judgement.message)),
        None => text(&judgement.message),
    };
    let case = xml.create_element("testcase").with_attribute(("classname", class));
    let case = case.with_attribute(("name", text(&place).as_str()));
    let skip = |xml: &mut Writer<W>| {
        let skipped = xml.create_element("skipped");
        skipped.with_attribute(("message", message.as_str())).write_empty().map(drop)
    };
    match judgement.verdict {
        Verdict::Pass => case.write_empty().map(drop),
        Verdict::Unknown | Verdict::NotApplicable => case.write_inner_content(skip).map(drop),
        Verdict::Fail if accepted.is_some() => case.write_inner_content(skip).map(drop),
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
