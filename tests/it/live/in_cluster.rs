//! podaudit where it runs every night: the shipped manifests on a real API server, the pod that
//! its controllers make of them, and the very binary with that pod's token, files and limits.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, ensure};
use podaudit::inventory::coverage::Resource;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::Live;
use crate::api::{Api, wait_for};
use crate::lab::ControlPlane;
use crate::program::{Program, Run};
use crate::{Outcome, deploy, kubeconfig};

pub(super) fn tests() -> Vec<Live> {
    vec![
        Live::new("in_cluster::base", base),
        Live::new("in_cluster::chart", chart),
        Live::new("in_cluster::chart_with_roles", chart_with_roles),
    ]
}

/// A pod of podaudit's that the API server has admitted, and what the kubelet would lay beside it.
struct Installed {
    pod: Value,
    folder: TempDir,
    server: http::Uri,
}

impl Installed {
    /// The pod that the `CronJob` of this namespace leads to, by way of the Job's controller.
    fn start(control_plane: &ControlPlane, namespace: &str, name: &str) -> anyhow::Result<Self> {
        let api = control_plane.api();
        let batch = format!("/apis/batch/v1/namespaces/{namespace}");
        let nightly = api.get(&format!("{batch}/cronjobs/{name}"))?;
        let job =
            json!({"metadata": {"name": "now"}, "spec": nightly["spec"]["jobTemplate"]["spec"]});
        api.post(&format!("{batch}/jobs"), &job)?;
        let query = format!("/api/v1/namespaces/{namespace}/pods?labelSelector=job-name%3Dnow");
        let pod = wait_for("the pod of the Job", || {
            let pods = api.get(&query)?;
            Ok(pods["items"].get(0).cloned())
        })?;

        let folder = tempfile::tempdir()?;
        let secrets = folder.path().join("secrets");
        std::fs::create_dir(&secrets)?;
        let bundle = wait_for("the cluster's CA", || {
            Ok(api.get(&format!("/api/v1/namespaces/{namespace}/configmaps/kube-root-ca.crt")).ok())
        })?;
        let authority = bundle["data"]["ca.crt"].as_str().context("no ca.crt")?;
        std::fs::write(secrets.join("ca.crt"), authority)?;
        std::fs::write(secrets.join("namespace"), namespace)?;
        std::fs::write(secrets.join("token"), token_of(api, &pod)?)?;
        let cluster = kubeconfig::cluster(&control_plane.kubeconfig())?;
        let server = cluster["server"].as_str().context("no server")?.parse()?;
        Ok(Self { pod, folder, server })
    }

    fn secrets(&self) -> PathBuf {
        self.folder.path().join("secrets")
    }

    /// One scan as the pod's container, and with everything in the report.
    fn scan(&self) -> anyhow::Result<Run> {
        let container = &self.pod["spec"]["containers"][0];
        let args = container["args"].as_array().context("no arguments")?;
        let args = args.iter().filter_map(Value::as_str);
        let limit = container["resources"]["limits"]["memory"].as_str().context("no limit")?;
        let mebibytes: u64 = limit.strip_suffix("Mi").context("not in Mi")?.parse()?;
        let port = self.server.port_u16().context("no port")?.to_string();
        let run = Program::in_pod(&self.secrets(), mebibytes * 1024, args)?
            .args(["--show", "all"])
            .env("KUBERNETES_SERVICE_HOST", self.server.host().context("no host")?)
            .env("KUBERNETES_SERVICE_PORT", port)
            .run()?;
        // What `in-pod` mounted on is empty again.
        std::fs::remove_dir(self.folder.path().join("root"))?;
        run.assert_silent_about(&std::fs::read_to_string(self.secrets().join("token"))?)?;
        Ok(run)
    }
}

/// The token that the kubelet would ask for: of the pod's own volume, bound to the pod.
fn token_of(api: &Api, pod: &Value) -> anyhow::Result<String> {
    let path = "/var/run/secrets/kubernetes.io/serviceaccount";
    let mounts = pod["spec"]["containers"][0]["volumeMounts"].as_array().context("no mounts")?;
    let mount = mounts.iter().find(|mount| mount["mountPath"] == path).context("no token")?;
    let volumes = pod["spec"]["volumes"].as_array().context("no volumes")?;
    let volume = volumes.iter().find(|volume| volume["name"] == mount["name"]);
    let sources = &volume.context("no volume")?["projected"]["sources"];
    let source = sources.as_array().context("not projected")?;
    let token = source.iter().find_map(|source| source.get("serviceAccountToken"));
    let seconds = &token.context("no token in the volume")?["expirationSeconds"];
    let (meta, account) = (&pod["metadata"], &pod["spec"]["serviceAccountName"]);
    let request = json!({"spec": {
        "expirationSeconds": seconds,
        "boundObjectRef": {"kind": "Pod", "apiVersion": "v1", "name": meta["name"], "uid": meta["uid"]},
    }});
    let of = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let (namespace, account) = (of(&meta["namespace"]), of(account));
    let path = format!("/api/v1/namespaces/{namespace}/serviceaccounts/{account}/token");
    let answer = api.post(&path, &request)?;
    let token = answer["status"]["token"].as_str();
    token.map(str::to_owned).context("no status.token in the TokenRequest's answer")
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
    let report = installed.scan()?.report(0)?;
    report.assert_complete()?;
    ensure!(report.0["cluster"]["name"] == "in-cluster", "{}", report.0["cluster"]);
    // Its own audit, after admission: the token that it needs, and the ServiceAccount that every
    // namespace has.
    let report = report.within("podaudit");
    let open =
        report.findings().iter().filter(|f| f["verdict"] == "fail" || f["verdict"] == "unknown");
    let open: Vec<_> = open.map(|f| (&f["rule"], &f["object"]["name"])).collect();
    let want = [
        (&json!("token-mounted"), &installed.pod["metadata"]["name"]),
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
        let run = installed.scan()?;
        run.assert_stderr(&[resource.plural()])?;
        let report = run.report(3)?;
        for other in Resource::AUDIT {
            let want = if other == resource { "incomplete" } else { "complete" };
            let record = report.coverage(other.plural())?;
            ensure!(record["state"] == want, "{other:?} is to be {want}: {record}");
        }
        grant(api, role, account, resource, true)?;
    }
    installed.scan()?.report(0)?.assert_complete()
}

/// helm as the administrator.
fn helm(control_plane: &ControlPlane, args: &[&str]) -> anyhow::Result<String> {
    let mut helm: Command = deploy::tool("helm")?;
    helm.arg("--kubeconfig").arg(control_plane.kubeconfig());
    deploy::output(helm.args(args))
}

/// `helm install` into a namespace that is not there yet, a scan, and `helm uninstall`.
fn chart(control_plane: &ControlPlane) -> Outcome {
    let (api, name) = (control_plane.api(), "podaudit-by-helm");
    let folder = deploy::folder().join("chart");
    let chart = folder.to_str().context("path")?;
    let said = helm(control_plane, &["install", name, chart, "-n", name, "--create-namespace"])?;
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
    installed.scan()?.report(0)?.assert_complete()?;

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
    let folder = deploy::folder().join("chart");
    let chart = folder.to_str().context("path")?;
    let set = "rbac.mode=namespace,rbac.namespaces={by-role-a,by-role-b}";
    helm(control_plane, &["install", name, chart, "-n", name, "--create-namespace", "--set", set])?;
    let installed = Installed::start(control_plane, name, name)?;
    // The authorizer may see the roles a moment later.
    let report = wait_for("a complete scan", || {
        let run = installed.scan()?;
        ensure!(run.code == 0 || run.code == 3, "exit code {}: {}", run.code, run.stderr);
        Ok((run.code == 0).then_some(run))
    })?;
    let report = report.report(0)?;
    for namespace in ["by-role-a", "by-role-b"] {
        let seen = report.findings().iter().any(|f| f["object"]["namespace"] == namespace);
        ensure!(seen, "nothing about {namespace}");
    }
    Ok(())
}
