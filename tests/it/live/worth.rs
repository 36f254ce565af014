//! What a token is worth: the severity of a mounted token by the rights of its ServiceAccount, in
//! a cluster where nobody outside this namespace has any; and what of it a scan of one namespace can know.

use serde_json::json;

use super::rbac_sar::RBAC;
use super::scan;
use crate::support::api::{Api, wait_for};
use crate::support::kubeconfig;
use crate::support::lab::ControlPlane;
use crate::support::program::Program;
use crate::support::{Outcome, ensure};

const NAMESPACE: &str = "worth";

/// ServiceAccount, the built-in ClusterRole that it is bound to, whether in the whole cluster, and
/// what is then said of its token.
const ROWS: [(&str, &str, bool, &str); 6] = [
    ("idle", "", false, "low"),
    ("talks", "system:discovery", true, "low"),
    ("views", "view", false, "medium"),
    // May run pods in its namespace: as `admin`, too.
    ("edits", "edit", false, "critical"),
    ("edits-all", "edit", true, "critical"),
    ("admin", "cluster-admin", true, "critical"),
];

pub(super) fn of_tokens(bare: &ControlPlane) -> Outcome {
    let api = bare.api();
    api.namespace(NAMESPACE)?;
    for (account, role, in_cluster, _) in ROWS {
        api.service_account(NAMESPACE, account, None)?;
        if !role.is_empty() {
            bind(api, account, role, in_cluster)?;
        }
        let spec = json!({
            "serviceAccountName": account, "containers": [{"name": "app", "image": "app"}],
        });
        api.pod(NAMESPACE, account, &spec)?;
    }
    let report = scan(bare, &["-A"])?.report(0)?;
    for (account, _, _, severity) in ROWS {
        let token = report.finding("token-mounted", account, Some("app"))?;
        ensure!(token["severity"] == severity, "{account}: {token}");
        let unused = report.finding("unused-token", account, Some("app"))?;
        let verdict = if severity == "low" { "fail" } else { "pass" };
        ensure!(unused["verdict"] == verdict, "{account}: {unused}");
    }
    let admin = report.finding("token-mounted", "admin", Some("app"))?["message"].to_string();
    ensure!(
        admin.contains("ClusterRoleBinding worth-admin to ClusterRole cluster-admin"),
        "{admin}"
    );
    in_one_namespace(bare)
}

fn bind(api: &Api, account: &str, role: &str, in_cluster: bool) -> Outcome {
    let binding = json!({
        "metadata": {"name": format!("worth-{account}")},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role},
        "subjects": [{"kind": "ServiceAccount", "namespace": NAMESPACE, "name": account}],
    });
    let path = if in_cluster { String::new() } else { format!("/namespaces/{NAMESPACE}") };
    let kind = if in_cluster { "clusterrolebindings" } else { "rolebindings" };
    api.post(&format!("{RBAC}{path}/{kind}"), &binding).map(drop)
}

/// With a Role alone, the cluster's roles and bindings stay hidden: nothing passes for that.
fn in_one_namespace(bare: &ControlPlane) -> Outcome {
    let api = bare.api();
    api.service_account(NAMESPACE, "scanner", None)?;
    let rule = |group: &str, resources: &[&str], verb: &str| json!({"apiGroups": [group], "resources": resources, "verbs": [verb]});
    let rules = json!([
        rule("", &["pods", "serviceaccounts"], "list"),
        rule("", &["namespaces"], "get"),
        rule("apps", &["replicasets"], "list"),
        rule("batch", &["jobs"], "list"),
        rule("rbac.authorization.k8s.io", &["roles", "rolebindings"], "list"),
    ]);
    let role_path = format!("{RBAC}/namespaces/{NAMESPACE}");
    api.post(
        &format!("{role_path}/roles"),
        &json!({"metadata": {"name": "scan"}, "rules": rules}),
    )?;
    let binding = json!({
        "metadata": {"name": "scan"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "scan"},
        "subjects": [{"kind": "ServiceAccount", "name": "scanner"}],
    });
    api.post(&format!("{role_path}/rolebindings"), &binding)?;
    let token = api.token(NAMESPACE, "scanner")?;
    let file = kubeconfig::with_token(&bare.kubeconfig(), &token)?;
    let own = Api::connect(file.path())?;
    wait_for("the authorizer to see the role", || Ok(own.get(&format!("{role_path}/roles")).ok()))?;

    let run = Program::new(["-n", NAMESPACE, "-o", "json", "--show", "all"])?
        .env("KUBECONFIG", file.path())
        .run()?;
    let report = run.report(0)?;
    for kind in ["clusterroles", "clusterrolebindings"] {
        let record = report.coverage(kind)?;
        ensure!(record["state"] == "notRequested", "{record}");
    }
    for (account, ..) in ROWS {
        let token = report.finding("token-mounted", account, Some("app"))?;
        let reported = token["message"].to_string();
        ensure!(token["severity"] == "medium" && reported.contains("not known"), "{token}");
        for (rule, container) in
            [("unused-token", Some("app")), ("service-account-overprivileged", None)]
        {
            let open = report.finding(rule, account, container)?;
            ensure!(open["verdict"] == "unknown", "{open}");
        }
    }
    // What is wholly inside of the namespace is known.
    let own = report.finding("dangling-binding", "scan", None)?;
    ensure!(own["verdict"] == "pass", "{own}");
    let other = report.finding("dangling-binding", "worth-views", None)?;
    ensure!(other["verdict"] == "unknown", "{other}");
    Ok(())
}
