//! Tests on a real node: kubelet, containerd and runc decide what podaudit's verdicts are held
//! against. The cluster is that of `tests/node`, which says what it needs; where it cannot be had,
//! the tests show up as ignored, and in continuous integration one fails.

mod cluster;
mod image;
mod kernel;
mod leftovers;
mod oracle;
mod smoke;

use std::process::Command;
use std::sync::{Arc, OnceLock};

use anyhow::anyhow;
use libtest_mimic::Trial;

pub(crate) use cluster::Cluster;
pub(crate) use image::Image;

use crate::support::{self, Outcome};

/// One test, and its name below `node::`.
pub(crate) struct NodeTest {
    name: &'static str,
    test: Box<dyn FnOnce(&Cluster) -> Outcome + Send>,
}

impl NodeTest {
    /// A test on the node that all tests share.
    pub(crate) fn new(
        name: &'static str,
        test: impl FnOnce(&Cluster) -> Outcome + Send + 'static,
    ) -> Self {
        Self { name, test: Box::new(test) }
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
        .map(|NodeTest { name, test }| {
            let shared = Arc::clone(&shared);
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
    if let Some(why) = missing
        && std::env::var("CI").as_deref() == Ok("true")
    {
        trials
            .push(support::named("node::available", move || anyhow::bail!("no node here: {why}")));
    }
    trials
}

fn named(
    name: &str,
    missing: Option<&str>,
    test: impl FnOnce() -> Outcome + Send + 'static,
) -> Trial {
    let why = missing.map(|why| format!(" ({why})")).unwrap_or_default();
    support::named(format!("node::{name}{why}"), test).with_ignored_flag(missing.is_some())
}

/// The running cluster. One that did not start is not tried again.
fn started(shared: &Shared) -> anyhow::Result<&Cluster> {
    let cluster = shared.get_or_init(|| Cluster::start(1, &[]).map_err(|e| format!("{e:#}")));
    cluster.as_ref().map_err(|error| anyhow!("{error}"))
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
