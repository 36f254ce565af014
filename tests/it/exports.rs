//! Formats that other programs read, each with such a program: a CSV reader, a Markdown parser, a
//! JUnit parser, a JSON Schema. Nothing is lost, and no name of the hostile cluster does anything.

use std::path::Path;

use anyhow::Context;
use libtest_mimic::Trial;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use serde_json::{Value, json};

use crate::support::command::isolated;
use crate::support::program::Program;
use crate::support::{Outcome, ensure, hostile, requires, tools, trial};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial(csv),
        trial(markdown),
        trial(ndjson),
        trial(incomplete),
        requires::trial(requires::on_path("npm"), junit),
        requires::trial(requires::on_path("python3"), junit_by_schema),
    ]
}

/// A report on the demo, on the hostile cluster, or on other arguments.
fn report(args: &[&str], format: &str) -> anyhow::Result<String> {
    Ok(Program::new(args)?.arg("--show=all").arg("-o").arg(format).run()?.stdout)
}

/// The findings that the report must hold, as JSON.
fn findings(args: &[&str]) -> anyhow::Result<Vec<Value>> {
    let json: Value = serde_json::from_str(&report(args, "json")?)?;
    Ok(json["findings"].as_array().context("no findings")?.clone())
}

fn clusters() -> [Vec<String>; 2] {
    [vec!["--demo".to_owned()], vec!["-f".to_owned(), hostile::path()]]
}

/// Runs the check on both clusters.
fn on_each(check: impl Fn(&[&str]) -> Outcome) -> Outcome {
    for cluster in clusters() {
        let args: Vec<_> = cluster.iter().map(String::as_str).collect();
        check(&args).with_context(|| cluster.join(" "))?;
    }
    Ok(())
}

fn csv() -> Outcome {
    on_each(|args| {
        let text = report(args, "csv")?;
        let findings = findings(args)?;
        let mut reader = ::csv::Reader::from_reader(text.as_bytes());
        let heads = reader.headers()?.clone();
        let column = |name: &str| heads.iter().position(|head| head == name).context("no column");
        let (fingerprint, rule) = (column("fingerprint")?, column("rule")?);
        let rows = reader.records().collect::<Result<Vec<_>, _>>()?;
        ensure!(rows.len() == findings.len(), "{} rows, {} findings", rows.len(), findings.len());
        for (row, finding) in rows.iter().zip(&findings) {
            let same = row[fingerprint] == finding["fingerprint"] && row[rule] == finding["rule"];
            ensure!(same, "{row:?} is not {finding}");
            for field in row {
                let formula = field.trim_start().starts_with(['=', '+', '-', '@', '\t', '\r']);
                ensure!(!formula && !field.contains(char::is_control), "not inert: {field:?}");
            }
        }
        Ok(())
    })?;
    let hostile = report(&["-f", &hostile::path()], "csv")?;
    ensure!(hostile.contains("'=cmd|'/C calc'!A0"), "the formula is gone, not inert");
    Ok(())
}

fn markdown() -> Outcome {
    on_each(|args| {
        let text = report(args, "markdown")?;
        let (mut cells, mut widths, mut codes) = (0, Vec::new(), Vec::new());
        for event in Parser::new_ext(&text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH)
        {
            match event {
                Event::Html(html) | Event::InlineHtml(html) => anyhow::bail!("HTML: {html}"),
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    anyhow::bail!("a link to {dest_url}")
                }
                Event::Start(Tag::TableCell) => cells += 1,
                Event::End(TagEnd::TableRow | TagEnd::TableHead) => {
                    widths.push(std::mem::take(&mut cells));
                }
                Event::Code(code) => codes.push(code.to_string()),
                Event::Text(text) => {
                    let names = ["pwned", "storefront", "calc", "kube-system", "evil"];
                    ensure!(!names.iter().any(|name| text.contains(name)), "not in code: {text}");
                }
                _ => {}
            }
        }
        ensure!(widths.len() > 4 && widths[..2] == [5, 5], "{widths:?}");
        ensure!(widths[2..].iter().all(|width| *width == 8), "{widths:?}");
        if args[0] == "-f" {
            for name in ["<script>pwned=1</script>", "Pod/{{7*7}}${pwned}<!-- --> ~~~ \\u{7c} a"] {
                ensure!(codes.iter().any(|code| code.contains(name)), "no {name} in {codes:?}");
            }
        }
        Ok(())
    })
}

fn ndjson() -> Outcome {
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("reports/ndjson.schema.json");
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(schema)?)?;
    let validator = jsonschema::validator_for(&schema).context("the schema itself")?;
    on_each(|args| {
        let text = report(args, "ndjson")?;
        let lines: Result<Vec<Value>, _> = text.split('\n').map(serde_json::from_str).collect();
        ensure!(lines.is_err(), "the last line has no end");
        let lines: Vec<Value> = text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
        for line in &lines {
            let errors: Vec<_> = validator.iter_errors(line).map(|e| e.to_string()).collect();
            ensure!(errors.is_empty(), "{errors:?}");
        }
        let (scan, rest) = lines.split_first().context("no line")?;
        ensure!(scan["type"] == "scan" && scan["complete"] == true, "{scan}");
        let reported: Vec<_> = rest.iter().map(|line| line["finding"].clone()).collect();
        ensure!(reported == findings(args)?, "other findings than in the JSON report");
        let mut broken = rest[0].clone();
        broken["finding"]["severity"] = 7.into();
        ensure!(!validator.is_valid(&broken), "the schema accepts what is broken");
        Ok(())
    })
}

/// The XML in a temporary file, as a JUnit parser reads it.
fn parsed(xml: &str) -> anyhow::Result<Value> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("junit.xml");
    std::fs::write(&file, xml)?;
    let script = tools::npm()?.with_file_name("junit.mjs");
    let mut node = isolated("node", folder.path());
    Ok(serde_json::from_str(&tools::succeeds(node.arg(script).arg(&file))?)?)
}

fn junit() -> Outcome {
    on_each(|args| {
        let read = parsed(&report(args, "junit")?)?;
        let findings = findings(args)?;
        let count = |verdict: &str| findings.iter().filter(|f| f["verdict"] == verdict).count();
        ensure!(read["tests"] == findings.len(), "{} tests", read["tests"]);
        ensure!(read["failures"] == count("fail") && read["errors"] == 0, "{}", read["failures"]);
        let suites = read["testsuite"].as_array().context("no suites")?;
        let skipped: u64 = suites.iter().filter_map(|suite| suite["skipped"].as_u64()).sum();
        ensure!(usize::try_from(skipped)? == count("unknown") + count("notApplicable"), "skipped");
        let cases = suites.iter().filter_map(|suite| suite["testcase"].as_array());
        let cases: Vec<_> = cases.flatten().collect();
        ensure!(cases.len() == findings.len(), "{} cases", cases.len());
        let with = |part: &str| cases.iter().filter(|case| case.get(part).is_some()).count();
        ensure!(with("failure") == count("fail"), "{} failures", with("failure"));
        if args[0] == "-f" {
            let named = |case: &&&Value| {
                case["name"].as_str().is_some_and(|n| n.contains("</script><img src=x onerror"))
            };
            ensure!(cases.iter().filter(named).count() > 3, "a name was changed");
        }
        Ok(())
    })?;
    let folder = tempfile::tempdir()?;
    let file = half(&folder)?;
    let read = parsed(&report(&["-f", &file], "junit")?)?;
    ensure!(read["errors"] == 1 && read["tests"] == 1, "{read}");
    Ok(())
}

/// Jenkins' schema, in the versions that there are, and another reader.
fn junit_by_schema() -> Outcome {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("junit.xml").display().to_string();
    let read = |xml: &str| -> anyhow::Result<Value> {
        std::fs::write(&file, xml)?;
        let read = tools::python("junit.py", &["{env}/sources", &file])?;
        Ok(serde_json::from_str(&read)?)
    };
    on_each(|args| {
        let xml = report(args, "junit")?;
        let found = findings(args)?;
        let count = |verdict: &str| found.iter().filter(|f| f["verdict"] == verdict).count();
        let skipped = count("unknown") + count("notApplicable");
        let counts = json!({"failures": count("fail"), "errors": 0, "skipped": skipped});
        let read = read(&xml)?;
        ensure!(read["read"] == counts && read["told"] == counts, "{read}, not {counts}");
        ensure!(read["tests"] == found.len() && read["sum"] == found.len(), "{read}");
        Ok(())
    })?;
    let half = report(&["-f", &half(&folder)?], "junit")?;
    ensure!(read(&half)?["read"]["errors"] == 1, "no error: {half}");
    let broken = half.replace("<testcase ", "<testcase verdict=\"bad\" ");
    ensure!(read(&broken).is_err(), "the schema accepts anything");
    Ok(())
}

/// A file that breaks off.
fn half(folder: &tempfile::TempDir) -> anyhow::Result<String> {
    let file = folder.path().join("half.json");
    std::fs::write(&file, r#"{"kind":"List","apiVersion":"v1","items":[{"apiVersion":"v1","#)?;
    Ok(file.display().to_string())
}

/// Each format tells a reader of the file alone that something was not read.
fn incomplete() -> Outcome {
    let folder = tempfile::tempdir()?;
    let file = half(&folder)?;
    for (format, word) in [
        ("csv", ",notRead,"),
        ("markdown", "**Incomplete: no finding does not mean clean.**"),
        ("ndjson", "\"complete\":false"),
        ("junit", "<error type=\"incomplete\""),
        ("html", "Incomplete: no finding does not mean clean"),
        ("openmetrics", "podaudit_scan_incomplete{cluster=\"files\"} 1"),
    ] {
        let text = report(&["-f", &file], format)?;
        ensure!(text.contains(word), "{format} without {word}: {text:.300}");
        let named = format == "openmetrics" || text.contains("half.json");
        ensure!(named, "{format} does not say what was not read");
    }
    Ok(())
}
