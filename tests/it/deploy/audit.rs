//! A scanner that fails its own audit would be a poor witness.

use std::collections::BTreeSet;
use std::io::Write;

use anyhow::Context;
use podaudit::exit::Exit;
use serde_json::{Value, json};

use super::{chart, kustomize, objects};
use crate::support::program::Program;
use crate::support::{Outcome, ensure};

/// Every part of the chart that is off by itself, but shards.
pub(super) const EVERYTHING: [&str; 4] = [
    "--set",
    "results.enabled=true,policyReports.enabled=true,pushgateway.url=http://push:9091,\
     serviceMonitor.enabled=true,prometheusRule.enabled=true,dashboard.enabled=true",
    "--set-literal",
    "exceptions=exceptions: []",
];

/// The verdicts that are no pass and not accepted, as rule and container's object.
pub(super) fn findings(rendered: &str, more: &[&str]) -> anyhow::Result<BTreeSet<String>> {
    let mut file = tempfile::NamedTempFile::with_suffix(".yaml")?;
    file.write_all(rendered.as_bytes())?;
    let path = file.path().to_str().context("path")?;
    let report = Program::new(["-f", path, "-o", "json"])?.args(more).run()?.report(0)?;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let line = |f: &Value| {
        let object = &f["object"];
        format!("{} {} {}", text(&f["rule"]), text(&object["kind"]), text(&object["name"]))
    };
    let open = report.findings().iter().filter(|finding| finding["exception"].is_null());
    Ok(open.map(line).collect())
}

/// No finding at any severity and nothing unknown, but the one that says what podaudit is: a
/// workload that talks to the API server, and has the token to do so. `podaudit merge` has none.
/// That one is accepted by the file that is shipped, and no other.
pub(super) fn own_audit() -> Outcome {
    let sharded = ["--set", "sharding.enabled=true"];
    let exceptions = super::folder().join("exceptions.yaml");
    let accepted = ["--exceptions", exceptions.to_str().context("path")?];
    let renderings = [
        ("base", kustomize("base")?, &["CronJob podaudit"][..]),
        ("namespaced", kustomize("namespaced")?, &["CronJob podaudit"]),
        ("chart", chart(&[])?, &["CronJob podaudit", "Pod podaudit-test"]),
        ("sharded", chart(&sharded)?, &["CronJob podaudit", "Pod podaudit-test"]),
        ("everything", chart(&EVERYTHING)?, &["CronJob podaudit", "Pod podaudit-test"]),
    ];
    for (name, rendered, with_token) in renderings {
        let want = with_token.iter().map(|workload| format!("token-mounted {workload}")).collect();
        let found = findings(&rendered, &[])?;
        ensure!(found == want, "{name}: {found:?}");
        let found = findings(&rendered, &accepted)?;
        ensure!(found.is_empty(), "{name}: {found:?}");
        // The audit sees what is there: the same without one of its fields is found.
        let broken = rendered.replace("readOnlyRootFilesystem: true", "stdin: false");
        let found = findings(&broken, &accepted)?;
        ensure!(!found.is_empty(), "{name}: nothing is judged");
    }
    Ok(())
}

/// What a second try cannot change is not tried a second time.
pub(super) fn exit_codes() -> Outcome {
    let retried = [Exit::Incomplete, Exit::RuntimeError];
    let failures = Exit::ALL.iter().filter(|exit| **exit != Exit::Done);
    let want: Vec<_> =
        failures.filter(|exit| !retried.contains(exit)).map(|exit| exit.code()).collect();
    for object in objects(&chart(&["--set", "sharding.enabled=true"])?)? {
        if object["kind"] != "CronJob" {
            continue;
        }
        let job = &object["spec"]["jobTemplate"]["spec"];
        let rules = job["podFailurePolicy"]["rules"].as_array().context("no rules")?;
        let fails = rules.iter().filter(|rule| rule["action"] == "FailJob");
        let codes: Vec<_> = fails.map(|rule| rule["onExitCodes"]["values"].clone()).collect();
        ensure!(codes == [json!(want)], "not retried are {codes:?}, and should be {want:?}");
    }
    Ok(())
}
