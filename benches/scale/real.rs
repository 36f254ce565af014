//! The same against a real API server: built from Go, filled with pods, and listed in several ways.

use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::StreamExt;
use http::Request;
use http_body_util::BodyExt;
use kube::client::Body;
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};

use crate::cluster::{Cluster, NAMESPACES};

/// A control plane, until this is dropped.
pub(crate) struct Real {
    script: Child,
    pub(crate) kubeconfig: PathBuf,
    /// Of kube-apiserver.
    pub(crate) pid: u32,
}

impl Real {
    pub(crate) fn start() -> io::Result<Self> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/envtest/control-plane");
        let mut script = Command::new(script)
            // There are no ServiceAccounts.
            .env("APISERVER_ARGS", "--disable-admission-plugins=ServiceAccount")
            .env("ETCD_QUOTA_BACKEND_BYTES", (8_u64 << 30).to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        BufReader::new(script.stdout.take().expect("a pipe")).read_line(&mut line)?;
        let dir = line.trim().strip_prefix("ready ").map(PathBuf::from);
        let dir = dir.ok_or_else(|| io::Error::other("the control plane did not start"))?;
        let pid = kube_apiserver(script.id())?;
        Ok(Self { script, kubeconfig: dir.join("kubeconfig"), pid })
    }
}

impl Drop for Real {
    fn drop(&mut self) {
        drop(self.script.stdin.take());
        let _ = self.script.wait();
    }
}

fn kube_apiserver(parent: u32) -> io::Result<u32> {
    for entry in std::fs::read_dir("/proc")?.flatten() {
        let Ok(stat) = std::fs::read_to_string(entry.path().join("stat")) else { continue };
        let own = stat.contains("(kube-apiserver)");
        if own
            && stat
                .rsplit(") ")
                .next()
                .is_some_and(|s| s.split(' ').nth(1) == Some(&parent.to_string()))
        {
            return entry.file_name().to_string_lossy().parse().map_err(io::Error::other);
        }
    }
    Err(io::Error::other("no kube-apiserver"))
}

/// Runs on one thread.
pub(crate) fn block_on<T>(work: impl Future<Output = kube::Result<T>>) -> io::Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(work).map_err(io::Error::other)
}

async fn client(kubeconfig: &Path) -> kube::Result<Client> {
    let kubeconfig = Kubeconfig::read_from(kubeconfig).expect("a kubeconfig");
    let options = KubeConfigOptions::default();
    let mut config = Config::from_custom_kubeconfig(kubeconfig, &options).await.expect("a config");
    config.disable_compression = true;
    Client::try_from(config)
}

/// Creates the pods: the server adds `managedFields`, and takes the status away.
pub(crate) async fn fill(kubeconfig: &Path, pods: usize) -> kube::Result<()> {
    let client = client(kubeconfig).await?;
    let post = async |path: String, body: String| {
        let request = Request::post(path).header("content-type", "application/json");
        let request = request.body(body.into_bytes()).expect("a request");
        client.request::<serde_json::Value>(request).await
    };
    for namespace in 0..NAMESPACES {
        let body = format!(
            r#"{{"apiVersion":"v1","kind":"Namespace","metadata":{{"name":"team-{namespace:03}"}}}}"#
        );
        post("/api/v1/namespaces".to_owned(), body).await?;
    }
    let failed = AtomicUsize::new(0);
    let objects = Cluster { pods, managed: false }.objects("pods");
    futures::stream::iter(objects.enumerate())
        .for_each_concurrent(32, async |(n, pod)| {
            let pod: serde_json::Value = serde_json::from_str(&pod).expect("a pod");
            let namespace = pod["metadata"]["namespace"].as_str().expect("a namespace");
            let path = format!("/api/v1/namespaces/{namespace}/pods");
            let mut pod = pod.clone();
            pod["metadata"].as_object_mut().expect("metadata").remove("resourceVersion");
            pod["metadata"].as_object_mut().expect("metadata").remove("uid");
            if let Err(error) = post(path, pod.to_string()).await
                && failed.fetch_add(1, Ordering::Relaxed) == 0
            {
                println!("pod {n}: {error}");
            }
        })
        .await;
    println!("filled; {} failed", failed.into_inner());
    Ok(())
}

/// Lists all pods and drops them: as `json` or `protobuf`, of the `cluster` or two `namespaces` at a
/// time; an answer is read to its end before the next page is asked for.
pub(crate) async fn drain(kubeconfig: &Path, format: &str, by: &str) -> kube::Result<()> {
    let client = client(kubeconfig).await?;
    let accept =
        if format == "json" { "application/json" } else { "application/vnd.kubernetes.protobuf" };
    let places: Vec<String> = match by {
        "namespaces" => (0..NAMESPACES).map(|n| format!("/namespaces/team-{n:03}")).collect(),
        _ => vec![String::new()],
    };
    let (client, sent) = (&client, &AtomicUsize::new(0));
    let list = async |place: String| -> kube::Result<()> {
        let mut token = String::new();
        loop {
            let path = format!("/api/v1{place}/pods?limit=500&continue={token}");
            let request = Request::get(path).header("accept", accept).header("user-agent", "drain");
            let answer = client.send(request.body(Body::empty()).expect("a request")).await?;
            assert!(answer.status().is_success(), "{}", answer.status());
            let mut body = answer.into_body();
            let mut start = Vec::new();
            while let Some(frame) = body.frame().await {
                let data = frame?.into_data().unwrap_or_default();
                sent.fetch_add(data.len(), Ordering::Relaxed);
                if start.len() < 4096 {
                    start.extend_from_slice(&data);
                }
            }
            match next(&start) {
                Some(next) => token = next,
                None => return Ok(()),
            }
        }
    };
    let lists = futures::stream::iter(places).map(list).buffer_unordered(2);
    lists.collect::<Vec<_>>().await.into_iter().collect::<kube::Result<()>>()?;
    println!("{}", sent.load(Ordering::Relaxed));
    Ok(())
}

/// The token of the next page.
fn next(start: &[u8]) -> Option<String> {
    use podaudit::inventory::decode::{Beginning, Wire, beginning};
    let wire = if start.starts_with(b"k8s") { Wire::Protobuf } else { Wire::Json };
    match beginning(wire, start) {
        Beginning::Known(paging) => paging.next,
        Beginning::Open => None,
    }
}
