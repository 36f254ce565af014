//! SARIF against its real consumers: Microsoft's validator with GitHub's rules, the standard's
//! JSON schema, and GitHub's limits for uploads.

use std::path::PathBuf;

use anyhow::Context;
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::clusters::{self, Clusters};
use crate::examples;
use crate::support::command::isolated;
use crate::support::program::Program;
use crate::support::{Outcome, ensure, hostile, requires, tools, trial};

pub(crate) fn trials() -> Vec<Trial> {
    let missing = requires::on_path("npm");
    vec![
        requires::trial(missing, multitool),
        requires::trial(missing, schema),
        trial(github_limits),
        trial(as_gitlab_reads_it),
        trial(as_defectdojo_reads_it),
        trial(incomplete_scan),
    ]
}

fn sarif(args: &[&str], code: i32) -> anyhow::Result<String> {
    let run = Program::new(args)?.arg("--show").arg("all").arg("-o").arg("sarif").run()?;
    ensure!(run.code == code, "exit code {}: {}", run.code, run.stderr);
    Ok(run.stdout)
}

/// The validator's own folder.
fn multitool_folder() -> anyhow::Result<PathBuf> {
    Ok(tools::npm()?.join("@microsoft/sarif-multitool-linux"))
}

/// A log with suppressions and baseline states.
fn with_decisions() -> anyhow::Result<String> {
    let folder = tempfile::tempdir()?;
    let path = |name: &str| folder.path().join(name).display().to_string();
    let today = concat!(env!("CARGO_MANIFEST_DIR"), "/demo/cluster.yaml");
    let before = examples::day_before(&std::fs::read_to_string(today)?);
    std::fs::write(path("before.yaml"), before)?;
    std::fs::write(path("e.yaml"), "exceptions:\n- {rule: runs-as-root, reason: known}\n")?;
    let old = Program::new(["-f", &path("before.yaml"), "-o", "json"])?.run()?;
    std::fs::write(path("old.json"), old.stdout)?;
    let args = ["-f", today, "--baseline", &path("old.json"), "--exceptions", &path("e.yaml")];
    let text = sarif(&args, 0)?;
    let log: Value = serde_json::from_str(&text)?;
    let results = log["runs"][0]["results"].as_array().context("no results")?;
    let with = |field: &str, value: &Value| results.iter().any(|r| r.get(field) == Some(value));
    for state in ["new", "unchanged", "absent"] {
        ensure!(with("baselineState", &state.into()), "no result is {state}");
    }
    ensure!(results.iter().any(|r| r.get("suppressions").is_some()), "no suppression");
    Ok(text)
}

/// A log of two clusters, one of which could not be scanned; and one where none could.
fn unscanned() -> anyhow::Result<[String; 2]> {
    let clusters = Clusters::new(&[("gone", None), ("demo", Some(clusters::today()?))])?;
    let log = |contexts: &str| -> anyhow::Result<String> {
        let args = ["--contexts", contexts, "--show", "all", "-o", "sarif"];
        Ok(clusters.program(&args)?.run()?.stdout)
    };
    Ok([log("gone,demo")?, log("gone")?])
}

fn multitool() -> Outcome {
    use std::os::unix::fs::PermissionsExt;
    let program = multitool_folder()?.join("Sarif.Multitool");
    // The package's install script would do this, and is not run.
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755))?;
    let folder = tempfile::tempdir()?;
    let validate = |text: &str| -> anyhow::Result<Vec<String>> {
        let file = folder.path().join("report.sarif");
        std::fs::write(&file, text)?;
        let output = isolated(&program, folder.path())
            .args(["validate", "--rule-kind", "Sarif;Ghas"])
            .arg(&file)
            .env("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "1")
            .output()?;
        // The exit code is 0 even with errors.
        let said = String::from_utf8(output.stdout)?;
        ensure!(said.contains("Analysis completed successfully"), "{said}");
        let problem = |line: &&str| line.contains(": error ") || line.contains(": warning ");
        Ok(said.lines().filter(problem).map(str::to_owned).collect())
    };
    let report = sarif(&["--demo"], 0)?;
    let [one_of_two, none] = unscanned()?;
    for (report, refused) in
        [(&report, false), (&with_decisions()?, false), (&one_of_two, false), (&none, true)]
    {
        let mut problems = validate(report)?;
        // There is no web page to point to.
        problems.retain(|line| !line.contains("SARIF2005") || !line.contains("informationUri"));
        // GitHub refuses the file then, and keeps its alerts; an empty list would close them.
        let is_refusal = |line: &String| line.contains("GH1014: runs[0]:");
        ensure!(problems.iter().any(is_refusal) == refused, "{problems:?}");
        problems.retain(|line| !is_refusal(line));
        ensure!(problems.is_empty(), "{}", problems.join("\n"));
    }
    let broken = report.replace("\"startLine\": 1", "\"startLine\": 0");
    ensure!(!validate(&broken)?.is_empty(), "the validator accepts line 0");
    Ok(())
}

fn schema() -> Outcome {
    let schema = std::fs::read_to_string(multitool_folder()?.join("sarif-2.1.0.json"))?;
    let schema: Value = serde_json::from_str(schema.trim_start_matches('\u{feff}'))?;
    let validator = jsonschema::validator_for(&schema).context("the schema itself")?;
    let [one_of_two, none] = unscanned()?;
    for report in [sarif(&["--demo"], 0)?, with_decisions()?, one_of_two, none] {
        let report: Value = serde_json::from_str(&report)?;
        let errors: Vec<_> = validator.iter_errors(&report).map(|e| e.to_string()).collect();
        ensure!(errors.is_empty(), "{errors:?}");
    }
    Ok(())
}

/// What GitHub refuses, or silently drops.
fn github_limits() -> Outcome {
    let log: Value = serde_json::from_str(&sarif(&["--demo"], 0)?)?;
    let run = &log["runs"][0];
    ensure!(run["automationDetails"]["id"] == "podaudit/demo/", "category");
    let rules = run["tool"]["driver"]["rules"].as_array().context("no rules")?;
    ensure!(rules.len() == podaudit::rules::ALL.len(), "the catalogue is not complete");
    for rule in rules {
        for part in ["shortDescription", "fullDescription", "help"] {
            let text = rule[part]["text"].as_str().unwrap_or_default();
            ensure!(!text.is_empty(), "{} without {part}", rule["id"]);
            ensure!(part == "help" || text.chars().count() <= 1024, "{} {part}", rule["id"]);
        }
        let score: f64 = rule["properties"]["security-severity"].as_str().unwrap_or("").parse()?;
        ensure!(score > 0.0 && score <= 10.0, "security-severity {score}");
    }
    let results = run["results"].as_array().context("no results")?;
    ensure!(results.len() > 100, "only {} results", results.len());
    for result in results {
        let location = &result["locations"][0]["physicalLocation"];
        let uri = location["artifactLocation"]["uri"].as_str().unwrap_or_default();
        let plain = |c: char| c.is_ascii_alphanumeric() || "-._/".contains(c);
        ensure!(uri.starts_with("clusters/demo/") && uri.chars().all(plain), "uri {uri}");
        // A pod's name would make a new alert of every new replica.
        ensure!(!uri.contains("storefront-"), "a pod's name in {uri}");
        ensure!(location["region"]["startLine"] == 1, "no region");
        let hash = &result["partialFingerprints"]["primaryLocationLineHash"];
        ensure!(hash.as_str().is_some_and(|h| h.len() == 34), "fingerprint {hash}");
        let index = result["ruleIndex"].as_u64().context("no ruleIndex")?;
        let rule = rules.get(usize::try_from(index)?).context("ruleIndex out of range")?;
        ensure!(rule["id"] == result["ruleId"], "ruleIndex of {}", result["ruleId"]);
        ensure!((result["kind"] == "fail") == (result["level"] != "none"), "{result}");
    }
    Ok(())
}

/// The demo, and a workload whose containers fail the same rule.
fn inputs() -> [Vec<String>; 2] {
    [vec!["--demo".to_owned()], vec!["-f".to_owned(), hostile::path()]]
}

/// The results of the report on these, and the findings that they stand for.
fn results(args: &[String]) -> anyhow::Result<(Value, Vec<(Value, Value)>)> {
    let args: Vec<_> = args.iter().map(String::as_str).collect();
    let log: Value = serde_json::from_str(&sarif(&args, 0)?)?;
    let json = Program::new(&args)?.args(["--show", "all", "-o", "json"]).run()?.report(0)?;
    let results = log["runs"][0]["results"].as_array().context("results")?.clone();
    ensure!(results.len() == json.findings().len(), "{} results", results.len());
    Ok((log, results.into_iter().zip(json.findings().to_vec()).collect()))
}

/// The severity of a result, its place and its identity, by the rules that GitLab documents.
///
/// Source: `docs.gitlab.com/user/application_security/detect/sarif`: field mapping, severity
/// resolution, limits, deduplication and finding identity
fn as_gitlab_reads_it() -> Outcome {
    for args in inputs() {
        let (log, results) = results(&args)?;
        let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().context("rules")?;
        ensure!(log["version"] == "2.1.0" && rules.len() <= 25_000, "version");
        for rule in rules {
            let length = |field: &str| rule[field]["text"].as_str().map(|s| s.chars().count());
            let fits = |field: &str| length(field).is_some_and(|n| (1..=1024).contains(&n));
            ensure!(fits("shortDescription") && fits("fullDescription"), "{}", rule["id"]);
            ensure!(rule["properties"]["tags"].as_array().is_some_and(|t| t.len() <= 10), "tags");
        }
        let mut identities = std::collections::BTreeMap::new();
        for (result, finding) in &results {
            let rank = result["rank"].as_f64().context("no rank")?;
            let severity = match rank {
                90.0..=100.0 => "critical",
                70.0..90.0 => "high",
                40.0..70.0 => "medium",
                10.0..40.0 => "low",
                _ => "info",
            };
            let want =
                if finding["verdict"] == "fail" { &finding["severity"] } else { &json!("info") };
            ensure!(severity == want, "rank {rank} is {severity}: {finding}");
            ensure!(rules.iter().any(|rule| rule["id"] == result["ruleId"]), "{result}");
            let message = result["message"]["text"].as_str().context("message")?;
            ensure!((1..=1024).contains(&message.chars().count()), "{message}");
            let place = &result["locations"][0]["physicalLocation"];
            let region = &place["region"];
            let file = place["artifactLocation"]["uri"].as_str().context("uri")?;
            ensure!(region["startLine"].is_u64() && region["endLine"].is_u64(), "{region}");
            let identity = format!("{}:{file}:{region}", result["ruleId"]);
            // Replicas that differ are one place; nothing else may be taken for the same.
            let known = identities.entry(identity).or_insert(&finding["fingerprint"]);
            ensure!(*known == &finding["fingerprint"], "GitLab drops {finding}");
        }
        let count_of = |verdict| results.iter().filter(|(_, f)| f["verdict"] == verdict).count();
        ensure!(count_of("fail") > 10, "nothing to drop");
    }
    Ok(())
}

/// What the importer makes of a result: `dojo/tools/sarif/parser.py` of DefectDojo/django-DefectDojo,
/// functions `get_item`, `get_title`, `cvss_to_severity`, `get_codeFlowsDescription` and
/// `get_fingerprints_hashes`.
fn as_defectdojo_reads_it() -> Outcome {
    for args in inputs() {
        let (log, results) = results(&args)?;
        let run = &log["runs"][0];
        ensure!(run["tool"]["driver"]["version"].is_string(), "the version of the test");
        let ended = run["invocations"][0]["endTimeUtc"].as_str().context("the date")?;
        ended.parse::<jiff::Timestamp>().context("the date")?;
        let rules = run["tool"]["driver"]["rules"].as_array().context("rules")?;
        let mut ids = std::collections::BTreeSet::new();
        for (result, finding) in &results {
            ensure!((result["kind"] == "fail") == (finding["verdict"] == "fail"), "{result}");
            let text = result["message"]["text"].as_str().context("the title")?;
            // Titles are cut after 150 characters; the place must not be.
            let workload = finding["workload"]["name"].as_str().unwrap_or_default();
            let place = text.chars().take(150).collect::<String>();
            let is_there = place.contains(&*podaudit::report::visible(workload));
            ensure!(workload.len() > 60 || is_there, "{text}");
            let rule = rules.iter().find(|rule| rule["id"] == result["ruleId"]).context("rule")?;
            let score = rule["properties"]["security-severity"].as_str().context("no score")?;
            ensure!((0.0..=10.0).contains(&score.parse::<f64>()?), "{score}");
            let locations = result["codeFlows"].as_array().into_iter().flatten();
            let locations =
                locations.filter_map(|flow| flow["threadFlows"][0]["locations"].as_array());
            for step in
                locations.flatten().map(|step| &step["location"]).chain([&result["locations"][0]])
            {
                let place = &step["physicalLocation"];
                ensure!(place["artifactLocation"]["uri"].is_string(), "{step}");
                ensure!(place["region"]["startLine"].is_u64(), "{step}");
            }
            let prints = result["partialFingerprints"].as_object().context("no fingerprint")?;
            ensure!(prints.keys().all(|key| !key.contains('/')), "a version must follow a slash");
            ids.insert((format!("{prints:?}"), finding["fingerprint"].to_string()));
        }
        let prints: std::collections::BTreeSet<_> = ids.iter().map(|(print, _)| print).collect();
        ensure!(prints.len() == ids.len(), "two findings with one unique id");
    }
    Ok(())
}

/// A reader of the file alone must see that something is missing.
fn incomplete_scan() -> Outcome {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("half.json");
    std::fs::write(&file, r#"{"kind":"List","apiVersion":"v1","items":[{"apiVersion":"v1","#)?;
    let path = file.to_str().context("path")?;
    let log: Value = serde_json::from_str(&sarif(&["-f", path], 3)?)?;
    let invocation = &log["runs"][0]["invocations"][0];
    ensure!(invocation["executionSuccessful"] == false, "{invocation}");
    let note = &invocation["toolExecutionNotifications"][0]["message"]["text"];
    ensure!(note.as_str().is_some_and(|text| text.contains("half.json")), "{note}");
    Ok(())
}
