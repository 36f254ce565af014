//! Kubeconfig files that differ from a good one in one point.

use std::io::Write;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::NamedTempFile;

/// A kubeconfig for this server with this token; its context is called `test`.
pub(crate) fn new(cluster: &Value, token: &str) -> anyhow::Result<NamedTempFile> {
    with_user(cluster, &json!({"token": token}))
}

/// A kubeconfig for this server with these credentials of its user; its context is called `test`.
pub(crate) fn with_user(cluster: &Value, user: &Value) -> anyhow::Result<NamedTempFile> {
    write(&json!({
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "test",
        "clusters": [{"name": "test", "cluster": cluster}],
        "users": [{"name": "test", "user": user}],
        "contexts": [{"name": "test", "context": {"cluster": "test", "user": "test"}}],
    }))
}

/// The cluster of that kubeconfig: server and CA.
pub(crate) fn cluster(kubeconfig: &Path) -> anyhow::Result<Value> {
    let mut file: Value = serde_saphyr::from_str(&std::fs::read_to_string(kubeconfig)?)?;
    Ok(file["clusters"][0]["cluster"].take())
}

/// A kubeconfig for the server of another one, with this token.
pub(crate) fn with_token(kubeconfig: &Path, token: &str) -> anyhow::Result<NamedTempFile> {
    new(&cluster(kubeconfig)?, token)
}

/// JSON is YAML.
fn write(config: &Value) -> anyhow::Result<NamedTempFile> {
    let mut file = NamedTempFile::new()?;
    file.write_all(&serde_json::to_vec(config)?)?;
    Ok(file)
}
