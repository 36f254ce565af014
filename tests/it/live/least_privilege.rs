//! The rights in `deploy/base/clusterrole.yaml` are enough for a complete scan, and each of them is
//! needed: without it the scan says that it is incomplete, and nothing passes for lack of data.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Context;
use podaudit::inventory::Resource;
use podaudit::rules;
use serde_json::{Value, json};

use super::{Live, scan};
use crate::support::api::{Api, wait_for};
use crate::support::kubeconfig;
use crate::support::lab::ControlPlane;
use crate::support::program::{Program, Run};
use crate::support::{Outcome, ensure};

pub(super) fn tests() -> Vec<Live> {
    let denied = Resource::AUDIT.into_iter().map(|resource| {
        Live::named(
            &format!("least_privilege::without_{}", resource.plural()),
            move |control_plane| without(control_plane, resource),
        )
    });
    denied
        .chain([Live::new(cluster_role_is_enough), Live::new(none), Live::new(unknown_namespace)])
        .collect()
}

/// The `ClusterRole` as shipped, under another name.
fn cluster_role(name: &str) -> anyhow::Result<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/base/clusterrole.yaml");
    let text = std::fs::read_to_string(path)?;
    let mut role: Value = serde_saphyr::from_str(&text)?;
    role["metadata"]["name"] = name.into();
    Ok(role)
}

/// The role and the table of what is read say the same, word for word.
pub(super) fn role_is_what_is_read() -> Outcome {
    let role = cluster_role("podaudit")?;
    let mut granted = BTreeSet::new();
    for rule in role["rules"].as_array().context("no rules in the role")? {
        ensure!(rule["verbs"] == json!(["list"]), "more than list: {rule}");
        for group in rule["apiGroups"].as_array().into_iter().flatten() {
            for resource in rule["resources"].as_array().into_iter().flatten() {
                granted.insert((group.as_str(), resource.as_str()));
            }
        }
    }
    let read: BTreeSet<_> =
        Resource::AUDIT.iter().map(|r| (Some(r.group()), Some(r.plural()))).collect();
    ensure!(granted == read, "the role grants {granted:?}, and {read:?} is read");
    Ok(())
}

/// Pods whose verdicts depend on more than the pod: on their ServiceAccount, Namespace, node.
fn populate(api: &Api, namespace: &str) -> Outcome {
    api.namespace(namespace)?;
    let labels = json!({"pod-security.kubernetes.io/enforce": "baseline"});
    let fields = json!({"metadata": {"labels": labels}});
    api.patch(&format!("/api/v1/namespaces/{namespace}"), &fields)?;
    api.service_account(namespace, "silent", Some(false))?;
    let inherits = json!({
        "serviceAccountName": "silent",
        "containers": [{"name": "app", "image": "app"}],
    });
    api.pod(namespace, "inherits", &inherits)?;
    // On CRI-O nothing is left of these; containerd would have kept five.
    let dropped = [
        "CHOWN",
        "DAC_OVERRIDE",
        "FSETID",
        "FOWNER",
        "SETGID",
        "SETUID",
        "SETPCAP",
        "NET_BIND_SERVICE",
        "KILL",
    ];
    let on_node = json!({
        "nodeName": "node-crio",
        "containers": [{
            "name": "app", "image": "app", "securityContext": {"capabilities": {"drop": dropped}},
        }],
    });
    api.pod(namespace, "on-node", &on_node)?;
    let rbac = format!("/apis/rbac.authorization.k8s.io/v1/namespaces/{namespace}");
    let rules = json!([{"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get"]}]);
    api.post(&format!("{rbac}/roles"), &json!({"metadata": {"name": "silent"}, "rules": rules}))?;
    let binding = json!({
        "metadata": {"name": "silent"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "silent"},
        "subjects": [{"kind": "ServiceAccount", "name": "silent"}],
    });
    api.post(&format!("{rbac}/rolebindings"), &binding)?;
    Ok(())
}

/// Scans the cluster as a new ServiceAccount with this role.
fn scan_as(control_plane: &ControlPlane, namespace: &str, role: &Value) -> anyhow::Result<Run> {
    let api = control_plane.api();
    populate(api, namespace)?;
    api.service_account(namespace, "podaudit", None)?;
    let rbac = "/apis/rbac.authorization.k8s.io/v1";
    api.post(&format!("{rbac}/clusterroles"), role)?;
    let binding = json!({
        "metadata": {"name": namespace},
        "roleRef": {
            "apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole",
            "name": role["metadata"]["name"],
        },
        "subjects": [{"kind": "ServiceAccount", "namespace": namespace, "name": "podaudit"}],
    });
    api.post(&format!("{rbac}/clusterrolebindings"), &binding)?;
    settle(api, namespace, role)?;
    let token = api.token(namespace, "podaudit")?;
    let file = kubeconfig::with_token(&control_plane.kubeconfig(), &token)?;
    let run = Program::new(["-A", "-o", "json", "--show", "all"])?
        .env("KUBECONFIG", file.path())
        .run()?;
    run.assert_silent_about(&token)?;
    Ok(run)
}

/// Waits until the authorizer has seen the role: until each of its rights is granted. It never
/// grants Secrets.
fn settle(api: &Api, namespace: &str, role: &Value) -> Outcome {
    let may_list = |group: &Value, resource: &Value| {
        let attributes = json!({"verb": "list", "group": group, "resource": resource});
        let user = format!("system:serviceaccount:{namespace}:podaudit");
        let review = json!({"spec": {"user": user, "resourceAttributes": attributes}});
        let answer = api.post("/apis/authorization.k8s.io/v1/subjectaccessreviews", &review)?;
        anyhow::Ok(answer["status"]["allowed"] == true)
    };
    for rule in role["rules"].as_array().context("no rules in the role")? {
        for resource in rule["resources"].as_array().into_iter().flatten() {
            wait_for("the authorizer to see the role", || {
                Ok(may_list(&rule["apiGroups"][0], resource)?.then_some(()))
            })?;
        }
    }
    ensure!(!may_list(&json!(""), &json!("secrets"))?, "the role grants Secrets");
    Ok(())
}

fn cluster_role_is_enough(control_plane: &ControlPlane) -> Outcome {
    let run = scan_as(control_plane, "rights-all", &cluster_role("rights-all")?)?;
    let report = run.report(0)?.within("rights-all");
    report.assert_complete()?;
    let declared = report.finding("token-declared-not-actual", "inherits", Some("app"));
    ensure!(declared?["verdict"] == "pass");
    Ok(())
}

fn without(control_plane: &ControlPlane, resource: Resource) -> Outcome {
    let word = resource.plural();
    let namespace = format!("rights-without-{word}");
    let mut role = cluster_role(&namespace)?;
    for rule in role["rules"].as_array_mut().context("no rules")? {
        rule["resources"].as_array_mut().context("no resources")?.retain(|r| r != word);
    }
    role["rules"].as_array_mut().context("no rules")?.retain(|r| r["resources"] != json!([]));
    let run = scan_as(control_plane, &namespace, &role)?;
    let report = run.report(3)?.within(&namespace);
    run.assert_stderr(&[word])?;

    for other in Resource::AUDIT {
        let record = report.coverage(other.plural())?;
        let want = if other == resource { "incomplete" } else { "complete" };
        ensure!(record["state"] == want, "{other:?} is to be {want}: {record}");
    }
    let record = report.coverage(word)?;
    let error = record["error"].as_str().context("no error in the coverage")?;
    ensure!(error.contains(word), "the error does not name {word}: {error}");
    for rule in rules::ALL.iter().filter(|rule| rule.reads.contains(&resource)) {
        let listed = record["notEvaluated"].as_array().is_some_and(|r| r.contains(&json!(rule.id)));
        ensure!(listed, "{} reads {word}, and is not in notEvaluated: {record}", rule.id);
    }

    let everything = Program::new(["-A", "-o", "json", "--show", "all"])?
        .env("KUBECONFIG", control_plane.kubeconfig())
        .run()?
        .report(0)?
        .within(&namespace);
    let (partial, full) = (report.passes(), everything.passes());
    ensure!(!full.is_empty(), "nothing passes even with all rights");
    let gained: Vec<_> = partial.difference(&full).collect();
    ensure!(gained.is_empty(), "passes only because {word} could not be listed: {gained:?}");
    // What rests on this kind has to move, or the comparison above compares nothing.
    let lost =
        |rule: &str| full.iter().any(|k| k.0 == rule) && !partial.iter().any(|k| k.0 == rule);
    match resource {
        Resource::Pods => ensure!(lost("privileged")),
        Resource::ServiceAccounts => ensure!(lost("service-account-automount")),
        Resource::Nodes => ensure!(lost("capabilities-not-dropped")),
        Resource::Namespaces => {
            ensure!(lost("namespace-not-enforced") && lost("pod-violates-enforced-level"));
        }
        Resource::Roles => ensure!(lost("dangling-binding")),
        Resource::ClusterRoles | Resource::RoleBindings | Resource::ClusterRoleBindings => {
            ensure!(lost("service-account-overprivileged"));
        }
        Resource::ReplicaSets | Resource::Jobs | Resource::Secrets => {}
    }
    Ok(())
}

/// No right at all is one error a kind, not a clean cluster.
fn none(control_plane: &ControlPlane) -> Outcome {
    let run = Program::new(["--context", "nobody", "-A", "-o", "json", "--show", "all"])?
        .env("KUBECONFIG", control_plane.kubeconfig())
        .run()?;
    let report = run.report(3)?;
    ensure!(report.findings().is_empty(), "findings about nothing");
    for resource in Resource::AUDIT {
        let record = report.coverage(resource.plural())?;
        ensure!(record["state"] == "incomplete", "{record}");
    }
    Ok(())
}

/// A slip of the pen in `-n` is not an empty, clean namespace.
fn unknown_namespace(control_plane: &ControlPlane) -> Outcome {
    let run = scan(control_plane, &["-n", "no-such-namespace"])?;
    let report = run.report(3)?;
    run.assert_stderr(&["no-such-namespace"])?;
    ensure!(report.findings().is_empty(), "findings about nothing");
    Ok(())
}
