//! The arguments in the manifests are those that podaudit knows: a chart that passes an option
//! which does not exist would fail every night.

use anyhow::Context;
use serde_json::Value;

use super::audit::EVERYTHING;
use super::{chart, kustomize, objects};
use crate::support::program::Program;
use crate::support::{Outcome, ensure};

/// Runs every container's arguments against nothing: no cluster and no file is there. What is left
/// is a runtime error, never a usage error.
pub(super) fn arguments() -> Outcome {
    let sharded = "sharding.enabled=true,policyReports.enabled=false,scan.failOn=new:high";
    let sharded = [&EVERYTHING[..], &["--set", sharded]].concat();
    let renderings =
        [kustomize("base")?, kustomize("namespaced")?, chart(&EVERYTHING)?, chart(&sharded)?];
    let mut tried = 0;
    for object in
        renderings.iter().map(|text| objects(text)).collect::<Result<Vec<_>, _>>()?.concat()
    {
        let spec = match object["kind"].as_str() {
            Some("CronJob") => &object["spec"]["jobTemplate"]["spec"]["template"]["spec"],
            Some("Pod") => &object["spec"],
            _ => continue,
        };
        let args = spec["containers"][0]["args"].as_array().context("no arguments")?;
        let args = args.iter().filter_map(Value::as_str);
        let run = Program::new(args)?.env("JOB_COMPLETION_INDEX", "0").run()?;
        ensure!(run.code == 4, "{spec}: exit code {}: {}", run.code, run.stderr);
        tried += 1;
    }
    ensure!(tried == 7, "{tried} pods");
    Ok(())
}
