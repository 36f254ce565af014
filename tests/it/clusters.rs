//! Several clusters in one report, each served on loopback: compared with the report of another day,
//! and as SARIF where one of them could not be scanned.

use std::path::PathBuf;

use anyhow::Context;
use libtest_mimic::Trial;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::api_server::holding;
use crate::support::program::{Program, Run};
use crate::support::{Outcome, ensure, trial};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial(baseline_by_cluster),
        trial(baseline_of_another_kind),
        trial(sarif_without_a_cluster),
    ]
}

/// The sample cluster today.
pub(crate) fn today() -> anyhow::Result<Vec<Value>> {
    objects(include_str!("../../demo/cluster.yaml"))
}

/// And on the day before: some of it was worse, some better.
pub(crate) fn before() -> anyhow::Result<Vec<Value>> {
    objects(&crate::examples::day_before(include_str!("../../demo/cluster.yaml")))
}

fn objects(text: &str) -> anyhow::Result<Vec<Value>> {
    let documents = text.split("\n---\n").map(serde_saphyr::from_str::<Value>);
    Ok(documents.collect::<Result<_, _>>()?)
}

/// A kubeconfig with a context for each of these, and a folder for reports.
pub(crate) struct Clusters(TempDir);

impl Clusters {
    /// Serves each list of objects; nobody serves a cluster without one.
    pub(crate) fn new(clusters: &[(&str, Option<Vec<Value>>)]) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let mut config = json!({"clusters": [], "contexts": [], "users": []});
        for (name, objects) in clusters {
            let server = match objects {
                Some(objects) => holding(objects.clone())?,
                None => "http://127.0.0.1:1".to_owned(),
            };
            let push = |list: &mut Value, item| list.as_array_mut().map(|list| list.push(item));
            let cluster = json!({"name": name, "cluster": {"server": server}});
            push(&mut config["clusters"], cluster).context("clusters")?;
            let context = json!({"name": name, "context": {"cluster": name, "user": ""}});
            push(&mut config["contexts"], context).context("contexts")?;
        }
        std::fs::write(folder.path().join("config"), config.to_string())?;
        Ok(Self(folder))
    }

    /// A path in its folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The program with this kubeconfig.
    pub(crate) fn program(&self, args: &[&str]) -> anyhow::Result<Program> {
        Ok(Program::new(args)?.env("KUBECONFIG", self.path("config")))
    }

    fn run(&self, args: &[&str]) -> anyhow::Result<Run> {
        self.program(args)?.run()
    }
}

fn of<'a>(report: &'a Value, name: &str) -> anyhow::Result<&'a Value> {
    let mut clusters = report["clusters"].as_array().into_iter().flatten();
    let found = clusters.find(|cluster| cluster["name"] == name);
    Ok(&found.with_context(|| format!("no {name}"))?["report"])
}

/// Each cluster is compared with its own part; where there is none, nothing is claimed.
fn baseline_by_cluster() -> Outcome {
    let old = Clusters::new(&[
        ("same", Some(today()?)),
        ("changed", Some(before()?)),
        ("back", None),
        ("dropped", Some(Vec::new())),
    ])?;
    let night = old.run(&["--all-contexts", "-o", "json"])?;
    ensure!(night.code == 3, "{}", night.stderr);
    let file = old.path("night.json");
    std::fs::write(&file, night.stdout)?;
    let file = file.display().to_string();

    let now = ["same", "changed", "back", "added"].map(|name| (name, Some(today())));
    let now = now.into_iter().map(|(name, objects)| Ok((name, objects.transpose()?)));
    let new = Clusters::new(&now.collect::<anyhow::Result<Vec<_>>>()?)?;
    let compare = ["--all-contexts", "--baseline", &file, "-o"];
    let run = new.run(&[&compare[..], &["json"]].concat())?;
    ensure!(run.stderr.contains("dropped is in the baseline"), "{}", run.stderr);
    let report = run.report(0)?.0;
    let summary =
        |name: &str| Ok::<_, anyhow::Error>(of(&report, name)?["baseline"]["summary"].clone());
    let (same, changed) = (summary("same")?, summary("changed")?);
    ensure!(same["unchanged"].as_u64() > Some(100), "{same}");
    for state in ["new", "fixed", "changed", "uncertain"] {
        ensure!(same[state] == 0, "{same}");
    }
    ensure!(changed["new"].as_u64() > Some(0) && changed["fixed"].as_u64() > Some(0), "{changed}");
    for (name, why) in [("back", "was not scanned"), ("added", "was not in the report")] {
        let (summary, baseline) = (summary(name)?, &of(&report, name)?["baseline"]);
        ensure!(summary["uncertain"].as_u64() > Some(100) && summary["new"] == 0, "{summary}");
        let names_why = |text: &Value| text.as_str().is_some_and(|text| text.contains(why));
        ensure!(names_why(&baseline["changes"][0]["reason"]), "{}", baseline["changes"][0]);
        ensure!(names_why(&baseline["notes"][0]), "{}", baseline["notes"]);
    }
    // Other formats, and the gate: what nobody knows is no pass, and no failure.
    let log: Value = serde_json::from_str(&new.run(&[&compare[..], &["sarif"]].concat())?.stdout)?;
    let states = |run: &Value, state: &str| {
        let results = run["results"].as_array().into_iter().flatten();
        results.filter(|result| result["baselineState"] == state).count()
    };
    let counts: Vec<_> = log["runs"].as_array().into_iter().flatten().collect();
    let new_ones: Vec<_> = counts.iter().map(|run| states(run, "new")).collect();
    ensure!(new_ones[2] > 0 && [0, 1, 3].iter().all(|i| new_ones[*i] == 0), "{new_ones:?}");
    let gate = |contexts: &str| -> anyhow::Result<i32> {
        let gate = ["--contexts", contexts, "--baseline", &file, "--fail-on", "new:high"];
        Ok(new.run(&gate)?.code)
    };
    let codes = [gate("same")?, gate("same,changed")?, gate("same,added")?];
    ensure!(codes == [0, 1, 3], "{codes:?}");
    Ok(())
}

/// A report of one cluster is none of several, nor the other way round.
fn baseline_of_another_kind() -> Outcome {
    let clusters = Clusters::new(&[("a", Some(Vec::new()))])?;
    let (one, several) = (clusters.path("one.json"), clusters.path("several.json"));
    std::fs::write(&one, Program::new(["--demo", "-o", "json"])?.run()?.stdout)?;
    std::fs::write(&several, clusters.run(&["--contexts", "a", "-o", "json"])?.stdout)?;
    let with = |baseline: &PathBuf, args: &[&str]| -> anyhow::Result<Run> {
        clusters.program(args)?.arg("--baseline").arg(baseline).run()
    };
    with(&one, &["--contexts", "a"])?.assert_error(&["one.json", "of one cluster"])?;
    with(&several, &["--demo"])?.assert_error(&["several.json", "of several clusters"])?;
    let run = Program::new(["diff"])?.arg(&several).arg(&one).run()?;
    run.assert_error(&["several.json", "of several clusters"])?;
    let config = clusters.path("config");
    with(&config, &["--contexts", "a"])?.assert_error(&["config", "not a JSON report"])
}

/// GitHub refuses a file for one run without results: a cluster that was not scanned has no run as
/// long as another has one, and is told there.
fn sarif_without_a_cluster() -> Outcome {
    let clusters =
        Clusters::new(&[("a/b", None), ("good", Some(today()?)), ("other", Some(Vec::new()))])?;
    let sarif = |contexts: &str, code: i32| -> anyhow::Result<Value> {
        let run = clusters.run(&["--contexts", contexts, "-o", "sarif"])?;
        ensure!(run.code == code, "exit code {}: {}", run.code, run.stderr);
        ensure!(run.stderr.contains("a/b was not scanned"), "{}", run.stderr);
        Ok(serde_json::from_str(&run.stdout)?)
    };
    let log = sarif("a/b,good,other", 3)?;
    let runs = log["runs"].as_array().context("runs")?;
    let ids: Vec<_> = runs.iter().map(|run| run["automationDetails"]["id"].as_str()).collect();
    ensure!(ids == [Some("podaudit/good/"), Some("podaudit/other/")], "{ids:?}");
    ensure!(runs.iter().all(|run| run["results"].is_array()), "a run without results");
    let notes = |run: &Value| run["invocations"][0]["toolExecutionNotifications"].clone();
    let names_why = notes(&runs[0]);
    let text = names_why[0]["message"]["text"].as_str().unwrap_or_default();
    ensure!(text.starts_with("a/b: Not scanned") && text.contains("127.0.0.1:1"), "{names_why}");
    ensure!(
        names_why[0]["level"] == "error" && notes(&runs[1]).is_null(),
        "told once: {names_why}"
    );

    let log = sarif("a/b", 4)?;
    let run = &log["runs"][0];
    ensure!(run.get("results").is_none(), "no results are not an empty list");
    ensure!(run["invocations"][0]["executionSuccessful"] == false, "{run}");
    Ok(())
}
