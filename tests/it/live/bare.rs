//! A new cluster: what Kubernetes itself brings is no finding, and what somebody adds under its
//! name is one. And ClusterRoles are summed up from manifests as the controller manager does it.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context;
use podaudit::inventory::PolicyRule;
use podaudit::manifest;
use serde_json::{Value, json};

use super::{Live, chains, scan, worth};
use crate::support::api::{Api, wait_for};
use crate::support::lab::ControlPlane;
use crate::support::program::Program;
use crate::support::report::Report;
use crate::support::{Outcome, ensure};

pub(super) fn tests() -> Vec<Live> {
    vec![Live::new(bare_cluster)]
}

fn bare_cluster(_: &ControlPlane) -> Outcome {
    let bare = ControlPlane::start("")?;
    no_noise(&bare)?;
    no_paths(&bare)?;
    worth::of_tokens(&bare)?;
    what_is_planted_is_found(&bare)?;
    chains::performed(&bare)?;
    aggregation(bare.api())
}

const RBAC: &str = "/apis/rbac.authorization.k8s.io/v1";

/// The ServiceAccounts of bindings in kube-system: a controller manager that gives each controller
/// an identity of its own makes those that it runs.
fn controllers(api: &Api) -> anyhow::Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for list in ["clusterrolebindings", "namespaces/kube-system/rolebindings"] {
        let bindings = api.get(&format!("{RBAC}/{list}"))?;
        for binding in bindings["items"].as_array().context("no bindings")? {
            let subjects = binding["subjects"].as_array().into_iter().flatten();
            let accounts = subjects.filter(|s| s["kind"] == "ServiceAccount");
            names.extend(accounts.filter_map(|s| s["name"].as_str()).map(str::to_owned));
        }
    }
    Ok(names)
}

/// What fails or is unknown, by rule and severity.
fn open(report: &Report) -> BTreeMap<(String, String, String), Vec<String>> {
    let mut open: BTreeMap<_, Vec<_>> = BTreeMap::new();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    for f in report.findings() {
        if f["verdict"] == "fail" || f["verdict"] == "unknown" {
            let key = (text(&f["rule"]), text(&f["verdict"]), text(&f["severity"]));
            open.entry(key).or_default().push(text(&f["object"]["name"]));
        }
    }
    open
}

fn no_noise(bare: &ControlPlane) -> Outcome {
    let api = bare.api();
    // The controller manager makes the namespaces' defaults last.
    for namespace in ["default", "kube-system", "kube-public", "kube-node-lease"] {
        let account = format!("/api/v1/namespaces/{namespace}/serviceaccounts/default");
        wait_for("the default ServiceAccounts", || Ok(api.get(&account).ok()))?;
    }
    let expected = |report: &Report| {
        let open = open(report);
        let rules: Vec<_> =
            open.keys().map(|(rule, verdict, severity)| [rule, verdict, severity]).collect();
        ensure!(
            rules
                == [
                    ["namespace-not-enforced", "fail", "low"],
                    ["service-account-automount", "fail", "low"]
                ],
            "a new cluster is no place for these: {open:?}"
        );
        Ok(())
    };
    expected(&scan(bare, &["-A"])?.report(0)?)?;
    let names = controllers(api)?;
    ensure!(names.len() > 30, "{} controllers only", names.len());
    let existing = api.get("/api/v1/namespaces/kube-system/serviceaccounts")?;
    let existing = existing["items"].as_array().context("no items")?;
    for name in names.iter().filter(|name| existing.iter().all(|e| e["metadata"]["name"] != **name))
    {
        api.service_account("kube-system", name, None)?;
    }
    let report = scan(bare, &["-A"])?.report(0)?;
    expected(&report)?;
    let controller = report.finding("service-account-overprivileged", "job-controller", None)?;
    ensure!(controller["verdict"] == "notApplicable", "{controller}");
    let own = report.finding("service-account-overprivileged", "default", None);
    ensure!(own.is_err(), "one in each namespace");
    Ok(())
}

fn paths(bare: &ControlPlane, args: &[&str]) -> anyhow::Result<Value> {
    let run = Program::new(["paths", "-o", "json"].iter().chain(args))?;
    Ok(run.env("KUBECONFIG", bare.kubeconfig()).run()?.report(0)?.0)
}

/// Nobody runs as the controllers, and so nothing leads anywhere.
fn no_paths(bare: &ControlPlane) -> Outcome {
    for args in [&[][..], &["--cuts"]] {
        let report = paths(bare, args)?;
        ensure!(report["exposed"] == json!([]), "{}", report["exposed"]);
        ensure!(args.is_empty() || report["cuts"]["changes"] == json!([]), "{}", report["cuts"]);
    }
    Ok(())
}

/// What an attacker would call their own bindings.
fn what_is_planted_is_found(bare: &ControlPlane) -> Outcome {
    let api = bare.api();
    let left = |name: &str| {
        json!({
            "name": name,
            "labels": {"kubernetes.io/bootstrapping": "rbac-defaults"},
            "annotations": {"rbac.authorization.kubernetes.io/autoupdate": "true"},
        })
    };
    let bind = |name: &str, role: &str, namespace: &str, account: &str| {
        let binding = json!({
            "metadata": left(name),
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role},
            "subjects": [{"kind": "ServiceAccount", "namespace": namespace, "name": account}],
        });
        api.post(&format!("{RBAC}/clusterrolebindings"), &binding).map(drop)
    };
    for (namespace, account) in
        [("kube-system", "planted"), ("kube-system", "hidden"), ("default", "elsewhere")]
    {
        api.service_account(namespace, account, None)?;
    }
    let aggregator = "system:controller:clusterrole-aggregation-controller";
    bind("planted", "cluster-admin", "kube-system", "planted")?;
    bind("hidden", aggregator, "kube-system", "hidden")?;
    bind("elsewhere", aggregator, "default", "elsewhere")?;
    // A subject more in a binding that the API server keeps: it adds what is missing, no more.
    let path = format!("{RBAC}/clusterrolebindings/system:controller:job-controller");
    let mut binding = api.get(&path)?;
    let subjects = binding["subjects"].as_array_mut().context("no subjects")?;
    subjects.push(json!({"kind": "ServiceAccount", "namespace": "kube-system", "name": "joined"}));
    api.put(&path, &binding)?;
    api.service_account("kube-system", "joined", None)?;
    let spec = json!({
        "serviceAccountName": "cronjob-controller",
        "containers": [{"name": "app", "image": "app"}],
    });
    api.pod("kube-system", "as-controller", &spec)?;

    let found = paths(bare, &["--cuts"])?;
    let rows = found["exposed"].as_array().context("no rows")?;
    ensure!(rows.iter().any(|row| row["name"] == "as-controller"), "{rows:?}");
    ensure!(found["cuts"]["changes"] != json!([]), "{}", found["cuts"]);
    let planted = paths(bare, &["--from", "kube-system/planted"])?;
    ensure!(planted["exposed"][0]["blastRadius"]["certain"] == "cluster", "{planted}");

    let report = scan(bare, &["-A"])?.report(0)?;
    for (account, severity) in [
        ("planted", "critical"),
        ("hidden", "critical"),
        ("elsewhere", "critical"),
        ("joined", "critical"),
        ("cronjob-controller", "critical"),
    ] {
        let found = report.finding("service-account-overprivileged", account, None)?;
        ensure!(found["verdict"] == "fail" && found["severity"] == severity, "{found}");
    }
    let others = report.findings().iter().filter(|f| {
        f["rule"] == "service-account-overprivileged"
            && f["verdict"] == "fail"
            && f["object"]["namespace"] == "kube-system"
    });
    ensure!(others.count() == 4, "and nothing else");
    let token = report.finding("token-mounted", "as-controller", Some("app"))?;
    ensure!(token["severity"] == "critical", "{token}");
    Ok(())
}

/// The built-in sums and some of our own, from manifests without the rules that were filled in.
fn aggregation(api: &Api) -> Outcome {
    let create = |name: &str, labels: Value, body: Value| {
        let mut role = json!({"metadata": {"name": name, "labels": labels}});
        let body = body.as_object().cloned().unwrap_or_default();
        role.as_object_mut().into_iter().for_each(|role| role.extend(body.clone()));
        api.post(&format!("{RBAC}/clusterroles"), &role).map(drop)
    };
    let rules = |resource: &str| {
        let rule =
            |verb: &str| json!({"apiGroups": [""], "resources": [resource], "verbs": [verb]});
        json!({"rules": [rule("get"), rule("list")]})
    };
    let select = |selectors: Value| json!({"aggregationRule": {"clusterRoleSelectors": selectors}});
    create("sum-a", json!({"sum": "a"}), rules("pods"))?;
    create("sum-b", json!({"sum": "b", "more": ""}), rules("services"))?;
    create("sum-c", json!({"sum": "a", "more": "x"}), rules("pods"))?;
    create("sum-z", json!({"sum": "b"}), select(json!([{"matchLabels": {"sum": "a"}}])))?;
    create(
        "sum-1",
        json!({"sum": "a"}),
        select(json!([
            {"matchExpressions": [{"key": "more", "operator": "DoesNotExist"}, {"key": "sum", "operator": "In", "values": ["b"]}]},
            {"matchExpressions": [{"key": "more", "operator": "Exists"}]},
        ])),
    )?;
    create(
        "sum-view",
        json!({"rbac.authorization.k8s.io/aggregate-to-view": "true"}),
        rules("sum"),
    )?;
    let list = || api.get(&format!("{RBAC}/clusterroles"));
    // Manifests as they were before the controller manager saw them.
    let mut bare = list()?;
    built_in_roles(&bare)?;
    let mut sums = Vec::new();
    for role in bare["items"].as_array_mut().context("no items")? {
        role["apiVersion"] = "rbac.authorization.k8s.io/v1".into();
        role["kind"] = "ClusterRole".into();
        if !role["aggregationRule"].is_null() {
            role["rules"] = Value::Null;
            sums.push(role["metadata"]["name"].as_str().unwrap_or_default().to_owned());
        }
    }
    ensure!(sums.len() == 5, "admin, edit, view and two: {sums:?}");
    let text = json!({"apiVersion": "v1", "kind": "List", "items": bare["items"]}).to_string();
    let ours = manifest::parse("roles", &text, &manifest::Options::default()).cluster_roles;
    // The last two select each other, and in such a ring the order is one of chance.
    let reported = |value: Value| -> anyhow::Result<BTreeSet<PolicyRule>> {
        let rules: Option<Vec<PolicyRule>> = serde_json::from_value(value)?;
        Ok(rules.into_iter().flatten().collect())
    };
    wait_for("the controller manager to have the same sums", || {
        let live = list()?;
        for role in live["items"].as_array().context("no items")? {
            let name = role["metadata"]["name"].as_str().unwrap_or_default();
            if sums.iter().any(|sum| sum == name) {
                let ours = ours[name].rules.iter().cloned().collect();
                if reported(role["rules"].clone())? != ours {
                    return Ok(None);
                }
            }
        }
        Ok(Some(()))
    })
}

/// What a manifest may bind to without bringing it is what the API server has.
fn built_in_roles(live: &Value) -> Outcome {
    let names = ["cluster-admin", "admin", "edit", "view"];
    let binding = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding",
        "metadata": {"name": "b"}, "roleRef": {"kind": "ClusterRole", "name": "cluster-admin"},
    });
    let ours = manifest::parse("binding", &binding.to_string(), &manifest::Options::default());
    let of_ours = |name: &str| ours.cluster_roles[name].rules.iter().cloned().collect();
    for role in live["items"].as_array().context("no items")? {
        let name = role["metadata"]["name"].as_str().unwrap_or_default();
        // Those that are summed up have what our own tests add, too.
        if name == names[0] || name.starts_with("system:aggregate-to-") {
            let rules: BTreeSet<PolicyRule> =
                serde_json::from_value::<Vec<_>>(role["rules"].clone())?.into_iter().collect();
            let own: BTreeSet<PolicyRule> = of_ours(name);
            ensure!(own == rules, "{name}: {own:?}, and not {rules:?}");
        }
    }
    ensure!(names.iter().all(|name| !ours.cluster_roles[*name].rules.is_empty()), "an empty role");
    Ok(())
}
