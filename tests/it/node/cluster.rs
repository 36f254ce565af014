//! A running cluster of `tests/node`: its API server, its nodes' files and processes, and what the
//! probe saw in a container.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, bail};
use serde_json::Value;

use super::Image;
use crate::support::api::{Api, wait_for};
use crate::support::ensure;
use crate::support::program::{Program, Run};

/// The scripts.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/node")
}

/// A control plane with nodes, gone with this value or with this process.
pub(crate) struct Cluster {
    script: Child,
    dir: PathBuf,
    nodes: usize,
    api: Api,
}

impl Cluster {
    /// Starts one with so many nodes, and with these variables of `tests/node/cluster`.
    ///
    /// # Errors
    /// Says that it did not start; the script says why on stderr.
    pub(crate) fn start(nodes: usize, variables: &[(&str, &OsStr)]) -> anyhow::Result<Self> {
        let mut script = Command::new(folder().join("cluster"))
            .arg(nodes.to_string())
            .envs(variables.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("unable to start tests/node/cluster")?;
        let mut line = String::new();
        BufReader::new(script.stdout.take().context("no stdout")?).read_line(&mut line)?;
        let Some(dir) = line.trim_end().strip_prefix("ready ").map(PathBuf::from) else {
            bail!("the cluster did not start: its script says why on stderr");
        };
        let api = Api::connect(&dir.join("kubeconfig"))?;
        let cluster = Self { script, dir, nodes, api };
        cluster.import(&Image::default())?;
        Ok(cluster)
    }

    /// The API server, as an administrator.
    pub(crate) fn api(&self) -> &Api {
        &self.api
    }

    /// A kubeconfig with the contexts `admin` (current) and `nobody`.
    pub(crate) fn kubeconfig(&self) -> PathBuf {
        self.dir.join("kubeconfig")
    }

    /// A command on this node, counted from 1: with its files, processes and network.
    pub(crate) fn on_node(&self, node: usize) -> Command {
        let mut command = Command::new(folder().join("exec"));
        command.arg(self.dir.join(format!("nodes/node-{node}")));
        command
    }

    /// Brings the image to every node. Where a pod says its name, it has to say
    /// `imagePullPolicy: Never` or have no tag `latest`.
    pub(crate) fn import(&self, image: &Image) -> anyhow::Result<()> {
        let archive = tempfile::NamedTempFile::new()?;
        image.write(&self.dir.join("bin/image"), archive.path())?;
        for node in 1..=self.nodes {
            let mut ctr = self.on_node(node);
            ctr.args(["ctr", "--namespace", "k8s.io", "images", "import", "--all-platforms", "-"]);
            let run = ctr.stdin(archive.reopen()?).output()?;
            let stderr = String::from_utf8_lossy(&run.stderr);
            ensure!(run.status.success(), "unable to import {}: {stderr}", image.name());
        }
        Ok(())
    }

    /// The pod once nothing more will happen to it by itself: each container runs, has ended, or
    /// waits for a reason that will not go away.
    pub(crate) fn settled(&self, namespace: &str, pod: &str) -> anyhow::Result<Value> {
        let path = format!("/api/v1/namespaces/{namespace}/pods/{pod}");
        wait_for(&format!("pod {pod}"), || {
            let pod = self.api.get(&path)?;
            Ok(is_settled(&pod["status"]).then_some(pod))
        })
    }

    /// What the probe of this running container saw.
    pub(crate) fn probe(
        &self,
        namespace: &str,
        pod: &str,
        container: &str,
    ) -> anyhow::Result<Value> {
        let path = format!("/api/v1/namespaces/{namespace}/pods/{pod}/log?container={container}");
        // It may run already and not have printed yet.
        wait_for(&format!("the probe in {pod}/{container}"), || Ok(self.api.get(&path).ok()))
    }

    /// podaudit with these arguments, as an administrator of the cluster.
    pub(crate) fn podaudit(&self, args: &[&str]) -> anyhow::Result<Run> {
        Program::new(args)?.env("KUBECONFIG", self.kubeconfig()).run()
    }
}

pub(super) fn is_settled(status: &Value) -> bool {
    let list = |name: &str| status[name].as_array().map_or(&[][..], Vec::as_slice);
    let passing = ["ContainerCreating", "PodInitializing"];
    let is_stuck = |container: &Value| {
        let reason = container["state"]["waiting"]["reason"].as_str();
        reason.is_some_and(|reason| !passing.contains(&reason))
    };
    let mut init = list("initContainerStatuses").iter();
    let containers = list("containerStatuses");
    init.any(is_stuck)
        || !containers.is_empty()
            && containers.iter().all(|c| is_stuck(c) || c["state"]["waiting"].is_null())
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // The end of its input is the script's signal to take everything away.
        drop(self.script.stdin.take());
        let _ = self.script.wait();
    }
}
