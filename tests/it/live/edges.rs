//! Edges performed for real: an identity gets rights, its own token attempts something, and what
//! comes of it is what podaudit says of the rights.

use anyhow::{Context, bail};
use serde_json::{Value, json};

use super::edge_attempts::Edge;
use super::edge_identities::{CSRS, certificate_request};
use super::edge_rows::{Bound, ROWS, Row};
use super::rbac_sar::{RBAC, REVIEWS};
use super::{Live, scan};
use crate::support::api::{Api, wait_for};
use crate::support::lab::ControlPlane;
use crate::support::program::Program;
use crate::support::{Outcome, ensure, kubeconfig};

pub(super) fn tests() -> Vec<Live> {
    vec![Live::new(edges)]
}

/// Where the identities are, and most of what they reach for. It has no Pod Security label.
pub(super) const HOME: &str = "edges";
const LEVELS: [&str; 3] = ["privileged", "baseline", "restricted"];

fn edges(control_plane: &ControlPlane) -> Outcome {
    let api = control_plane.api();
    populate(api)?;
    for (n, row) in ROWS.iter().enumerate() {
        grant(api, &account(n), row)?;
    }
    let mut wrong = Vec::new();
    for (n, row) in ROWS.iter().enumerate() {
        let reported = check(control_plane, &account(n), row);
        if let Err(error) = reported {
            wrong.push(format!("row {n}, {:?} with {:?}: {error:#}", row.2, row.1));
        }
    }
    ensure!(wrong.is_empty(), "{} rows are wrong:\n{}", wrong.len(), wrong.join("\n"));
    let works = ROWS.iter().filter(|row| row.3).count();
    ensure!(works >= 30 && ROWS.len() - works >= works, "{works} of {} work", ROWS.len());
    Ok(())
}

fn account(n: usize) -> String {
    format!("edge-{n}")
}

fn populate(api: &Api) -> Outcome {
    api.namespace(HOME)?;
    for level in LEVELS {
        let namespace = format!("edges-{level}");
        api.namespace(&namespace)?;
        let labels = json!({"pod-security.kubernetes.io/enforce": level});
        let fields = json!({"metadata": {"labels": labels}});
        api.patch(&format!("/api/v1/namespaces/{namespace}"), &fields)?;
    }
    api.service_account(HOME, "victim", None)?;
    let container = json!([{"name": "app", "image": "app"}]);
    api.pod(HOME, "running", &json!({"containers": container}))?;
    let labels = json!({"app": "web"});
    let web = json!({"metadata": {"name": "web"}, "spec": {
        "replicas": 0,
        "selector": {"matchLabels": labels},
        "template": {"metadata": {"labels": labels}, "spec": {"containers": container}},
    }});
    api.post(&format!("/apis/apps/v1/namespaces/{HOME}/deployments"), &web)?;
    let hidden = json!({"metadata": {"name": "hidden"}, "stringData": {"key": "made up"}});
    api.post(&format!("/api/v1/namespaces/{HOME}/secrets"), &hidden)?;
    let rules = json!([{"apiGroups": [""], "resources": ["secrets"], "verbs": ["delete"]}]);
    let strong = json!({"metadata": {"name": "edges-strong"}, "rules": rules});
    api.post(&format!("{RBAC}/clusterroles"), &strong)?;
    let bound = json!({"metadata": {"name": "bound"}, "rules": rules});
    api.post(&format!("{RBAC}/namespaces/{HOME}/roles"), &bound)?;
    api.post(CSRS, &certificate_request("edges-asked", "kubeadm:cluster-admins")?)?;
    Ok(())
}

/// Gives the rights of the row to a new ServiceAccount, and waits until the authorizer knows.
fn grant(api: &Api, account: &str, Row(bound, rules, ..): &Row) -> Outcome {
    let list = |text: &str| -> Vec<String> {
        text.split('|').map(str::to_owned).filter(|part| !part.is_empty()).collect()
    };
    api.service_account(HOME, account, None)?;
    let role_rules = rules.iter().map(|(verbs, group, resources, names)| {
        json!({
            "verbs": list(verbs), "apiGroups": [group], "resources": list(resources),
            "resourceNames": list(names),
        })
    });
    let name = format!("edges-{account}");
    let role = json!({"metadata": {"name": name}, "rules": role_rules.collect::<Vec<_>>()});
    api.post(&format!("{RBAC}/clusterroles"), &role)?;
    let binding = json!({
        "metadata": {"name": name},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": name},
        "subjects": [{"kind": "ServiceAccount", "namespace": HOME, "name": account}],
    });
    let namespace = match bound {
        Bound::Here => HOME,
        Bound::In(namespace) => namespace,
        Bound::Cluster => "",
    };
    let path = if namespace.is_empty() {
        format!("{RBAC}/clusterrolebindings")
    } else {
        format!("{RBAC}/namespaces/{namespace}/rolebindings")
    };
    api.post(&path, &binding)?;
    let (verbs, group, resources, names) = rules[0];
    let resources = list(resources);
    let (resource, subresource) = resources[0].split_once('/').unwrap_or((&resources[0], ""));
    let review = json!({"spec": {
        "user": format!("system:serviceaccount:{HOME}:{account}"),
        "resourceAttributes": {
            "verb": list(verbs)[0], "group": group, "resource": resource,
            "subresource": subresource, "name": names, "namespace": namespace,
        },
    }});
    wait_for("the authorizer to see the rights", || {
        let answer = api.post(REVIEWS, &review)?;
        Ok((answer["status"]["allowed"] == true).then_some(()))
    })
}

fn check(control_plane: &ControlPlane, account: &str, Row(.., edge, works): &Row) -> Outcome {
    let admin = control_plane.api();
    let token = admin.token(HOME, account)?;
    let file = kubeconfig::with_token(&control_plane.kubeconfig(), &token)?;
    let done = edge.attempt(&Api::connect(file.path())?, admin);
    match (&done, works) {
        (Ok(()), true) => {}
        (Ok(()), false) => bail!("it works"),
        (Err(error), true) => bail!("it does not work: {error:#}"),
        (Err(error), false) => {
            let reported = format!("{error:#}");
            ensure!(reported.contains(edge.refusal()), "refused for another reason: {reported}");
        }
    }
    // Only rights are missing, and nothing is wrong with the request.
    if !works && !edge.is_refused_to_all() {
        edge.attempt(admin, admin).context("an administrator cannot either")?;
    }
    ensure!(predicts(control_plane, *edge, account)? == *works, "podaudit says the opposite");
    let step = steps(control_plane, *edge, account)?;
    ensure!(step.is_none_or(|step| step == *works), "paths says the opposite");
    Ok(())
}

/// Whether podaudit says that this identity gets there.
fn predicts(control_plane: &ControlPlane, edge: Edge, account: &str) -> anyhow::Result<bool> {
    let account = format!("{HOME}/{account}");
    let report = Program::new(["can", &account, "-o", "json"])?
        .env("KUBECONFIG", control_plane.kubeconfig())
        .run()?
        .report(0)?
        .0;
    let rights = report["rights"].as_array().context("no rights")?;
    let holds = |value: &Value, wanted: &str| {
        value.as_array().is_some_and(|all| all.iter().any(|v| v == wanted || v == "*"))
    };
    let has = |&(verb, group, resource, name, namespace): &(_, _, _, _, &str)| {
        rights.iter().find(|right| {
            let names = &right["resourceNames"];
            let any = names.as_array().is_some_and(Vec::is_empty);
            holds(&right["verbs"], verb)
                && holds(&right["apiGroups"], group)
                && holds(&right["resources"], resource)
                && (any || names.as_array().is_some_and(|all| all.iter().any(|n| n == name)))
                && (right["namespace"].is_null() || right["namespace"] == namespace)
        })
    };
    let granted = edge.needs().iter().any(|needs| {
        let found: Vec<_> = needs.iter().filter_map(has).collect();
        // A way that the table of dangerous rights does not have is no way for podaudit.
        found.len() == needs.len() && found.iter().any(|right| !right["danger"].is_null())
    });
    match edge {
        Edge::Node(namespace) if granted => Ok(admits_privileged(control_plane, namespace)?),
        _ => Ok(granted),
    }
}

/// Whether `paths` has the step, for what is a step of its own. That of an empty namespace leads to
/// nothing, and that of one Secret to no identity.
fn steps(control_plane: &ControlPlane, edge: Edge, account: &str) -> anyhow::Result<Option<bool>> {
    let kind = match edge {
        Edge::TokenRequest => "token-request",
        Edge::Run(_) => "pod-create",
        Edge::Ephemeral => "ephemeral",
        Edge::PodImage => "pod-image",
        Edge::ListSecrets => "secret-read",
        Edge::ImpersonateAccount | Edge::ImpersonateMasters | Edge::ImpersonateGroupAlone => {
            "impersonate"
        }
        Edge::Webhook => "webhooks",
        _ => return Ok(None),
    };
    let report = Program::new(["paths", "--from", &format!("{HOME}/{account}"), "-o", "json"])?
        .env("KUBECONFIG", control_plane.kubeconfig())
        .run()?
        .report(0)?
        .0;
    let steps = report["exposed"][0]["steps"].as_array().context("no steps")?.clone();
    Ok(Some(steps.iter().any(|step| {
        let to = &step["to"];
        let there = match edge {
            Edge::ImpersonateMasters | Edge::ImpersonateGroupAlone | Edge::Webhook => {
                to["name"] == "cluster-admin"
            }
            Edge::ImpersonateAccount | Edge::TokenRequest if to["sort"] == "serviceAccount" => {
                to["name"] == "victim"
            }
            _ if to["namespace"] != HOME && to["sort"] != "cluster" => false,
            Edge::ListSecrets => step["certainty"] == "certain",
            // Any kind that runs pods makes the step; this one was attempted.
            Edge::Run(plural) => step["because"][0]["right"]
                .as_str()
                .is_some_and(|right| right.split([' ', '.']).any(|word| word == plural)),
            _ => true,
        };
        step["edge"] == "everything" || step["edge"] == kind && there
    })))
}

/// Whether the namespace enforces nothing that a privileged pod violates, by podaudit's own word.
fn admits_privileged(control_plane: &ControlPlane, namespace: &str) -> anyhow::Result<bool> {
    let report = scan(control_plane, &["-n", namespace])?.report(0)?;
    let enforced = report.finding("namespace-not-enforced", namespace, None)?;
    Ok(enforced["verdict"] == "fail")
}
