//! `just lab-local` as somebody new to the project runs it, and ends it at once.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::Context;

use crate::support::{Outcome, ensure};

/// Every sample workload runs, podaudit sees it, and the script ends by itself.
pub(super) fn runs_the_workloads() -> Outcome {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("demo/lab-local");
    let run = Command::new(script)
        // Without this machine's configuration of podaudit.
        .args(["env", "--unset=HOME", env!("CARGO_BIN_EXE_podaudit"), "-o", "csv"])
        .stdin(Stdio::null())
        .output()?;
    let (out, err) = (String::from_utf8(run.stdout)?, String::from_utf8_lossy(&run.stderr));
    ensure!(run.status.success(), "{}: {err}{out}", run.status);
    let table = out.split_once("NAMESPACE ").context("no list of pods")?.1;
    let (pods, report) = table.split_once("\n\n").context("no report")?;
    let rows: Vec<_> = pods.lines().skip(1).collect();
    ensure!(rows.len() > 15, "few pods: {pods}");
    for row in rows {
        ensure!(row.contains(" Running ") || row.contains(" Completed "), "{row}");
    }
    ensure!(report.contains("nightly-report"), "the report: {report}");
    Ok(())
}
