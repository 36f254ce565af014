//! Runs many pods at once, and collects what the probe in each of their containers printed.

use std::collections::BTreeMap;

use anyhow::Context;
use serde_json::{Value, json};

use crate::node::Cluster;
use crate::node::cluster::is_settled;
use crate::support::api::wait_for;
use crate::support::ensure;

/// Where the pods are.
pub(super) const NAMESPACE: &str = "oracle";
const PODS: &str = "/api/v1/namespaces/oracle/pods";

/// What the kernel says of one container's processes.
#[derive(Debug)]
pub(super) struct Seen {
    /// Of its first process.
    pub(super) first: Value,
    /// Of a child of the first process that runs a program that root has made setuid.
    pub(super) setuid: Value,
}

/// A pod that the API server has accepted.
#[derive(Debug)]
pub(super) struct Ran {
    /// As it was asked for, with the ephemeral containers that were added.
    pub(super) spec: Value,
    /// As the API server has it in the end.
    pub(super) stored: Value,
    /// Those of its containers that started, by name.
    pub(super) seen: BTreeMap<String, Seen>,
}

impl Ran {
    /// Its name, which no other pod of this process had.
    pub(super) fn name(&self) -> &str {
        self.stored["metadata"]["name"].as_str().unwrap_or_default()
    }

    /// What it was before the API server saw it.
    pub(super) fn manifest(&self) -> Value {
        let metadata = json!({"name": self.name(), "namespace": NAMESPACE});
        json!({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": self.spec})
    }
}

/// Runs these pods, and takes them away again. What the API server refuses is not in the answer.
///
/// # Errors
/// If the cluster cannot be asked, or a probe that runs prints nothing.
pub(super) fn run(cluster: &Cluster, prefix: &str, specs: &[Value]) -> anyhow::Result<Vec<Ran>> {
    let mut asked = BTreeMap::new();
    for (index, spec) in specs.iter().enumerate() {
        let name = format!("{prefix}-{index}");
        let mut first = spec.clone();
        first.as_object_mut().context("no spec")?.remove("ephemeralContainers");
        if cluster.api().pod(NAMESPACE, &name, &first).is_ok() {
            asked.insert(name, spec.clone());
        }
    }
    settled(cluster, &asked, is_over);
    for (name, spec) in &mut asked {
        let ephemeral = spec["ephemeralContainers"].clone();
        let path = format!("{PODS}/{name}/ephemeralcontainers");
        let debugged = json!({"spec": {"ephemeralContainers": ephemeral}});
        if ephemeral.is_array() && cluster.api().patch(&path, &debugged).is_err() {
            spec.as_object_mut().context("no spec")?.remove("ephemeralContainers");
        }
    }
    let pods = settled(cluster, &asked, |pod| is_over(pod) && has_debuggers(pod));
    let mut seen = wait_for("the probes", || {
        let seen = read_logs(cluster, prefix)?;
        let has_printed = |(pod, container): &(String, String)| {
            seen.get(pod).is_some_and(|containers| containers.contains_key(container))
        };
        Ok(pods.iter().flat_map(started).all(|place| has_printed(&place)).then_some(seen))
    })?;
    cluster.api().delete(&format!("{PODS}?gracePeriodSeconds=1"))?;
    let ran = pods.into_iter().filter_map(|stored| {
        let name = stored["metadata"]["name"].as_str()?;
        let (spec, seen) = (asked.remove(name)?, seen.remove(name).unwrap_or_default());
        Some(Ran { spec, stored, seen })
    });
    Ok(ran.collect())
}

/// The pods once all of them satisfy the predicate, or nothing has changed for a minute: one whose
/// sandbox the runtime refuses waits for ever.
fn settled(
    cluster: &Cluster,
    asked: &BTreeMap<String, Value>,
    is_settled: impl Fn(&Value) -> bool,
) -> Vec<Value> {
    let mut settled = 0;
    let mut pods = Vec::new();
    while settled < asked.len() {
        let more = wait_for("pods to settle", || {
            let mut list = cluster.api().get(PODS)?;
            let mut all: Vec<_> =
                list["items"].as_array_mut().context("no items")?.drain(..).collect();
            all.retain(|pod| {
                pod["metadata"]["name"].as_str().is_some_and(|name| asked.contains_key(name))
            });
            ensure!(all.len() == asked.len(), "{} of {} pods are there", all.len(), asked.len());
            let count = all.iter().filter(|pod| is_settled(pod)).count();
            Ok((count > settled).then_some((count, all)))
        });
        let Ok((count, all)) = more else {
            for pod in pods.iter().filter(|pod| !is_settled(pod)) {
                super::log(&format!("does not settle: {}", pod["spec"]));
            }
            break;
        };
        (settled, pods) = (count, all);
    }
    pods
}

fn is_over(pod: &Value) -> bool {
    is_settled(&pod["status"]) || pod["status"]["phase"] == "Failed"
}

fn statuses<'a>(pod: &'a Value, kind: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    pod["status"][kind].as_array().into_iter().flatten()
}

/// Whether every ephemeral container has started or will not.
fn has_debuggers(pod: &Value) -> bool {
    let asked = pod["spec"]["ephemeralContainers"].as_array().map_or(0, Vec::len);
    let is_over = |status: &&Value| {
        let reason = status["state"]["waiting"]["reason"].as_str();
        reason != Some("ContainerCreating") && reason != Some("PodInitializing")
    };
    statuses(pod, "ephemeralContainerStatuses").filter(is_over).count() == asked
        || pod["status"]["phase"] != "Running"
}

/// Pod and container of those that run or have ended well.
fn started(pod: &Value) -> Vec<(String, String)> {
    let kinds = ["initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses"];
    let name = |value: &Value| value["name"].as_str().unwrap_or_default().to_owned();
    let has_started = |status: &&Value| {
        status["state"]["running"].is_object() || status["state"]["terminated"]["exitCode"] == 0
    };
    let all = kinds.into_iter().flat_map(|kind| statuses(pod, kind)).filter(has_started);
    all.map(|status| (name(&pod["metadata"]), name(status))).collect()
}

/// What all containers of these pods have printed, from the node's files: one command is cheaper
/// than a request for each.
fn read_logs(
    cluster: &Cluster,
    prefix: &str,
) -> anyhow::Result<BTreeMap<String, BTreeMap<String, Seen>>> {
    let script = format!(
        "cd /var/log/pods && for log in {NAMESPACE}_{prefix}-*/*/*.log; do \
         echo \"== $log\"; cat \"$log\" 2>/dev/null; done"
    );
    let run = cluster.on_node(1).args(["sh", "-c", &script]).output()?;
    ensure!(run.status.success(), "unable to read logs: {}", String::from_utf8_lossy(&run.stderr));
    let text = String::from_utf8(run.stdout)?;
    let mut pods = BTreeMap::<_, BTreeMap<_, _>>::new();
    for log in text.split("== ").skip(1) {
        let (path, content) = log.split_once('\n').context("no path")?;
        // NAMESPACE_POD_UID/CONTAINER/RESTARTS.log
        let mut names = path.split(['_', '/']);
        let (Some(pod), Some(container)) = (names.nth(1), names.nth(1)) else { continue };
        if let Some(seen) = parse(content) {
            pods.entry(pod.to_owned()).or_default().insert(container.to_owned(), seen);
        }
    }
    Ok(pods)
}

/// The two lines of a container's probe, once both are complete. The runtime's format is
/// `TIME STREAM F|P TEXT`; after P the line goes on.
fn parse(log: &str) -> Option<Seen> {
    let mut text = String::new();
    for line in log.lines() {
        let mut fields = line.splitn(4, ' ').skip(2);
        let (tag, content) = (fields.next()?, fields.next().unwrap_or_default());
        text.push_str(content);
        if tag == "F" {
            text.push('\n');
        }
    }
    let mut lines = text.lines().filter_map(|line| serde_json::from_str(line).ok());
    let (setuid, first) = (lines.next()?, lines.next()?);
    Some(Seen { first, setuid })
}
