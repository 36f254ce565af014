//! A scan in parts: all parts together are one scan to the byte, and what does not go together is
//! refused.

use std::path::{Path, PathBuf};

use anyhow::Context;
use jiff::Timestamp;
use libtest_mimic::Trial;
use podaudit::audit::audit;
use podaudit::inventory::{Shard, Sharded, Split};
use podaudit::manifest;
use podaudit::shards::{self, ShardHeader};
use proptest::prelude::*;
use serde_json::Value;
use tempfile::TempDir;

use crate::properties::written;
use crate::support::program::{Program, Run};
use crate::support::strategies::holds;
use crate::support::strategies::pods::{account, node, pod};
use crate::support::{Outcome, ensure, trial};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial(demo_is_one_scan),
        trial(manifest_is_one_scan),
        trial(configuration_is_that_of_one_scan),
        trial(random_pods_are_one_scan),
        trial(one_is_missing),
        trial(what_does_not_go_together),
        trial(a_shard_is_no_report),
        trial(no_secret_is_written_down),
        trial(pod_of_an_indexed_job),
        trial(of_an_earlier_night),
    ]
}

const EPOCH: (&str, &str) = ("SOURCE_DATE_EPOCH", "1700000000");

fn run(args: &[&str], files: &[PathBuf]) -> anyhow::Result<Run> {
    let mut program = Program::new(args)?.env(EPOCH.0, EPOCH.1);
    for file in files {
        program = program.arg(file);
    }
    program.run()
}

/// Scans every shard of the demo into a file of its own.
fn shards(folder: &Path, of: usize, more: &[&str]) -> anyhow::Result<Vec<PathBuf>> {
    let shard = |number: usize| {
        let file = folder.join(format!("{number}-{of}.json"));
        let (shard, output) = (format!("{number}/{of}"), format!("json={}", file.display()));
        let args = ["--demo", "--shard", &shard, "-o", &output];
        let run = run(&[&args, more].concat(), &[])?;
        ensure!(run.code == 0 && run.stdout.is_empty(), "{}: {}", run.code, run.stderr);
        Ok(file)
    };
    (1..=of).map(shard).collect()
}

fn demo_is_one_scan() -> Outcome {
    let folder = tempfile::tempdir()?;
    let show = ["-o", "json", "--show", "all"];
    for more in [&[][..], &["-n", "demo-app-ns"], &["-l", "app=web"]] {
        let whole = run(&[&["--demo"], &show[..], more].concat(), &[])?;
        for of in [1, 2, 7] {
            let mut files = shards(folder.path(), of, more)?;
            files.reverse();
            let merged = run(&[&["merge"], &show[..]].concat(), &files)?;
            ensure!(merged.code == whole.code, "exit code {}: {}", merged.code, merged.stderr);
            ensure!(merged.stdout == whole.stdout, "{of} shards of {more:?} are another scan");
        }
    }
    Ok(())
}

/// What a workload's template would make is judged in the workload's name.
fn manifest_is_one_scan() -> Outcome {
    let folder = tempfile::tempdir()?;
    let manifest = folder.path().join("web.yaml");
    let text = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n\
        spec: {template: {spec: {containers: [{name: app, image: a}]}}}\n";
    std::fs::write(&manifest, text)?;
    let file = manifest.display().to_string();
    let show = ["-o", "json", "--show", "all"];
    let mut files = Vec::new();
    for number in ["1", "2"] {
        let path = folder.path().join(format!("{number}.json"));
        let (shard, output) = (format!("{number}/2"), format!("json={}", path.display()));
        run(&["-f", &file, "--shard", &shard, "-o", &output], &[])?;
        files.push(path);
    }
    let merged = run(&[&["merge"], &show[..]].concat(), &files)?.report(0)?.0;
    let whole = run(&[&["-f", &file], &show[..]].concat(), &[])?.report(0)?.0;
    ensure!(merged["findings"] == whole["findings"], "another scan");
    ensure!(merged["workloads"] == whole["workloads"], "another scan");
    Ok(())
}

/// Profile, severities, rules that are off, exceptions and the gate hold for the parts as for the
/// whole.
fn configuration_is_that_of_one_scan() -> Outcome {
    let folder = tempfile::tempdir()?;
    let path = |name: &str| folder.path().join(name).display().to_string();
    let exceptions = "exceptions:\n- {rule: host-path, reason: known, namespace: '*'}\n";
    std::fs::write(path("e.yaml"), exceptions)?;
    let config = "options: {exceptions: e.yaml, show: [fail, excepted], fail-on: high}\n\
        rules: {privileged: low}\nprofiles:\n  \
        night: {rules: {runs-as-root: off}, options: {output: [json]}}\n";
    std::fs::write(path("c.yaml"), config)?;
    let files = shards(folder.path(), 3, &[])?;
    let config = path("c.yaml");
    for profile in [&[][..], &["--profile", "night"]] {
        for more in [&[][..], &["-o", "markdown", "--min-severity", "medium"]] {
            let args = [&["--config", &config], profile, more].concat();
            let whole = run(&[&["--demo"], &args[..]].concat(), &[])?;
            let merged = run(&[&["merge"], &args[..]].concat(), &files)?;
            ensure!(whole.code == 1 && merged.code == 1, "{} {}", whole.stderr, merged.stderr);
            ensure!(merged.stdout == whole.stdout, "another scan with {args:?}");
        }
    }
    let plain = run(&["merge"], &files)?;
    let reported = run(&["merge", "--config", &config], &files)?;
    ensure!(plain.stdout != reported.stdout, "the configuration says nothing");
    // The environment names it too; a gate on what is new needs something to compare with.
    let by_env = Program::new(["merge"])?.env(EPOCH.0, EPOCH.1);
    let by_env = by_env.env("PODAUDIT_CONFIG", &config).args(&files).run()?;
    ensure!(by_env.stdout == reported.stdout, "another configuration");
    let gate = run(&["merge", "--fail-on", "new:high"], &files)?;
    ensure!(gate.code == 2 && gate.stderr.contains("--baseline"), "{}", gate.stderr);
    Ok(())
}

/// What tells a shard from one that goes with the others.
type Change = fn(&mut ShardHeader);

/// Writes a shard with these documents.
fn write(
    folder: &TempDir,
    shard: Shard,
    documents: &[Value],
    change: impl FnOnce(&mut ShardHeader),
) -> anyhow::Result<PathBuf> {
    let text: Vec<_> = documents.iter().map(Value::to_string).collect();
    let inventory = manifest::parse("input", &text.join("\n"), &manifest::Options::default());
    let sharded = Sharded { split: Some(Split::Uid), cluster_uid: Some("uid".to_owned()) };
    let mut head = ShardHeader {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        shard,
        sharded,
        cluster: "files".to_owned(),
        kubernetes_version: None,
        namespaces: Vec::new(),
        selector: String::new(),
        scanned_at: Timestamp::UNIX_EPOCH.to_string(),
    };
    change(&mut head);
    let path = folder.path().join(format!("{}.json", shard.number()));
    shards::write(head, inventory, &mut std::fs::File::create(&path)?)?;
    Ok(path)
}

/// Pods of one workload in whatever shard: rows, divergence and counts are those of one scan.
fn random_pods_are_one_scan() -> Outcome {
    let replica = (pod("p"), 0..3_usize, 1..4_usize);
    let input = (prop::collection::vec(replica, 0..8), account());
    holds(&input.boxed(), |(groups, account)| {
        let mut others = vec![account];
        others.extend(node());
        let mut parts = [others.clone(), Vec::new(), Vec::new()];
        let mut whole = others;
        for (number, (pod, part, replicas)) in groups.into_iter().enumerate() {
            for replica in 0..replicas {
                let mut pod = pod.clone();
                pod["metadata"]["name"] = format!("p-{number}-{replica}").into();
                if pod["metadata"]["uid"].is_string() {
                    pod["metadata"]["uid"] = pod["metadata"]["name"].clone();
                }
                parts[(part + replica) % 3].push(pod.clone());
                whole.push(pod);
            }
        }
        let folder = tempfile::tempdir()?;
        let mut files = Vec::new();
        for (number, part) in parts.iter().enumerate() {
            let shard: Shard = format!("{}/3", number + 1).parse().map_err(anyhow::Error::msg)?;
            files.push(write(&folder, shard, part, |_| ())?);
        }
        let merged = shards::merge(&files, None)?;
        let text: Vec<_> = whole.iter().map(Value::to_string).collect();
        let one = manifest::parse("input", &text.join("\n"), &manifest::Options::default());
        let merged = written(&audit(merged.inventory, false))?;
        ensure!(merged == written(&audit(one.clone(), false))?, "shards are another scan");
        Ok(())
    })
}

fn one_is_missing() -> Outcome {
    let folder = tempfile::tempdir()?;
    let files = shards(folder.path(), 3, &[])?;
    let report = run(&["merge", "-o", "json"], &files[..2])?.report(3)?;
    let record = report.coverage("pods")?;
    ensure!(record["state"] == "incomplete", "{record}");
    ensure!(record["error"] == "shard 3/3 is missing", "{record}");
    ensure!(report.coverage("nodes")?["state"] != "incomplete", "the first has read the nodes");
    // Without the first nothing but pods was read.
    let report = run(&["merge", "-o", "json"], &files[1..])?.report(3)?;
    for plural in ["serviceaccounts", "clusterrolebindings", "pods"] {
        let record = report.coverage(plural)?;
        ensure!(record["error"] == "shard 1/3 is missing", "{record}");
    }
    Ok(())
}

fn what_does_not_go_together() -> Outcome {
    let folder = tempfile::tempdir()?;
    let (first, second): (Shard, Shard) =
        ("1/2".parse().map_err(anyhow::Error::msg)?, "2/2".parse().map_err(anyhow::Error::msg)?);
    let one = write(&folder, first, &[], |_| ())?;
    let refused = |other: PathBuf, why: &str| -> Outcome {
        let run = run(&["merge"], &[one.clone(), other])?;
        run.assert_error(&[why])
    };
    let changes: [(Change, &str); 8] = [
        (|head| "other".clone_into(&mut head.cluster), "are not the same"),
        (|head| head.sharded.cluster_uid = Some("other".to_owned()), "are not the same"),
        (|head| head.namespaces = vec!["shop".to_owned()], "other namespaces or labels"),
        (|head| "app=web".clone_into(&mut head.selector), "other namespaces or labels"),
        (|head| head.sharded.split = Some(Split::Namespace), "has selected the pods of one"),
        (|head| "1970-01-01T23:00:00Z".clone_into(&mut head.scanned_at), "23 hours apart"),
        (|head| "now".clone_into(&mut head.scanned_at), "at no time"),
        (|head| "0.0.1".clone_into(&mut head.version), "podaudit 0.0.1 wrote it"),
    ];
    for (change, why) in changes {
        refused(write(&folder, second, &[], change)?, why)?;
    }
    refused(one.clone(), "both are shard 1/2")?;
    let third = "3/3".parse().map_err(anyhow::Error::msg)?;
    refused(write(&folder, third, &[], |_| ())?, "shard 1/2 and shard 3/3")?;
    // A later version may write what this one does not know.
    let good = write(&folder, second, &[], |_| ())?;
    let text = std::fs::read_to_string(&good)?;
    let later = text.replace(r#"{"coverage""#, r#"{"news":1,"coverage""#);
    std::fs::write(&good, later.replace(env!("CARGO_PKG_VERSION"), "9.9.9"))?;
    refused(good.clone(), "podaudit 9.9.9 wrote it")?;
    for text in ["", "{}", "[1]", r#"{"schemaVersion":1}"#, &text[..text.len() / 2]] {
        std::fs::write(&good, text)?;
        refused(good.clone(), "is not what podaudit --shard writes")?;
    }
    for (from, to) in [(r#""number":2"#, r#""number":5"#), (r#""of":2"#, r#""of":0"#)] {
        std::fs::write(&good, text.replace(from, to))?;
        refused(good.clone(), "no such shard")?;
    }
    std::fs::write(&good, text.replace(r#""pods":[]"#, r#""pods":[[9,"p",null,null]]"#))?;
    refused(good.clone(), "a pod of no class")?;
    refused(folder.path().join("nowhere.json"), "unable to read")
}

/// Kubernetes counts the pods of a Job from 0.
fn pod_of_an_indexed_job() -> Outcome {
    let args = ["--demo", "-o", "json", "--shard"];
    let pod = |index: &str, shard: &str| {
        let program = Program::new(args)?.arg(shard).env(EPOCH.0, EPOCH.1);
        program.env("JOB_COMPLETION_INDEX", index).run()
    };
    for (index, shard) in [("0", "1/3"), ("2", "3/3")] {
        let (by_job, by_hand) = (pod(index, "job/3")?, run(&args, &[shard.into()])?);
        ensure!(by_job.code == 0 && by_job.stdout == by_hand.stdout, "{}", by_job.stderr);
    }
    for (index, why) in [("3", "is 3, counted from 0"), ("", "does not number this pod")] {
        let refused = pod(index, "job/3")?;
        ensure!(refused.code == 2 && refused.stderr.contains(why), "{}", refused.stderr);
    }
    Ok(())
}

/// Night by night to the same files: what a shard that failed has left is not of this night.
fn of_an_earlier_night() -> Outcome {
    const HOUR: i64 = 3600;
    let folder = tempfile::tempdir()?;
    let file = |number: usize| folder.path().join(format!("{number}-2.json"));
    let scan = |number: usize, at: i64| {
        let (shard, output) = (format!("{number}/2"), format!("json={}", file(number).display()));
        let args = ["--demo", "--shard", &shard, "-o", &output];
        Program::new(args)?.env("SOURCE_DATE_EPOCH", at.to_string()).run()
    };
    let merge = |at: i64| {
        let args = ["merge", "--max-age", "3h", "-o", "json"];
        let program = Program::new(args)?.arg(file(1)).arg(file(2));
        program.env("SOURCE_DATE_EPOCH", at.to_string()).run()
    };
    // The first night: one is not there.
    scan(1, HOUR)?;
    let run = merge(2 * HOUR)?;
    run.assert_stderr(&["2-2.json is not there"])?;
    ensure!(run.report(3)?.coverage("pods")?["error"] == "shard 2/2 is missing");
    scan(2, HOUR)?;
    merge(2 * HOUR)?.report(0)?;
    // Four hours later one has failed: less than what `merge` by itself takes for one scan.
    scan(1, 5 * HOUR)?;
    let run = merge(5 * HOUR)?;
    run.assert_stderr(&["2-2.json is of an earlier scan"])?;
    let report = run.report(3)?;
    ensure!(report.coverage("pods")?["error"] == "shard 2/2 is missing");
    ensure!(report.0["scannedAt"] == "1970-01-01T05:00:00Z", "{}", report.0["scannedAt"]);
    // And when all of them have failed, yesterday's result is not today's.
    merge(9 * HOUR)?.assert_error(&["no shard of this scan", "1-2.json", "2-2.json"])
}

fn a_shard_is_no_report() -> Outcome {
    let json = ["--demo", "--shard", "1/2", "-o", "json"];
    for (more, why) in [
        (&["--demo", "--shard", "1/2"][..], "for podaudit merge"),
        (&["--demo", "--shard", "1/2", "-o", "sarif"], "for podaudit merge"),
        (&[&json[..], &["--fail-on", "high"]].concat(), "cannot be used with"),
        (&[&json[..], &["--show", "all"]].concat(), "cannot be used with"),
        (&["--demo", "--shard", "3/2", "-o", "json"], "the shard's number"),
        (&["--shard", "1/2", "pss"], "--shard cannot be used with"),
        (&["merge", "-n", "shop", "a.json"], "unexpected argument '-n'"),
        (&["merge"], "FILE"),
    ] {
        let run = run(more, &[])?;
        ensure!(
            run.code == 2 && run.stderr.contains(why),
            "{more:?}: {}: {}",
            run.code,
            run.stderr
        );
    }
    Ok(())
}

fn no_secret_is_written_down() -> Outcome {
    let folder = tempfile::tempdir()?;
    let text = r#"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","annotations":
        {"kubectl.kubernetes.io/last-applied-configuration":"hunter2","a":"hunter2"}},
        "spec":{"containers":[{"name":"c","env":[{"name":"P","value":"hunter2"}],
        "command":["hunter2"]}]}}"#;
    let pod: Value = serde_json::from_str(text)?;
    let shard = "1/1".parse().map_err(anyhow::Error::msg)?;
    let path = write(&folder, shard, &[pod], |_| ())?;
    let written = std::fs::read_to_string(path)?;
    ensure!(written.contains(r#""p""#), "no pod: {written}");
    ensure!(!written.contains("hunter2"), "a secret: {written}");
    serde_json::from_str::<Value>(&written).map(drop).context("no JSON")
}
