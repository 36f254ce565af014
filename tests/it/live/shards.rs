//! Shards of a real cluster, with and without an API server that selects them: together they are
//! one scan.

use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use serde_json::{Value, json};

use super::{Live, in_cluster_nights};
use crate::support::api::wait_for;
use crate::support::lab::ControlPlane;
use crate::support::program::{Program, Run};
use crate::support::{Outcome, ensure};

pub(super) fn tests() -> Vec<Live> {
    vec![Live::new(the_server_selects), Live::new(by_namespace)]
}

fn by_namespace(_: &ControlPlane) -> Outcome {
    let control_plane = ControlPlane::start("")?;
    split(&control_plane, "namespace")?;
    in_cluster_nights::in_parts(&control_plane)
}

fn the_server_selects(_: &ControlPlane) -> Outcome {
    let gate = "--feature-gates=ShardedListAndWatch=true";
    split(&ControlPlane::start(gate)?, "uid")
}

const SHARDS: usize = 3;
const NAMESPACES: usize = 8;
/// More than a page in all.
const REPLICAS: usize = 75;

fn fill(control_plane: &ControlPlane) -> Outcome {
    let api = control_plane.api();
    for number in 0..NAMESPACES {
        let namespace = format!("team-{number}");
        api.namespace(&namespace)?;
        let labels = json!({"app": "web"});
        let spec = json!({"containers": [{"name": "app", "image": format!("app:{number}")}]});
        let web = json!({"metadata": {"name": "web"}, "spec": {
            "replicas": REPLICAS, "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": spec},
        }});
        api.post(&format!("/apis/apps/v1/namespaces/{namespace}/deployments"), &web)?;
    }
    wait_for("the controllers to create pods", || {
        let list = api.get("/api/v1/pods")?;
        let pods = list["items"].as_array().context("no items")?.len();
        Ok((pods == NAMESPACES * REPLICAS).then_some(()))
    })
}

fn run(control_plane: &ControlPlane, args: &[&str]) -> anyhow::Result<Run> {
    let program = Program::new(args)?.env("SOURCE_DATE_EPOCH", "1700000000");
    program.env("KUBECONFIG", control_plane.kubeconfig()).run()
}

/// The report without what tells how it was read.
pub(super) fn without_reads(mut report: Value) -> anyhow::Result<Value> {
    for record in report["coverage"].as_array_mut().context("no coverage")? {
        for field in ["pages", "retries", "consistent"] {
            record.as_object_mut().context("no record")?.remove(field);
        }
    }
    Ok(report)
}

/// The controllers of a new cluster go on making ServiceAccounts for a while.
pub(super) fn stands_still(control_plane: &ControlPlane) -> Outcome {
    let scan = || without_reads(run(control_plane, &["-o", "json", "--show", "all"])?.report(0)?.0);
    wait_for("the cluster to stand still", || {
        let before = scan()?;
        std::thread::sleep(Duration::from_secs(3));
        Ok((before == scan()?).then_some(()))
    })
}

fn split(control_plane: &ControlPlane, by: &str) -> Outcome {
    fill(control_plane)?;
    stands_still(control_plane)?;
    let folder = tempfile::tempdir()?;
    let show = ["-o", "json", "--show", "all"];
    for more in [&[][..], &["-n", "team-1", "-n", "team-5"], &["--json-only"]] {
        let mut merge: Vec<_> = ["merge"].iter().chain(&show).map(|&s| s.to_owned()).collect();
        let mut sizes = Vec::new();
        for number in 1..=SHARDS {
            let file = folder.path().join(format!("{number}.json"));
            let output = format!("json={}", file.display());
            let shard = format!("{number}/{SHARDS}");
            let run = run(control_plane, &[&["--shard", &shard, "-o", &output], more].concat())?;
            ensure!(run.code == 0, "{}: {}", run.code, run.stderr);
            sizes.push(size(&file, by)?);
            merge.push(file.display().to_string());
        }
        let merged = run(control_plane, &merge.iter().map(String::as_str).collect::<Vec<_>>())?;
        let pods = &merged.report(0)?.coverage("pods")?.clone();
        let all = pods["listed"].as_u64().context("no count")?;
        ensure!(sizes.iter().sum::<u64>() == all, "{sizes:?} of {all}");
        ensure!(by == "namespace" || sizes.iter().all(|size| *size > 0), "{sizes:?}");
        // Two namespaces of one shard may be read between two changes, and tell so.
        let shards = sizes.iter().filter(|size| **size > 0).count();
        let is_told = pods["consistent"] == false || shards == 1;
        ensure!(is_told, "lists of more than one moment: {pods}");
        let whole = run(control_plane, &[&show[..], more].concat())?;
        let (merged, whole) =
            (without_reads(merged.report(0)?.0)?, without_reads(whole.report(0)?.0)?);
        let text = |report: &Value| format!("{report:#}");
        let (merged, whole) = (text(&merged), text(&whole));
        let differs = merged.lines().zip(whole.lines()).find(|(a, b)| a != b);
        ensure!(merged == whole, "{more:?}: shards are another scan: {differs:?}");
    }
    Ok(())
}

/// How many pods the shard has; how they were chosen is checked.
fn size(file: &Path, by: &str) -> anyhow::Result<u64> {
    let shard: Value = serde_json::from_str(&std::fs::read_to_string(file)?)?;
    let head = &shard["podauditShard"];
    ensure!(head["sharded"]["split"] == by, "{head}");
    ensure!(head["sharded"]["clusterUid"].is_string(), "{head}");
    Ok(shard["part"]["pods"]["pods"].as_array().context("no pods")?.len() as u64)
}
