//! Does a container have a token? Hundreds of pods that a real API server admitted, read twice:
//! by podaudit, and by a small oracle over what the server stored. And the prediction: the same
//! manifests offline have to give the verdicts that the admitted pods give.

mod audience;
mod oracle;
mod pods;
mod templates;

use std::collections::BTreeMap;
use std::sync::Mutex;

use anyhow::Context;
use serde_json::{Value, json};

use super::{Live, scan};
use crate::support::api::Api;
use crate::support::lab::ControlPlane;
use crate::support::program::Program;
use crate::support::report::{Key, Report, key};
use crate::support::{Outcome, ensure};

pub(super) fn tests() -> Vec<Live> {
    let mut tests = vec![
        Live::new(stored_and_predicted),
        Live::new(by_hand_at_the_default_path),
        Live::new(hidden_by_a_volume_that_admission_reuses),
        Live::new(sub_path_through_the_data_link),
    ];
    tests.extend(audience::tests());
    tests.extend(templates::tests());
    tests
}

/// The place that admission looks at, and mounts at.
const DEFAULT_PATH: &str = "/var/run/secrets/kubernetes.io/serviceaccount";
const NAMESPACE: &str = "token-matrix";
/// Requests under way at once.
const CREATORS: usize = 8;

/// A pod as it was submitted, and as it was stored.
struct Pair {
    name: String,
    submitted: Value,
    stored: Value,
}

fn manifest(namespace: &str, name: &str, spec: &Value) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": name, "namespace": namespace}, "spec": spec,
    })
}

/// Creates all pods, several at a time.
fn create(api: &Api, namespace: &str, specs: &[(String, Value)]) -> anyhow::Result<Vec<Pair>> {
    let (pairs, pods) = (Mutex::new(Vec::new()), format!("/api/v1/namespaces/{namespace}/pods"));
    let (collected, pods) = (&pairs, pods.as_str());
    std::thread::scope(|scope| {
        let share = specs.len().div_ceil(CREATORS);
        let creators: Vec<_> = specs
            .chunks(share)
            .map(|chunk| {
                scope.spawn(move || -> Outcome {
                    for (name, spec) in chunk {
                        let submitted = manifest(namespace, name, spec);
                        let stored = api.post(pods, &submitted).context(name.clone())?;
                        let pair = Pair { name: name.clone(), submitted, stored };
                        collected.lock().expect("no creator panics").push(pair);
                    }
                    Ok(())
                })
            })
            .collect();
        creators.into_iter().try_for_each(|c| c.join().expect("no creator panics"))
    })?;
    Ok(pairs.into_inner().expect("no creator panics"))
}

/// The accounts, each in the state of today.
fn accounts(api: &Api) -> anyhow::Result<BTreeMap<String, Value>> {
    let mut accounts = BTreeMap::new();
    for (word, _) in pods::AUTOMOUNT {
        for later in pods::LATER {
            let name = pods::account(word, later);
            let path = format!("/api/v1/namespaces/{NAMESPACE}/serviceaccounts/{name}");
            let mut account = api.get(&path)?;
            account["apiVersion"] = "v1".into();
            account["kind"] = "ServiceAccount".into();
            accounts.insert(name, account);
        }
    }
    Ok(accounts)
}

/// On to off; off and unset to what they do not mean.
fn flip(api: &Api) -> Outcome {
    for (word, value) in pods::AUTOMOUNT {
        let name = pods::account(word, "flips");
        let path = format!("/api/v1/namespaces/{NAMESPACE}/serviceaccounts/{name}");
        let other = !value.unwrap_or(true);
        api.patch(&path, &json!({"automountServiceAccountToken": other}))?;
    }
    Ok(())
}

/// Verdicts by rule, object and container.
fn verdicts(report: &Report) -> BTreeMap<Key, String> {
    let verdict = |f: &Value| f["verdict"].as_str().unwrap_or_default().to_owned();
    report.findings().iter().map(|f| (key(f), verdict(f))).collect()
}

/// The verdict of one rule about one container.
fn verdict<'v>(
    verdicts: &'v BTreeMap<Key, String>,
    rule: &str,
    pod: &str,
    container: &str,
) -> anyhow::Result<&'v str> {
    let key = (rule.to_owned(), pod.to_owned(), Some(container.to_owned()));
    let found = verdicts.get(&key);
    found.map(String::as_str).with_context(|| format!("no finding {key:?}"))
}

/// Scans these objects as files.
fn offline(items: &[Value]) -> anyhow::Result<Report> {
    let file = tempfile::Builder::new().suffix(".json").tempfile()?;
    serde_json::to_writer(&file, &json!({"apiVersion": "v1", "kind": "List", "items": items}))?;
    Program::new(["-o", "json", "--show", "all", "-f"])?.arg(file.path()).run()?.report(0)
}

fn stored_and_predicted(control_plane: &ControlPlane) -> Outcome {
    let api = control_plane.api();
    api.namespace(NAMESPACE)?;
    for (word, value) in pods::AUTOMOUNT {
        for later in pods::LATER {
            api.service_account(NAMESPACE, &pods::account(word, later), value)?;
        }
    }
    let choices = pods::sample();
    ensure!(choices.len() >= 250, "{} pods only", choices.len());
    ensure!(pods::missing_pairs(&choices) == 0, "{} pairs", pods::missing_pairs(&choices));
    let specs: Vec<_> = choices.iter().map(|c| (pods::name(c), pods::spec(c))).collect();
    let pairs = create(api, NAMESPACE, &specs)?;
    let at_creation = accounts(api)?;
    flip(api)?;
    let today = accounts(api)?;
    let live = verdicts(&scan(control_plane, &["-n", NAMESPACE])?.report(0)?);

    let mut items: Vec<_> = at_creation.into_values().collect();
    items.extend(pairs.iter().map(|pair| pair.submitted.clone()));
    let predicted = verdicts(&offline(&items)?);

    let mut wrong = Vec::new();
    let mut found: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for Pair { name, stored, .. } in &pairs {
        let account = stored["spec"]["serviceAccountName"].as_str().context("no account")?;
        let declared = oracle::declared(stored, &today[account]);
        let is_flipped = account.ends_with("flips");
        for (container, token) in oracle::tokens(stored)? {
            for (rule, want) in [
                ("token-mounted", token.mounted()),
                ("token-declared-not-actual", token.differs_from(declared)),
            ] {
                *found.entry((rule, want)).or_default() += 1;
                let got = verdict(&live, rule, name, &container)?;
                if got != want {
                    wrong.push(format!("{name} {container}: {rule} is {got}, not {want}"));
                }
                // Offline, the ServiceAccounts are those of the moment of creation: whether the
                // container has a token was decided by them, what is declared today was not.
                let before = verdict(&predicted, rule, name, &container)?;
                if before != got && (rule == "token-mounted" || !is_flipped) {
                    wrong.push(format!("{name} {container}: {rule}: predicted {before}, is {got}"));
                }
            }
        }
    }
    ensure!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    // One that never happens was never tested.
    ensure!(found.len() == 6 && found.values().all(|count| *count >= 20), "{found:?}");
    Ok(())
}

/// One pod in a namespace of its own: what live and offline scans say of its container `app`.
fn one(control_plane: &ControlPlane, name: &str, spec: &Value) -> anyhow::Result<[String; 2]> {
    let api = control_plane.api();
    let namespace = format!("token-{name}");
    api.namespace(&namespace)?;
    let pairs = create(api, &namespace, &[(name.to_owned(), spec.clone())])?;
    let live = verdicts(&scan(control_plane, &["-n", &namespace])?.report(0)?);
    let account = json!({
        "apiVersion": "v1", "kind": "ServiceAccount",
        "metadata": {"name": "default", "namespace": namespace},
    });
    let predicted = verdicts(&offline(&[account, pairs[0].submitted.clone()])?);
    let verdict = |of| verdict(of, "token-mounted", name, "app").map(str::to_owned);
    Ok([verdict(&live)?, verdict(&predicted)?])
}

fn by_hand(mounts: &Value, more_volumes: &[Value]) -> Value {
    let token = json!({"sources": [{"serviceAccountToken": {"path": "token"}}]});
    let mut volumes = vec![json!({"name": "hand", "projected": token})];
    volumes.extend_from_slice(more_volumes);
    json!({
        "containers": [{"name": "app", "image": "app", "volumeMounts": mounts}],
        "volumes": volumes,
    })
}

/// A token of one's own where admission would put its: admission leaves the container alone, and
/// the container has a token.
fn by_hand_at_the_default_path(control_plane: &ControlPlane) -> Outcome {
    let spec = by_hand(&json!([{"name": "hand", "mountPath": DEFAULT_PATH}]), &[]);
    let said = one(control_plane, "default-path", &spec)?;
    ensure!(said == ["fail", "fail"], "{said:?}");
    Ok(())
}

/// Admission adds its mount after all others. Where it reuses an empty volume for that, and a
/// token was mounted at the same place in another spelling, the empty one is on top.
fn hidden_by_a_volume_that_admission_reuses(control_plane: &ControlPlane) -> Outcome {
    let mounts = json!([{"name": "hand", "mountPath": format!("{DEFAULT_PATH}/")}]);
    let reused = json!({"name": "kube-api-access-mine", "emptyDir": {}});
    let [live, predicted] = one(control_plane, "reuse", &by_hand(&mounts, &[reused]))?;
    ensure!(live == predicted, "predicted {predicted}, is {live}");
    Ok(())
}

/// The kubelet writes a projected volume into a folder that the link `..data` points to, and
/// follows links inside a volume when it resolves `subPath`. The API server refuses only `..`
/// itself, so this is the token under another name.
fn sub_path_through_the_data_link(control_plane: &ControlPlane) -> Outcome {
    for (name, sub_path) in [("data-file", "..data/token"), ("data-folder", "..data")] {
        let mounts = json!([
            {"name": "hand", "mountPath": "/run/credential", "subPath": sub_path},
            {"name": "mask", "mountPath": DEFAULT_PATH},
        ]);
        let mask = json!({"name": "mask", "emptyDir": {}});
        let said = one(control_plane, name, &by_hand(&mounts, &[mask]))?;
        ensure!(!said.iter().any(|verdict| verdict == "pass"), "subPath {sub_path}: {said:?}");
    }
    Ok(())
}
