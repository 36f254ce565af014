//! Tests on a real node: kubelet, containerd and runc decide what podaudit's verdicts are held
//! against. The cluster is that of `tests/node`, which says what it needs; where it cannot be had,
//! the tests show up as ignored, and fail in continuous integration.

mod cluster;
mod image;
mod kernel;
mod lab_local;
mod leftovers;
mod oracle;
mod smoke;

use std::process::Command;
use std::sync::{Arc, OnceLock};

use anyhow::anyhow;
use libtest_mimic::Trial;

pub(crate) use cluster::Cluster;
pub(crate) use image::Image;

use crate::support::{self, Outcome, requires};

/// One test, and its name below `node::`.
pub(crate) struct NodeTest {
    name: &'static str,
    program: Option<&'static str>,
    test: Box<dyn FnOnce(&Cluster) -> Outcome + Send>,
}

impl NodeTest {
    /// A test on the node that all tests share.
    pub(crate) fn new(
        name: &'static str,
        test: impl FnOnce(&Cluster) -> Outcome + Send + 'static,
    ) -> Self {
        Self { name, program: None, test: Box::new(test) }
    }

    /// The test needs this program besides.
    pub(crate) fn with_program(self, program: &'static str) -> Self {
        Self { program: Some(program), ..self }
    }
}

/// The cluster that the tests share: started by the first of them, ended with the last.
type Shared = Arc<OnceLock<Result<Cluster, String>>>;

/// All tests on a node.
pub(crate) fn trials() -> Vec<Trial> {
    let missing = missing();
    let shared = Shared::default();
    let mut trials: Vec<_> = smoke::tests()
        .into_iter()
        .chain(oracle::tests())
        .map(|NodeTest { name, program, test }| {
            let shared = Arc::clone(&shared);
            let missing = missing.clone().or_else(|| program.and_then(absent));
            named(name, missing.as_deref(), move || test(started(&shared)?))
        })
        .collect();
    for (name, test) in [
        ("nothing_is_left::after_the_runner", leftovers::after_the_runner as fn() -> Outcome),
        ("nothing_is_left::after_the_supervisor", leftovers::after_the_supervisor),
        ("nothing_is_left::after_the_first_process", leftovers::after_the_first_process),
    ] {
        trials.push(named(name, missing.as_deref(), test));
    }
    let missing_for_lab = missing.clone().or_else(|| absent("kubectl"));
    trials.push(named("lab_local", missing_for_lab.as_deref(), lab_local::runs_the_workloads));
    trials
}

fn named(
    name: &str,
    missing: Option<&str>,
    test: impl FnOnce() -> Outcome + Send + 'static,
) -> Trial {
    let Some(why) = missing else { return support::named(format!("node::{name}"), test) };
    if std::env::var("CI").as_deref() == Ok("true") {
        let why = why.to_owned();
        return support::named(format!("node::{name}"), move || anyhow::bail!("{why}"));
    }
    support::named(format!("node::{name} ({why})"), test).with_ignored_flag(true)
}

/// The running cluster. One that did not start is not tried again.
fn started(shared: &Shared) -> anyhow::Result<&Cluster> {
    let cluster = shared.get_or_init(|| Cluster::start(1, &[]).map_err(|e| format!("{e:#}")));
    cluster.as_ref().map_err(|error| anyhow!("{error}"))
}

/// That this program is not there, if so.
fn absent(program: &'static str) -> Option<String> {
    requires::on_path(program).map(|name| format!("no {name} on PATH"))
}

/// What this machine lacks for a node, if anything.
fn missing() -> Option<String> {
    let script = cluster::folder().join("requires");
    match Command::new(script).output() {
        Ok(run) if run.status.success() => None,
        Ok(run) => Some(String::from_utf8_lossy(&run.stdout).trim_end().to_owned()),
        Err(error) => Some(error.to_string()),
    }
}
