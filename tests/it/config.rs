//! The configuration file: what goes before what, what it may hold, and what is said of it.

use std::path::{Path, PathBuf};

use anyhow::Context;
use libtest_mimic::Trial;
use serde_json::Value;
use tempfile::TempDir;

use crate::examples;
use crate::support::program::{Program, Run};
use crate::support::{Outcome, ensure, trial};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial(precedence),
        trial(rules),
        trial(profiles),
        trial(paths_are_relative_to_the_file),
        trial(users_own_file),
        trial(bad_files),
        trial(example),
        trial(json),
        trial(a_shard_has_no_use_for_it),
    ]
}

/// A file of its own folder.
struct File(TempDir, PathBuf);

fn file(text: &str) -> anyhow::Result<File> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("c.yaml");
    std::fs::write(&path, text)?;
    Ok(File(folder, path))
}

impl File {
    fn run(&self, args: &[&str]) -> anyhow::Result<Run> {
        Program::new(args)?.env("PODAUDIT_CONFIG", &self.1).run()
    }
}

/// Value and origin of one line of `podaudit config`.
fn effective(run: &Run, name: &str) -> anyhow::Result<(String, String)> {
    ensure!(run.code == 0, "exit code {}: {}", run.code, run.stderr);
    let line = run.stdout.lines().find(|line| line.starts_with(&format!("{name} ")));
    let line = line.with_context(|| format!("no {name}: {}", run.stdout))?;
    let mut words = line[name.len()..].split_whitespace().map(str::to_owned);
    Ok((words.next().context("value")?, words.collect::<Vec<_>>().join(" ")))
}

fn precedence() -> Outcome {
    let file = file("options:\n  min-severity: high\n  show: [fail, excepted]\n")?;
    let of = |run: &Run| effective(run, "min-severity");
    let reported = of(&Program::new(["config"])?.run()?)?;
    ensure!(reported == ("low".to_owned(), "default".to_owned()), "{reported:?}");
    let run = file.run(&["config"])?;
    let reported = of(&run)?;
    ensure!(reported.0 == "high" && reported.1.ends_with("c.yaml:2"), "{reported:?}");
    let show = effective(&run, "show")?;
    ensure!(show.0 == "fail,excepted" && show.1.ends_with("c.yaml:3"), "{show:?}");
    let with_env = |args: &[&str]| {
        let run = Program::new(args)?.env("PODAUDIT_CONFIG", &file.1);
        run.env("PODAUDIT_MIN_SEVERITY", "medium").run()
    };
    let reported = of(&with_env(&["config"])?)?;
    ensure!(
        reported == ("medium".to_owned(), "env PODAUDIT_MIN_SEVERITY".to_owned()),
        "{reported:?}"
    );
    let reported = of(&with_env(&["--min-severity", "critical", "config"])?)?;
    ensure!(reported == ("critical".to_owned(), "flag --min-severity".to_owned()), "{reported:?}");

    // And it is what the audit does.
    let report = file.run(&["--demo", "-o", "json"])?.report(0)?;
    let severities: Vec<_> = report.findings().iter().map(|f| f["severity"].clone()).collect();
    ensure!(severities.iter().all(|s| s == "high" || s == "critical"), "{severities:?}");
    // Other commands have no use for it, and are not disturbed.
    let run = file.run(&["pss", "--demo"])?;
    ensure!(run.code == 0, "{}", run.stderr);
    let run = Program::new(["pss", "--demo"])?.env("PODAUDIT_SHOW", "all").run()?;
    ensure!(run.code == 0, "{}", run.stderr);
    let run = Program::new(["--show", "all", "pss", "--demo"])?.run()?;
    ensure!(run.code == 2 && run.stderr.contains("--show cannot be used with"), "{}", run.stderr);
    Ok(())
}

fn rules() -> Outcome {
    let file = file("rules:\n  privileged: low\n  runs-as-root: off\n  host-path: on\n")?;
    let report = file.run(&["--demo", "-o", "json", "--show", "all"])?.report(0)?;
    let of =
        |rule: &str| report.findings().iter().filter(|f| f["rule"] == rule).collect::<Vec<_>>();
    ensure!(of("runs-as-root").is_empty(), "a rule that is off");
    ensure!(!of("privileged").is_empty(), "no finding of privileged");
    ensure!(of("privileged").iter().all(|f| f["severity"] == "low"), "{:?}", of("privileged"));
    ensure!(of("host-path").iter().any(|f| f["severity"] != "low"), "its own severities");
    let record = |id: &str| {
        let mut rules = report.0["rules"].as_array().into_iter().flatten();
        rules.find(|rule| rule["id"] == id).cloned().unwrap_or_default()
    };
    ensure!(record("runs-as-root")["evaluated"] == false, "{}", record("runs-as-root"));
    ensure!(record("privileged")["severity"] == "low", "{}", record("privileged"));
    let table = file.run(&["--demo"])?.stdout;
    ensure!(table.contains("Turned off: runs-as-root."), "{table}");
    let log: Value = serde_json::from_str(&file.run(&["--demo", "-o", "sarif"])?.stdout)?;
    let driver = &log["runs"][0]["tool"]["driver"]["rules"];
    let of = |id: &str| {
        let mut rules = driver.as_array().into_iter().flatten();
        rules.find(|rule| rule["id"] == id).cloned().unwrap_or_default()
    };
    let privileged = of("privileged");
    ensure!(privileged["properties"]["security-severity"] == "3.0", "{privileged}");
    ensure!(of("runs-as-root")["defaultConfiguration"]["enabled"] == false, "told as off");
    ensure!(privileged["defaultConfiguration"]["enabled"].is_null(), "on is the default");
    Ok(())
}

const PROFILES: &str = "profile: night\nrules: {privileged: low}\nprofiles:\n  \
                        night: {rules: {privileged: off}}\n  day: {options: {show: fail}}\n";

fn profiles() -> Outcome {
    let file = file(PROFILES)?;
    let of =
        |args: &[&str]| Ok::<_, anyhow::Error>(effective(&file.run(args)?, "rule privileged")?.0);
    ensure!(of(&["config"])? == "off", "the file's own choice");
    ensure!(of(&["--profile", "day", "config"])? == "low", "the base, where the profile is silent");
    let run = file.run(&["--demo", "--profile", "dusk"])?;
    run.assert_error(&["\"dusk\"", "c.yaml"])?;
    let run = Program::new(["--demo", "--profile", "dusk"])?.run()?;
    run.assert_error(&["\"dusk\"", "no file"])
}

fn paths_are_relative_to_the_file() -> Outcome {
    let file = file("options: {exceptions: sub/e.yaml}\n")?;
    std::fs::create_dir(file.0.path().join("sub"))?;
    let text = "exceptions:\n- {rule: privileged, reason: r}\n";
    std::fs::write(file.0.path().join("sub/e.yaml"), text)?;
    let report = file.run(&["--demo", "-o", "json"])?.report(0)?;
    ensure!(report.0["summary"]["excepted"].as_u64() > Some(0), "{}", report.0["summary"]);
    Ok(())
}

fn users_own_file() -> Outcome {
    let folder = tempfile::tempdir()?;
    std::fs::create_dir_all(folder.path().join("podaudit"))?;
    let path = folder.path().join("podaudit/config.yaml");
    std::fs::write(&path, "options: {min-severity: high}\n")?;
    let run = Program::new(["config"])?.env("XDG_CONFIG_HOME", folder.path()).run()?;
    let (value, origin) = effective(&run, "min-severity")?;
    ensure!(value == "high" && origin.ends_with("podaudit/config.yaml:1"), "{value} {origin}");
    // One that cannot be used is an error: a gate without it would be another gate.
    std::fs::remove_file(&path)?;
    std::fs::create_dir(&path)?;
    let run = Program::new(["--demo"])?.env("XDG_CONFIG_HOME", folder.path()).run()?;
    run.assert_error(&["podaudit/config.yaml"])
}

fn bad_files() -> Outcome {
    for (text, names) in [
        ("options:\n  min-severty: high\n", ["c.yaml:2", "\"min-severty\""]),
        ("options:\n  context: prod\n", ["c.yaml:2", "\"context\""]),
        ("options:\n  min-severity: hihg\n", ["c.yaml:2", "hihg"]),
        ("options:\n  show: [fail, nothing]\n", ["c.yaml:2", "nothing"]),
        ("options:\n  show: {a: b}\n", ["c.yaml:2", "show"]),
        ("options:\n  allow-annotations: perhaps\n", ["c.yaml:2", "true or false"]),
        ("options:\n  min-severity: [low, high]\n", ["c.yaml:2", "min-severity"]),
        ("rules:\n  privilege: off\n", ["c.yaml:2", "\"privilege\""]),
        ("rules:\n\n  privileged: perhaps\n", ["c.yaml:3", "\"perhaps\""]),
        ("profiles:\n  a:\n    rules: {privilege: off}\n", ["c.yaml:3", "\"privilege\""]),
        ("rulez: {}\n", ["`rulez`", "line 1"]),
    ] {
        let run = file(text)?.run(&["--demo"])?;
        run.assert_error(&names).with_context(|| text.to_owned())?;
    }
    let run = Program::new(["--demo", "--config", "/nowhere"])?.run()?;
    run.assert_error(&["/nowhere", "No such file"])
}

/// `podaudit config -o json`: each setting with its origin, and each origin in its kind.
fn json() -> Outcome {
    let file = file(
        "profile: night\noptions:\n  show: [fail, excepted]\nprofiles:\n  \
                     night: {rules: {privileged: off, host-path: low}}\n",
    )?;
    let args = ["--min-severity", "high", "config", "-o", "json"];
    let run = Program::new(args)?.env("PODAUDIT_CONFIG", &file.1);
    let run = run.env("PODAUDIT_FAIL_ON", "high").run()?;
    ensure!(run.code == 0, "{}", run.stderr);
    let reported: Value = serde_json::from_str(&run.stdout)?;
    let of = |list: &str, key: &str, name: &str| {
        let mut rows = reported[list].as_array().into_iter().flatten();
        rows.find(|row| row[key] == name).cloned().unwrap_or_default()
    };
    let option = |name: &str| of("options", "name", name);
    let origin = |kind: &str, at: Value| serde_json::json!({"kind": kind, "at": at});
    ensure!(option("show")["values"] == serde_json::json!(["fail", "excepted"]), "{reported}");
    let at = format!("{}:3", file.1.display());
    ensure!(option("show")["origin"] == origin("file", at.into()), "{reported}");
    let flag = origin("flag", "--min-severity".into());
    ensure!(option("min-severity")["origin"] == flag, "{reported}");
    let env = origin("env", "PODAUDIT_FAIL_ON".into());
    ensure!(option("fail-on")["origin"] == env, "{reported}");
    ensure!(option("color")["origin"] == origin("default", Value::Null), "{reported}");
    ensure!(option("baseline")["values"] == serde_json::json!([]), "{reported}");
    let rule = |name: &str| of("rules", "id", name);
    ensure!(rule("privileged")["evaluated"] == false, "{reported}");
    ensure!(rule("host-path")["severity"] == "low", "{reported}");
    ensure!(rule("runs-as-root")["origin"]["kind"] == "default", "{reported}");
    ensure!(reported["profile"] == "night", "{reported}");
    let break_it = |reported: &mut Value| reported["rules"][0]["origin"] = "file".into();
    examples::valid(reported, "effective.schema.json", break_it)
}

/// A shard judges nothing: the file is for those who merge.
fn a_shard_has_no_use_for_it() -> Outcome {
    let file = file("options: {min-severity: high, fail-on: low}\n")?;
    let run = file.run(&["--demo", "--shard", "1/2", "-o", "json"])?;
    ensure!(run.code == 0, "exit code {}: {}", run.code, run.stderr);
    Ok(())
}

fn example() -> Outcome {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("reports/config.yaml");
    let run = Program::new(["--demo", "--profile", "ci", "--config"])?.arg(&path).run()?;
    ensure!(run.code == 1, "exit code {}: {}", run.code, run.stderr);
    ensure!(run.stdout.contains("excepted"), "{}", run.stdout);
    let text = std::fs::read_to_string(&path)?;
    ensure!(text.starts_with("# yaml-language-server: $schema=config.schema.json\n"), "modeline");
    for (section, key) in [("rules", "privilege"), ("options", "context")] {
        let break_it = |file: &mut Value| file[section][key] = "low".into();
        examples::valid(serde_saphyr::from_str(&text)?, "config.schema.json", break_it)?;
    }
    Ok(())
}
