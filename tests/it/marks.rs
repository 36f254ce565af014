//! Marks that reorder, hide or command: visible in every format for people, wherever a name can
//! carry one.

use anyhow::Context;
use libtest_mimic::Trial;
use podaudit::report::Format;
use serde_json::json;

use crate::support::program::Program;
use crate::support::{Outcome, ensure, named};

/// Bidirectional controls, characters without a width, and what terminals obey.
const MARKS: &str =
    "\u{202e}\u{2066}\u{2067}\u{200f}\u{61c}\u{200b}\u{feff}\u{ad}\u{3164}\0\u{1b}\u{9b}\u{8}";

pub(crate) fn trials() -> Vec<Trial> {
    let formats = Format::ALL.into_iter().filter(|format| !is_for_machines(*format));
    let mut trials: Vec<_> = formats
        .map(|format| named(format!("marks::{}", format.as_str()), move || report(format)))
        .collect();
    for command in ["explain", "paths", "pss", "can"] {
        trials.push(named(format!("marks::{command}"), move || subcommand(command)));
    }
    trials
}

/// JSON escapes what terminals obey, and machines need the rest as it is: the API's objects name
/// others, which would not be found under another name.
fn is_for_machines(format: Format) -> bool {
    use Format::{Json, Ndjson, OpenReports, PolicyReport};
    matches!(format, Json | Ndjson | OpenReports | PolicyReport)
}

/// An object whose every string has all marks.
fn pod() -> String {
    let text = |name: &str| format!("{name}{MARKS}moc.live");
    let container = json!({
        "name": text("app"), "image": text("registry/image"),
        "securityContext": {
            "privileged": true, "capabilities": {"add": [text("SYS_ADMIN"), "NET_ADMIN"]},
            "seccompProfile": {"type": "Localhost", "localhostProfile": text("profile")},
        },
        "volumeMounts": [{"name": text("node"), "mountPath": text("/mnt")}],
    });
    let account =
        json!({"kind": "ServiceAccount", "name": text("account"), "namespace": text("n")});
    let meta = |name: &str| json!({"name": text(name), "namespace": text("n")});
    let objects = [
        json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": text("n"), "labels": {
            "pod-security.kubernetes.io/enforce": text("baseline"),
        }}}),
        json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": meta("account")}),
        json!({"apiVersion": "v1", "kind": "Pod", "metadata": meta("pod"), "spec": {
            "serviceAccountName": text("account"), "nodeName": text("node"),
            "containers": [container],
            "volumes": [{"name": text("node"), "hostPath": {"path": text("/etc")}}],
        }}),
        json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole",
            "metadata": {"name": text("role")},
            "rules": [{"apiGroups": [text("*"), "*"], "resources": ["*"], "verbs": ["*"]}]}),
        json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding",
            "metadata": {"name": text("binding")}, "subjects": [account],
            "roleRef": {"kind": "ClusterRole", "name": text("role"),
                "apiGroup": "rbac.authorization.k8s.io"}}),
    ];
    objects.map(|object| object.to_string()).join("\n")
}

fn run(args: &[&str]) -> anyhow::Result<String> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("pod.json");
    std::fs::write(&path, pod())?;
    let run = Program::new(args)?.arg("-f").arg(&path).env("COLUMNS", "200").run()?;
    ensure!([0, 3].contains(&run.code), "exit code {}: {}", run.code, run.stderr);
    assert_visible(&run.stderr)?;
    Ok(run.stdout)
}

fn assert_visible(text: &str) -> Outcome {
    // What is escaped in JSON is one all the same for whoever shows its strings.
    let shown: Vec<String> = match serde_json::from_str(text) {
        Ok(json) => strings(&json),
        Err(_) => vec![text.to_owned()],
    };
    for text in shown {
        if let Some(mark) = text.chars().find(|c| MARKS.contains(*c)) {
            let at = text.find(mark).context("it is there")?;
            let from = text[..at].char_indices().rev().nth(60).map_or(0, |(at, _)| at);
            anyhow::bail!("{mark:?} behind {:?}", &text[from..at]);
        }
    }
    Ok(())
}

fn strings(json: &serde_json::Value) -> Vec<String> {
    match json {
        serde_json::Value::String(text) => vec![text.clone()],
        serde_json::Value::Array(list) => list.iter().flat_map(strings).collect(),
        serde_json::Value::Object(map) => map
            .iter()
            .flat_map(|(key, value)| [vec![key.clone()], strings(value)].concat())
            .collect(),
        _ => Vec::new(),
    }
}

fn report(format: Format) -> Outcome {
    let text = run(&["-o", format.as_str(), "--show", "all"])?;
    assert_visible(&text)?;
    // They have no names of pods, nor of images.
    let counts = matches!(format, Format::OpenMetrics);
    ensure!(
        counts || text.contains("\\u{202e}") || text.contains("\\\\u{202e}"),
        "not there: {text:.300}"
    );
    Ok(())
}

fn subcommand(name: &str) -> Outcome {
    let text = |name: &str| format!("{name}{}moc.live", MARKS.replace('\0', ""));
    let (target, account) =
        (format!("pod/{}", text("pod")), format!("{}/{}", text("n"), text("account")));
    let args: Vec<&str> = match name {
        // Arguments hold no NUL, so names with one cannot be asked for.
        "explain" | "can" => {
            let asked = if name == "explain" { &target } else { &account };
            let run = Program::new([name, asked.as_str(), "--demo"])?.run()?;
            return assert_visible(&run.stderr);
        }
        name => vec![name],
    };
    assert_visible(&run(&args)?)
}
