//! Raw requests to the API server: objects as JSON, so that a test says exactly what it stores
//! and no client library's types stand in between.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use futures::{StreamExt, TryStreamExt};
use http::{Method, Request};
use kube::config::{KubeConfigOptions, Kubeconfig};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

/// How long a controller may take; it is a matter of milliseconds unless the machine is busy.
const PATIENCE: Duration = Duration::from_mins(1);

/// One user's connection.
pub(crate) struct Api {
    runtime: Runtime,
    client: kube::Client,
}

impl Api {
    /// Connects as the kubeconfig's current context.
    pub(crate) fn connect(kubeconfig: &Path) -> anyhow::Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .context("unable to start the client's runtime")?;
        let client = runtime.block_on(async {
            let file = Kubeconfig::read_from(kubeconfig)?;
            let options = KubeConfigOptions::default();
            let config = kube::Config::from_custom_kubeconfig(file, &options).await?;
            anyhow::Ok(kube::Client::try_from(config)?)
        })?;
        Ok(Self { runtime, client })
    }

    /// One request with more headers, which may come twice.
    pub(crate) fn send_with(
        &self,
        method: &Method,
        path: &str,
        body: &Value,
        headers: &[(&str, &str)],
    ) -> anyhow::Result<Value> {
        let media = match (method, path.contains("fieldManager=")) {
            (&Method::PATCH, true) => "apply-patch+yaml",
            (&Method::PATCH, false) => "merge-patch+json",
            _ => "json",
        };
        let bytes = if body.is_null() { Vec::new() } else { serde_json::to_vec(body)? };
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(http::header::CONTENT_TYPE, format!("application/{media}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(bytes)?;
        let answer = self.runtime.block_on(self.client.request(request));
        answer.with_context(|| format!("unable to {method} {path}"))
    }

    fn send(&self, method: &Method, path: &str, body: &Value) -> anyhow::Result<Value> {
        self.send_with(method, path, body, &[])
    }

    /// Reads.
    pub(crate) fn get(&self, path: &str) -> anyhow::Result<Value> {
        self.send(&Method::GET, path, &Value::Null)
    }

    /// Creates; what the server made of it.
    pub(crate) fn post(&self, path: &str, object: &Value) -> anyhow::Result<Value> {
        self.send(&Method::POST, path, object)
    }

    /// Creates all of them, so many at a time; the answers are in the same order.
    pub(crate) fn post_all(
        &self,
        path: &str,
        objects: &[Value],
        at_a_time: usize,
    ) -> anyhow::Result<Vec<Value>> {
        let requests = objects.iter().map(|object| async move {
            let request = Request::post(path)
                .header(http::header::CONTENT_TYPE, "application/json")
                .body(serde_json::to_vec(object)?)?;
            let answer = self.client.request(request).await;
            answer.with_context(|| format!("unable to POST {path}: {object}"))
        });
        let all = futures::stream::iter(requests).buffered(at_a_time).try_collect();
        self.runtime.block_on(all)
    }

    /// Replaces.
    pub(crate) fn put(&self, path: &str, object: &Value) -> anyhow::Result<Value> {
        self.send(&Method::PUT, path, object)
    }

    /// Changes these fields.
    pub(crate) fn patch(&self, path: &str, fields: &Value) -> anyhow::Result<Value> {
        self.send(&Method::PATCH, path, fields)
    }

    /// Applies it as `kubectl apply --server-side --validate=strict` does; what the server made of
    /// it.
    pub(crate) fn apply(&self, object: &Value) -> anyhow::Result<Value> {
        let path = path_of(object)?;
        self.patch(
            &format!("{path}?fieldManager=podaudit&force=true&fieldValidation=Strict"),
            object,
        )
    }

    /// Deletes.
    pub(crate) fn delete(&self, path: &str) -> anyhow::Result<Value> {
        self.send(&Method::DELETE, path, &Value::Null)
    }

    /// A new namespace, ready for pods: admission refuses them until the controller manager has
    /// made the `default` ServiceAccount.
    pub(crate) fn namespace(&self, name: &str) -> anyhow::Result<()> {
        self.post("/api/v1/namespaces", &json!({"metadata": {"name": name}}))?;
        let account = format!("/api/v1/namespaces/{name}/serviceaccounts/default");
        wait_for("the default ServiceAccount", || Ok(self.get(&account).ok())).map(drop)
    }

    /// A new ServiceAccount.
    pub(crate) fn service_account(
        &self,
        namespace: &str,
        name: &str,
        automount: Option<bool>,
    ) -> anyhow::Result<()> {
        let path = format!("/api/v1/namespaces/{namespace}/serviceaccounts");
        let account =
            json!({"metadata": {"name": name}, "automountServiceAccountToken": automount});
        self.post(&path, &account).map(drop)
    }

    /// A new pod; what admission made of it.
    pub(crate) fn pod(&self, namespace: &str, name: &str, spec: &Value) -> anyhow::Result<Value> {
        let pod = json!({"metadata": {"name": name}, "spec": spec});
        self.post(&format!("/api/v1/namespaces/{namespace}/pods"), &pod)
    }

    /// A real token of that ServiceAccount.
    pub(crate) fn token(&self, namespace: &str, account: &str) -> anyhow::Result<String> {
        let path = format!("/api/v1/namespaces/{namespace}/serviceaccounts/{account}/token");
        let answer = self.post(&path, &json!({"spec": {}}))?;
        let token = answer["status"]["token"].as_str();
        token.map(str::to_owned).context("no status.token in the TokenRequest's answer")
    }
}

/// Where the object lives: its kind's plural follows from English.
pub(crate) fn path_of(object: &Value) -> anyhow::Result<String> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let version = text(&object["apiVersion"]).context("no apiVersion")?;
    let kind = text(&object["kind"]).context("no kind")?.to_lowercase();
    let meta = &object["metadata"];
    let name = text(&meta["name"]).context("no name")?;
    let root = if version.contains('/') { "apis" } else { "api" };
    let namespace = text(&meta["namespace"]).map(|n| format!("/namespaces/{n}"));
    let plural = kind.strip_suffix('y').map_or(format!("{kind}s"), |stem| format!("{stem}ies"));
    Ok(format!("/{root}/{version}{}/{plural}/{name}", namespace.unwrap_or_default()))
}

/// Asks until there is an answer, or for so long that there will be none.
pub(crate) fn wait_for<T>(
    what: &str,
    ask: impl Fn() -> anyhow::Result<Option<T>>,
) -> anyhow::Result<T> {
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        if let Some(answer) = ask()? {
            return Ok(answer);
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    bail!("still waiting for {what} after {} s", PATIENCE.as_secs())
}
