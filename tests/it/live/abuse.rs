//! Control planes of their own, for what no other test should share: history that is compacted in
//! the middle of a list, and a server with too little room for requests.

use std::cell::Cell;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::Context;
use podaudit::cluster::{ConnectOptions, ScanScope, collect, connect};
use podaudit::inventory::{Coverage, CoverageState, Inventory, Resource};
use serde_json::{Value, json};

use super::Live;
use crate::support::lab::ControlPlane;
use crate::support::{Outcome, ensure};

pub(super) fn tests() -> Vec<Live> {
    vec![
        Live::new(history_is_compacted),
        Live::new(objects_come_and_go),
        Live::new(api_server_is_killed),
        Live::new(one_request_at_a_time),
    ]
}

/// More than two pages, so that one is asked for after the first has been read.
const COUNT: usize = 1_600;

fn fill(control_plane: &ControlPlane, namespace: &str) -> Outcome {
    fill_with(control_plane, namespace, "")
}

fn fill_with(control_plane: &ControlPlane, namespace: &str, note: &str) -> Outcome {
    let api = control_plane.api();
    api.namespace(namespace)?;
    let path = format!("/api/v1/namespaces/{namespace}/serviceaccounts");
    let account = |n: usize| {
        let annotations = json!({"note": note});
        json!({"metadata": {"name": format!("account-{n:04}"), "annotations": annotations}})
    };
    api.post_all(&path, &(0..COUNT).map(account).collect::<Vec<_>>(), 8).map(drop)
}

/// Reads the ServiceAccounts of one namespace; `first` runs once, after the first page.
fn read(
    control_plane: &ControlPlane,
    namespace: &str,
    user: Option<&str>,
    first: impl Fn() -> Outcome + Sync,
) -> anyhow::Result<(Coverage, Vec<String>)> {
    let scope = ScanScope {
        namespaces: vec![namespace.to_owned()],
        resources: vec![Resource::ServiceAccounts],
        ..ScanScope::default()
    };
    let inventory = read_scope(control_plane, &scope, user, (1, first))?;
    let record = inventory.coverage(Resource::ServiceAccounts);
    let names = inventory.service_accounts.into_keys().map(|(_, name)| name).collect();
    Ok((record, names))
}

/// Reads what is in the scope; something happens once, after so many pages.
pub(super) fn read_scope(
    control_plane: &ControlPlane,
    scope: &ScanScope,
    user: Option<&str>,
    (pages, happens): (u32, impl Fn() -> Outcome + Sync),
) -> anyhow::Result<Inventory> {
    let options = ConnectOptions {
        kubeconfig: Some(control_plane.kubeconfig()),
        impersonate: user.map(str::to_owned),
        request_timeout: Some(Duration::from_mins(1)),
        ..ConnectOptions::default()
    };
    let (found, happened) = (Cell::new(0), Cell::new(None));
    let progress = |_, _| {
        found.set(found.get() + 1);
        if found.get() == pages {
            // A client that blocks may not run on a thread of this one's.
            let outcome = std::thread::scope(|scope| scope.spawn(&happens).join());
            happened.set(outcome.ok());
        }
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let (inventory, _) = runtime.block_on(async {
        let connection = connect(&options).await?;
        collect(&connection, scope, progress, std::future::pending()).await
    })?;
    happened.take().context("so many pages were not read")??;
    Ok(inventory)
}

/// etcd forgets the revision that the list began at. Without its cache the server has to ask etcd,
/// and answers 410 with a token to go on.
fn history_is_compacted(_: &ControlPlane) -> Outcome {
    let control_plane = ControlPlane::start("--watch-cache=false")?;
    fill(&control_plane, "compacted")?;
    let (record, names) =
        read(&control_plane, "compacted", None, || forget_history(&control_plane))?;
    ensure!(record.state == CoverageState::Complete && record.error.is_none(), "{record:?}");
    ensure!(!record.consistent && record.retries == 1, "no 410: {record:?}");
    ensure!(names.len() == COUNT + 1, "{} of {} ServiceAccounts", names.len(), COUNT + 1);
    Ok(())
}

/// The API server dies after the first page, with the request for the second, and comes back.
fn api_server_is_killed(_: &ControlPlane) -> Outcome {
    let control_plane = ControlPlane::start("")?;
    // Pages of 5 MB: more than what a connection holds that nobody reads from.
    fill_with(&control_plane, "killed", &"x".repeat(10_000))?;
    let restart = || control_plane.restart_api_server();
    let (record, names) = read(&control_plane, "killed", None, restart)?;
    ensure!(record.state == CoverageState::Complete && record.error.is_none(), "{record:?}");
    ensure!(record.retries > 0, "nobody noticed: {record:?}");
    ensure!(names.len() == COUNT + 1, "{} of {} ServiceAccounts", names.len(), COUNT + 1);
    Ok(())
}

/// Makes etcd forget all revisions but the newest.
pub(super) fn forget_history(control_plane: &ControlPlane) -> Outcome {
    let later = json!({"metadata": {"name": "later"}});
    let later = control_plane.api().post("/api/v1/namespaces/default/configmaps", &later)?;
    let revision = &later["metadata"]["resourceVersion"];
    etcd(control_plane, "/v3/kv/compaction", &json!({"revision": revision})).map(drop)
}

/// One call of etcd's JSON gateway.
fn etcd(control_plane: &ControlPlane, path: &str, body: &Value) -> anyhow::Result<String> {
    let url = control_plane.etcd()?;
    let host = url.strip_prefix("http://").context("not http")?;
    let mut stream = TcpStream::connect(host)?;
    let body = body.to_string();
    write!(stream, "POST {path} HTTP/1.0\r\nContent-Length: {}\r\n\r\n{body}", body.len())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    ensure!(answer.contains(" 200 "), "etcd: {answer}");
    Ok(answer)
}

/// Objects are deleted and created between two pages: what was there all the time is read once.
fn objects_come_and_go(control_plane: &ControlPlane) -> Outcome {
    fill(control_plane, "churn")?;
    let path = "/api/v1/namespaces/churn/serviceaccounts";
    let (record, names) = read(control_plane, "churn", None, || {
        for number in [0, 1_599, 800] {
            control_plane.api().delete(&format!("{path}/account-{number:04}"))?;
        }
        for name in ["aaa-first", "zzz-last"] {
            control_plane.api().service_account("churn", name, None)?;
        }
        Ok(())
    })?;
    ensure!(record.state == CoverageState::Complete && record.consistent, "{record:?}");
    let stable = |n: &usize| ![0, 1_599, 800].contains(n);
    for name in (0..COUNT).filter(stable).map(|n| format!("account-{n:04}")) {
        ensure!(names.iter().filter(|read| **read == name).count() == 1, "{name}");
    }
    Ok(())
}

/// A server that takes one request at a time, from anybody but an administrator, and refuses the
/// others: the two that podaudit sends side by side are one too many.
fn one_request_at_a_time(_: &ControlPlane) -> Outcome {
    const ONE: &str = "--enable-priority-and-fairness=false --max-requests-inflight=1";
    let control_plane = ControlPlane::start(ONE)?;
    fill(&control_plane, "crowded")?;
    let binding = json!({
        "metadata": {"name": "reader"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view"},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "reader"}],
    });
    let bindings = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings";
    control_plane.api().post(bindings, &binding)?;
    let mut refused = 0;
    for _ in 0..30 {
        let (record, names) = read(&control_plane, "crowded", Some("reader"), || Ok(()))?;
        ensure!(record.state == CoverageState::Complete && record.error.is_none(), "{record:?}");
        ensure!(names.len() == COUNT + 1, "{} of {} ServiceAccounts", names.len(), COUNT + 1);
        refused += record.retries;
        if refused > 0 {
            return Ok(());
        }
    }
    anyhow::bail!("never refused")
}
