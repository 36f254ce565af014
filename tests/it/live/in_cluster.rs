//! podaudit where it runs every night: the shipped manifests on a real API server, the pod that
//! its controllers make of them, and the very binary with that pod's token, files and limits.

use anyhow::Context;
use podaudit::inventory::Resource;
use serde_json::{Value, json};

use super::Live;
use super::installed::{Installed, helm, install};
use crate::deploy;
use crate::support::api::{Api, wait_for};
use crate::support::lab::ControlPlane;
use crate::support::{Outcome, ensure};

pub(super) fn tests() -> Vec<Live> {
    vec![Live::new(base), Live::new(chart), Live::new(chart_with_roles)]
}

/// Sets the rules of the `ClusterRole`, and waits until the authorizer answers by them.
fn grant(api: &Api, role: &Value, account: &str, resource: Resource, allowed: bool) -> Outcome {
    api.apply(role)?;
    let group = resource.api_version().split_once('/').map_or("", |(group, _)| group);
    let attributes = json!({"verb": "list", "group": group, "resource": resource.plural()});
    let review = json!({"spec": {"user": account, "resourceAttributes": attributes}});
    wait_for("the authorizer to see the role", || {
        let answer = api.post("/apis/authorization.k8s.io/v1/subjectaccessreviews", &review)?;
        Ok((answer["status"]["allowed"] == allowed).then_some(()))
    })
}

/// `kubectl apply -k deploy/base`, a scan, and a scan without each of the rights.
fn base(control_plane: &ControlPlane) -> Outcome {
    let api = control_plane.api();
    let objects = deploy::objects(&deploy::kustomize("base")?)?;
    for object in &objects {
        api.apply(object)?;
    }
    let installed = Installed::start(control_plane, "podaudit", "podaudit")?;
    let role = objects.iter().find(|object| object["kind"] == "ClusterRole").context("no role")?;
    let account = "system:serviceaccount:podaudit:podaudit";
    grant(api, role, account, Resource::Pods, true)?;
    let (_, report) = installed.scan(0)?;
    report.assert_complete()?;
    ensure!(report.0["cluster"]["name"] == "in-cluster", "{}", report.0["cluster"]);
    // Its own audit, after admission: the token that it needs, and the ServiceAccount that every
    // namespace has.
    let report = report.within("podaudit");
    let open =
        report.findings().iter().filter(|f| f["verdict"] == "fail" || f["verdict"] == "unknown");
    let open: Vec<_> = open.map(|f| (&f["rule"], &f["object"]["name"])).collect();
    let want = [
        (&json!("token-mounted"), &installed.pod()["metadata"]["name"]),
        (&json!("service-account-automount"), &json!("default")),
    ];
    ensure!(open == want, "{open:?}");

    for resource in Resource::AUDIT {
        let mut less = role.clone();
        let rules = less["rules"].as_array_mut().context("no rules")?;
        for rule in rules.iter_mut() {
            let names = rule["resources"].as_array_mut().context("no resources")?;
            names.retain(|name| name != resource.plural());
        }
        rules.retain(|rule| rule["resources"] != json!([]));
        grant(api, &less, account, resource, false)?;
        let (run, report) = installed.scan(3)?;
        run.assert_stderr(&[resource.plural()])?;
        for other in Resource::AUDIT {
            let want = if other == resource { "incomplete" } else { "complete" };
            let record = report.coverage(other.plural())?;
            ensure!(record["state"] == want, "{other:?} is to be {want}: {record}");
        }
        grant(api, role, account, resource, true)?;
    }
    installed.scan(0)?.1.assert_complete()
}

/// `helm install` into a namespace that is not there yet, a scan, and `helm uninstall`.
fn chart(control_plane: &ControlPlane) -> Outcome {
    let (api, name) = (control_plane.api(), "podaudit-by-helm");
    let said = install(control_plane, name, &[])?;
    ensure!(said.contains("No image yet"), "the notes do not tell of the image: {said}");
    let namespace = api.get(&format!("/api/v1/namespaces/{name}"))?;
    let enforced = &namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"];
    ensure!(enforced == "restricted", "{namespace}");

    let installed = Installed::start(control_plane, name, name)?;
    let account = format!("system:serviceaccount:{name}:{name}");
    let role = deploy::objects(&deploy::kustomize("base")?)?;
    let mut role = role.into_iter().find(|o| o["kind"] == "ClusterRole").context("no role")?;
    role["metadata"]["name"] = name.into();
    grant(api, &role, &account, Resource::Pods, true)?;
    installed.scan(0)?.1.assert_complete()?;

    helm(control_plane, &["uninstall", name, "-n", name])?;
    let left = api.get(&format!("/apis/rbac.authorization.k8s.io/v1/clusterroles/{name}"));
    ensure!(left.is_err(), "the ClusterRole is still there");
    Ok(())
}

/// Rights in two namespaces, and a complete scan of these.
fn chart_with_roles(control_plane: &ControlPlane) -> Outcome {
    let (api, name) = (control_plane.api(), "podaudit-by-role");
    for namespace in ["by-role-a", "by-role-b"] {
        api.namespace(namespace)?;
        let spec = json!({"containers": [{"name": "app", "image": "app"}]});
        api.pod(namespace, "app", &spec)?;
    }
    let set = "rbac.mode=namespace,rbac.namespaces={by-role-a,by-role-b}";
    install(control_plane, name, &["--set", set])?;
    let installed = Installed::start(control_plane, name, name)?;
    // The authorizer may see the roles a moment later.
    wait_for("a complete scan", || {
        let run = installed.run(0, &[])?;
        ensure!(run.code == 0 || run.code == 3, "exit code {}: {}", run.code, run.stderr);
        Ok((run.code == 0).then_some(()))
    })?;
    let (_, report) = installed.scan(0)?;
    for namespace in ["by-role-a", "by-role-b"] {
        let found = report.findings().iter().any(|f| f["object"]["namespace"] == namespace);
        ensure!(found, "nothing about {namespace}");
    }
    Ok(())
}
