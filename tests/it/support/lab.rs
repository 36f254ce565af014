//! The control plane that the live tests share: started by the first of them, stopped with the
//! last reference to it, and by the script itself should this process die.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use anyhow::{Context, anyhow, bail};
use serde_json::json;

use super::ensure;
use crate::support::api::{Api, wait_for};
use crate::support::requires;

/// A control plane that starts when it is first asked for.
#[derive(Default)]
pub(crate) struct Lab(OnceLock<Result<ControlPlane, String>>);

impl Lab {
    /// Why no control plane can be had here, if so.
    pub(crate) fn missing() -> Option<&'static str> {
        if std::env::var_os("KUBEBUILDER_ASSETS").is_some() {
            return None;
        }
        requires::on_path("go").map(|_| "no go on PATH and KUBEBUILDER_ASSETS is not set")
    }

    /// The running control plane. One that did not start is not tried again.
    pub(crate) fn get(&self) -> anyhow::Result<&ControlPlane> {
        let started = self.0.get_or_init(|| ControlPlane::start("").map_err(|e| format!("{e:#}")));
        started.as_ref().map_err(|error| anyhow!("{error}"))
    }
}

/// A running control plane.
pub(crate) struct ControlPlane {
    script: Child,
    dir: PathBuf,
    api: Api,
}

impl ControlPlane {
    /// A control plane with these options of `tests/envtest/control-plane`, and more arguments for
    /// kube-apiserver; without nodes.
    pub(crate) fn bare(options: &[&str], apiserver: &str) -> anyhow::Result<Self> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/envtest/control-plane");
        let mut script = Command::new(&script)
            .args(options)
            .env("APISERVER_ARGS", apiserver)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("unable to start {}", script.display()))?;
        let mut line = String::new();
        BufReader::new(script.stdout.take().context("no stdout")?).read_line(&mut line)?;
        let Some(dir) = line.trim_end().strip_prefix("ready ").map(PathBuf::from) else {
            bail!("the control plane did not start: its script says why on stderr");
        };
        let api = Api::connect(&dir.join("kubeconfig"))?;
        Ok(Self { script, dir, api })
    }

    /// Starts one, with more arguments for kube-apiserver. Most tests share the one of the lab.
    pub(crate) fn start(apiserver: &str) -> anyhow::Result<Self> {
        let control_plane = Self::bare(&["--controllers"], apiserver)?;
        control_plane.create_nodes()?;
        Ok(control_plane)
    }

    /// Two nodes whose runtimes differ, before any test scans: a pod without a node could land on
    /// either, so its runtime stays unknown throughout.
    fn create_nodes(&self) -> anyhow::Result<()> {
        for (name, runtime) in
            [("node-containerd", "containerd://2.1.4"), ("node-crio", "cri-o://1.33.0")]
        {
            let node = json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": name}});
            self.api.post("/api/v1/nodes", &node)?;
            let info = json!({
                "architecture": "amd64", "bootID": "", "containerRuntimeVersion": runtime,
                "kernelVersion": "", "kubeProxyVersion": "", "kubeletVersion": "v1.37.2",
                "machineID": "", "operatingSystem": "linux", "osImage": "", "systemUUID": "",
            });
            // A patch: the controller manager changes new nodes too, and a PUT would meet a conflict.
            let status = json!({"status": {"nodeInfo": info}});
            self.api.patch(&format!("/api/v1/nodes/{name}/status"), &status)?;
        }
        Ok(())
    }

    /// The API server, as an administrator.
    pub(crate) fn api(&self) -> &Api {
        &self.api
    }

    /// Where its etcd listens, for example `http://127.0.0.1:20000`.
    pub(crate) fn etcd(&self) -> anyhow::Result<String> {
        Ok(std::fs::read_to_string(self.dir.join("etcd.url"))?.trim_end().to_owned())
    }

    /// Kills the API server; another one comes up in its place, with the same data.
    pub(crate) fn restart_api_server(&self) -> anyhow::Result<()> {
        let script = self.script.id().to_string();
        let signal = Command::new("kill").args(["-s", "USR1", &script]).status()?;
        ensure!(signal.success(), "no signal for the control plane");
        // First it has to be gone: the script looks for signals once a second.
        wait_for("the API server to die", || Ok(self.api.get("/api").is_err().then_some(())))?;
        wait_for("the API server to come back", || Ok(self.api.get("/api").ok().map(drop)))
    }

    /// A kubeconfig with the contexts `admin` (current) and `nobody`.
    pub(crate) fn kubeconfig(&self) -> PathBuf {
        self.dir.join("kubeconfig")
    }
}

impl Drop for ControlPlane {
    fn drop(&mut self) {
        // The end of its input is the script's signal to take everything away.
        drop(self.script.stdin.take());
        let _ = self.script.wait();
    }
}
