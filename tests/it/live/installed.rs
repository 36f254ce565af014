//! podaudit as it is installed: the pods that the controllers make of the shipped manifests, and
//! the very binary run as each of them, with what the kubelet would lay beside it.

use std::path::{Path, PathBuf};

use anyhow::Context;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::deploy;
use crate::support::api::{Api, wait_for};
use crate::support::lab::ControlPlane;
use crate::support::program::{Program, Run};
use crate::support::report::Report;
use crate::support::{ensure, kubeconfig};

/// Where a pod finds its token.
const SECRETS: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

/// helm as the administrator.
pub(super) fn helm(control_plane: &ControlPlane, args: &[&str]) -> anyhow::Result<String> {
    let mut helm = deploy::tool("helm")?;
    helm.arg("--kubeconfig").arg(control_plane.kubeconfig());
    deploy::output(helm.args(args))
}

/// `helm install` into a namespace of that name, which is not there yet; the notes.
pub(super) fn install(
    control_plane: &ControlPlane,
    name: &str,
    more: &[&str],
) -> anyhow::Result<String> {
    let folder = deploy::folder().join("chart");
    let chart = folder.to_str().context("path")?;
    let args = ["install", name, chart, "-n", name, "--create-namespace"];
    helm(control_plane, &[&args, more].concat())
}

/// Pods of podaudit's that the API server has admitted, and what the kubelet would lay beside them.
pub(super) struct Installed {
    pods: Vec<Value>,
    folder: TempDir,
    server: http::Uri,
}

impl Installed {
    /// The pods that the `CronJob` of this namespace leads to, by way of the Job's controller; those
    /// of an Indexed Job in their order.
    pub(super) fn start(
        control_plane: &ControlPlane,
        namespace: &str,
        name: &str,
    ) -> anyhow::Result<Self> {
        let api = control_plane.api();
        let batch = format!("/apis/batch/v1/namespaces/{namespace}");
        let nightly = api.get(&format!("{batch}/cronjobs/{name}"))?;
        let spec = &nightly["spec"]["jobTemplate"]["spec"];
        let now = format!("{name}-now");
        api.post(&format!("{batch}/jobs"), &json!({"metadata": {"name": now}, "spec": spec}))?;
        let query = format!("/api/v1/namespaces/{namespace}/pods?labelSelector=job-name%3D{now}");
        let completions = spec["completions"].as_u64().unwrap_or(1);
        let mut pods = wait_for("the pods of the Job", || {
            let pods = api.get(&query)?["items"].as_array().cloned().unwrap_or_default();
            Ok((pods.len() as u64 == completions).then_some(pods))
        })?;
        pods.sort_by_key(|pod| index(pod).unwrap_or_default());

        let folder = tempfile::tempdir()?;
        std::fs::create_dir(folder.path().join("results"))?;
        if let Some(token) = token_of(api, &pods[0])? {
            let secrets = folder.path().join("secrets");
            std::fs::create_dir(&secrets)?;
            let path = format!("/api/v1/namespaces/{namespace}/configmaps/kube-root-ca.crt");
            let bundle = wait_for("the cluster's CA", || Ok(api.get(&path).ok()))?;
            let authority = bundle["data"]["ca.crt"].as_str().context("no ca.crt")?;
            std::fs::write(secrets.join("ca.crt"), authority)?;
            std::fs::write(secrets.join("namespace"), namespace)?;
            std::fs::write(secrets.join("token"), token)?;
        }
        let cluster = kubeconfig::cluster(&control_plane.kubeconfig())?;
        let server = cluster["server"].as_str().context("no server")?.parse()?;
        Ok(Self { pods, folder, server })
    }

    /// The only pod, or the first.
    pub(super) fn pod(&self) -> &Value {
        &self.pods[0]
    }

    /// The folder that stands for the volume of results.
    pub(super) fn results(&self) -> PathBuf {
        self.folder.path().join("results")
    }

    /// With the volume of another Job.
    pub(super) fn with_results_of(self, other: &Self) -> anyhow::Result<Self> {
        std::fs::remove_dir(self.results())?;
        std::os::unix::fs::symlink(other.results(), self.results())?;
        Ok(self)
    }

    fn secrets(&self) -> PathBuf {
        self.folder.path().join("secrets")
    }

    /// One pod's container with this clock, run to its end.
    pub(super) fn at(&self, number: usize, epoch: u64, more: &[&str]) -> anyhow::Result<Run> {
        let run = self.program(number, more)?.env("SOURCE_DATE_EPOCH", epoch.to_string()).run()?;
        self.tidy(run)
    }

    /// One pod's container, run to its end.
    pub(super) fn run(&self, number: usize, more: &[&str]) -> anyhow::Result<Run> {
        let run = self.program(number, more)?.run()?;
        self.tidy(run)
    }

    /// One scan that ends with this code, and everything that it says.
    pub(super) fn scan(&self, code: i32) -> anyhow::Result<(Run, Report)> {
        let run = self.run(0, &["--show=all", "--output=json=/results/all.json"])?;
        ensure!(run.code == code, "exit code {}, not {code}: {}", run.code, run.stderr);
        let file = self.results().join("all.json");
        let report = read(&file)?;
        std::fs::remove_file(file)?;
        Ok((run, report))
    }

    /// One scan of everything, with the rights of these pods and none of their arguments.
    pub(super) fn whole(&self, epoch: u64) -> anyhow::Result<Report> {
        let args = ["--show=all", "--output=json=/results/whole.json"].map(str::to_owned);
        let program = self.program_with(0, args)?.env("SOURCE_DATE_EPOCH", epoch.to_string());
        let run = self.tidy(program.run()?)?;
        ensure!(run.code == 0, "exit code {}: {}", run.code, run.stderr);
        read(&self.results().join("whole.json"))
    }

    /// One pod's container, and more arguments.
    fn program(&self, number: usize, more: &[&str]) -> anyhow::Result<Program> {
        let args = &self.pods[number]["spec"]["containers"][0]["args"];
        let args = args.as_array().context("no arguments")?.iter().filter_map(Value::as_str);
        let variables = self.variables(number)?;
        // $(NAME), as the kubelet does it.
        let expand = |arg: &str| {
            variables.iter().fold(arg.to_owned(), |arg, (name, value)| {
                arg.replace(&format!("$({name})"), value)
            })
        };
        let args: Vec<_> = args.map(expand).collect();
        Ok(self.program_with(number, args)?.args(more))
    }

    fn program_with(
        &self,
        number: usize,
        args: impl IntoIterator<Item = String>,
    ) -> anyhow::Result<Program> {
        let container = &self.pods[number]["spec"]["containers"][0];
        let limit = container["resources"]["limits"]["memory"].as_str().context("no limit")?;
        let mebibytes: u64 = limit.strip_suffix("Mi").context("not in Mi")?.parse()?;
        let mut program = Program::in_pod(&self.secrets(), mebibytes * 1024, args)?;
        for (name, value) in self.variables(number)? {
            program = program.env(&name, value);
        }
        Ok(program)
    }

    /// The environment of the container, and the API server's Service as in every pod.
    fn variables(&self, number: usize) -> anyhow::Result<Vec<(String, String)>> {
        let pod = &self.pods[number];
        let host = self.server.host().context("no host")?.to_owned();
        let port = self.server.port_u16().context("no port")?.to_string();
        let mut variables = vec![
            ("KUBERNETES_SERVICE_HOST".to_owned(), host),
            ("KUBERNETES_SERVICE_PORT".to_owned(), port),
        ];
        for variable in pod["spec"]["containers"][0]["env"].as_array().into_iter().flatten() {
            let field = &variable["valueFrom"]["fieldRef"]["fieldPath"];
            let (from, key) = field
                .as_str()
                .and_then(|path| path.strip_prefix("metadata.")?.split_once("['"))
                .with_context(|| format!("not understood here: {variable}"))?;
            let value = pod["metadata"][from][key.trim_end_matches("']")].as_str();
            let name = variable["name"].as_str().context("no name")?;
            variables.push((name.to_owned(), value.context("no such field")?.to_owned()));
        }
        Ok(variables)
    }

    fn tidy(&self, run: Run) -> anyhow::Result<Run> {
        // What `in-pod` mounted on is empty again.
        std::fs::remove_dir(self.folder.path().join("root"))?;
        if let Ok(token) = std::fs::read_to_string(self.secrets().join("token")) {
            run.assert_silent_about(&token)?;
        }
        Ok(run)
    }
}

/// The JSON report in a file.
pub(super) fn read(file: &Path) -> anyhow::Result<Report> {
    let text = std::fs::read(file).with_context(|| format!("no {}", file.display()))?;
    Ok(Report(serde_json::from_slice(&text)?))
}

/// The number of a pod of an Indexed Job.
fn index(pod: &Value) -> Option<u64> {
    let index = &pod["metadata"]["annotations"]["batch.kubernetes.io/job-completion-index"];
    index.as_str()?.parse().ok()
}

/// The token that the kubelet would ask for: of the pod's own volume, bound to the pod. None if
/// there is no such volume.
fn token_of(api: &Api, pod: &Value) -> anyhow::Result<Option<String>> {
    let mounts = pod["spec"]["containers"][0]["volumeMounts"].as_array();
    let mut mounts = mounts.into_iter().flatten();
    let Some(mount) = mounts.find(|mount| mount["mountPath"] == SECRETS) else { return Ok(None) };
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
    token.map(|token| Some(token.to_owned())).context("no status.token in the answer")
}
