//! Five pods, and what podaudit says of them beside what the kernel says.

use std::process::Command;

use anyhow::Context;
use serde_json::{Value, json};

use super::{Cluster, Image, NodeTest, kernel};
use crate::support::{Outcome, ensure};

pub(super) fn tests() -> Vec<NodeTest> {
    vec![
        NodeTest::new("plain", plain),
        NodeTest::new("user_of_the_image", user_of_the_image),
        NodeTest::new("hardened", hardened),
        NodeTest::new("privileged", privileged),
        NodeTest::new("refused_by_the_kubelet", refused),
        NodeTest::new("exec_through_the_api", exec).with_program("kubectl"),
    ]
}

/// A pod of one container `c`.
fn pod(image: &str, pod: &Value, container: &Value) -> Value {
    let mut spec = json!({"containers": [{"name": "c", "image": image}]});
    for (at, more) in [("", pod), ("/containers/0", container)] {
        if let (Some(fields), Some(more)) =
            (spec.pointer_mut(at).and_then(Value::as_object_mut), more.as_object())
        {
            fields.extend(more.clone());
        }
    }
    spec
}

/// Container `c` of a pod as podaudit and the probe describe it.
struct Comparison {
    explained: Value,
    probe: Value,
    /// All capabilities that the node may have.
    all: Value,
}

impl Comparison {
    fn run(cluster: &Cluster, name: &str, spec: &Value) -> anyhow::Result<Self> {
        cluster.api().pod("default", name, spec)?;
        cluster.settled("default", name)?;
        let probe = cluster.probe("default", name, "c")?;
        let explained = explain(cluster, name)?;
        let probe_of_the_node = cluster.on_node(1).args(["probe", "once"]).output()?;
        let node: Value = serde_json::from_slice(&probe_of_the_node.stdout)?;
        Ok(Self { explained, probe, all: node["capabilities"]["bounding"].clone() })
    }

    fn fact(&self, id: &str) -> anyhow::Result<&str> {
        let facts = self.explained["groups"][0]["containers"][0]["facts"].as_array();
        let fact = facts.into_iter().flatten().find(|fact| fact["id"] == id);
        let value = fact.with_context(|| format!("no fact {id}"))?["value"].as_str();
        value.with_context(|| format!("{id} is unknown"))
    }

    /// Checks that a fact is known and what the kernel says.
    fn agrees(&self, id: &str, kernel: &str) -> Outcome {
        let podaudit = self.fact(id)?;
        ensure!(podaudit == kernel, "{id}: podaudit says {podaudit:?}, the kernel {kernel:?}");
        Ok(())
    }

    /// Checks the facts that every running container has.
    fn check(&self) -> Outcome {
        self.agrees("user", &identity("uid", &self.probe["uids"][1]))?;
        self.agrees("group", &identity("gid", &self.probe["gids"][1]))?;
        for (fact, set) in [("capabilities", "effective"), ("capabilities-bounding", "bounding")] {
            self.agrees(fact, &kernel::capabilities(&self.probe["capabilities"][set], &self.all)?)?;
        }
        let barred = self.fact("no-new-privs")?.starts_with("barred");
        ensure!(barred == (self.probe["noNewPrivs"] == 1), "no_new_privs: {barred}");
        let writable = self.fact("root-filesystem")? == "writable";
        let root =
            self.probe["mounts"].as_array().and_then(|m| m.iter().find(|m| m["path"] == "/"));
        let options = root.context("no root")?["options"].as_str().context("no options")?;
        ensure!(writable == options.starts_with("rw"), "the root is {options}");
        let files = self.probe["files"].as_array().context("no files")?;
        let tokens: Vec<_> = files
            .iter()
            .filter(|file| file["token"] == true)
            .filter_map(|file| file["path"].as_str())
            .collect();
        let token = match &*tokens {
            [] => "none".to_owned(),
            [path] => format!("readable at {path}"),
            more => format!("several: {more:?}"),
        };
        self.agrees("token", &token)
    }
}

/// A user or group as podaudit names it.
fn identity(kind: &str, id: &Value) -> String {
    if id == 0 { format!("root ({kind} 0)") } else { format!("{kind} {id}") }
}

fn explain(cluster: &Cluster, name: &str) -> anyhow::Result<Value> {
    let run =
        cluster.podaudit(&["explain", &format!("pod/{name}"), "-n", "default", "-o", "json"])?;
    ensure!(run.code == 0, "exit code {}: {}", run.code, run.stderr);
    Ok(serde_json::from_str(&run.stdout)?)
}

fn plain(cluster: &Cluster) -> Outcome {
    let pod = Comparison::run(cluster, "plain", &pod(Image::PROBE, &json!({}), &json!({})))?;
    pod.check()?;
    ensure!(pod.probe["uids"] == json!([0, 0, 0, 0]), "not root: {}", pod.probe["uids"]);
    ensure!(pod.probe["pid"] == 1, "not the first process: {}", pod.probe["pid"]);
    pod.agrees("proc-mount", "masked: the dangerous paths are hidden or read-only")?;
    // Not every kernel has every path; every one has this.
    let masks = &pod.probe["masks"];
    ensure!(masks["/proc/timer_list"]["state"] == "masked", "{masks}");
    Ok(())
}

fn user_of_the_image(cluster: &Cluster) -> Outcome {
    let image = Image::named("podaudit.test/user-1000:1").with("user", "1000");
    cluster.import(&image)?;
    let pod =
        Comparison::run(cluster, "user-of-the-image", &pod(image.name(), &json!({}), &json!({})))?;
    pod.check()?;
    pod.agrees("user", "uid 1000")
}

fn hardened(cluster: &Cluster) -> Outcome {
    let security = json!({
        "runAsNonRoot": true, "runAsUser": 65532, "runAsGroup": 65532,
        "allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true,
        "capabilities": {"drop": ["ALL"]}, "seccompProfile": {"type": "RuntimeDefault"},
    });
    let spec = pod(
        Image::PROBE,
        &json!({"automountServiceAccountToken": false}),
        &json!({"securityContext": security}),
    );
    let pod = Comparison::run(cluster, "hardened", &spec)?;
    pod.check()?;
    pod.agrees("seccomp", "RuntimeDefault")?;
    ensure!(pod.probe["seccomp"] == 2, "no filter: {}", pod.probe["seccomp"]);
    ensure!(pod.probe["noNewPrivs"] == 1, "no_new_privs is not set");
    pod.agrees("token", "none")
}

fn privileged(cluster: &Cluster) -> Outcome {
    let spec = pod(
        Image::PROBE,
        &json!({"hostPID": true}),
        &json!({"securityContext": {"privileged": true}}),
    );
    let pod = Comparison::run(cluster, "privileged", &spec)?;
    pod.check()?;
    pod.agrees("capabilities", "ALL")?;
    pod.agrees("seccomp", "Unconfined")?;
    ensure!(pod.probe["seccomp"] == 0, "a filter: {}", pod.probe["seccomp"]);
    // The node's processes are its neighbours, and their files are open to it.
    let processes = pod.probe["processes"].as_array().context("no processes")?;
    let kubelet = processes.iter().find(|process| process["name"] == "kubelet");
    let kubelet = kubelet.context("it does not see the kubelet")?;
    ensure!(kubelet["rootReadable"] == true, "the node's files are closed: {kubelet}");
    Ok(())
}

/// An image without USER is root's, which `runAsNonRoot` forbids.
fn refused(cluster: &Cluster) -> Outcome {
    let security = json!({"securityContext": {"runAsNonRoot": true}});
    let spec = pod(Image::PROBE, &security, &json!({}));
    cluster.api().pod("default", "refused", &spec)?;
    let pod = cluster.settled("default", "refused")?;
    let waiting = &pod["status"]["containerStatuses"][0]["state"]["waiting"];
    ensure!(waiting["reason"] == "CreateContainerConfigError", "{waiting}");
    let explained = explain(cluster, "refused")?;
    let facts = explained["groups"][0]["containers"][0]["facts"].as_array().context("no facts")?;
    let user = facts.iter().find(|fact| fact["id"] == "user").context("no user")?;
    ensure!(user["value"] != "root (uid 0)", "it does not run, and not as root: {user}");
    Ok(())
}

fn exec(cluster: &Cluster) -> Outcome {
    cluster.api().pod("default", "exec", &pod(Image::PROBE, &json!({}), &json!({})))?;
    cluster.settled("default", "exec")?;
    let run = Command::new("kubectl")
        .arg("--kubeconfig")
        .arg(cluster.kubeconfig())
        .args(["exec", "exec", "--", "cat", "/etc/passwd"])
        .output()?;
    let printed = String::from_utf8_lossy(&run.stdout);
    let stderr = String::from_utf8_lossy(&run.stderr);
    ensure!(printed.contains("app:x:1000:1000"), "kubectl exec: {printed}{stderr}");
    Ok(())
}
