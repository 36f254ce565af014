//! Every kind of step on a small cluster, where it is and where it is not.

use libtest_mimic::Trial;
use podaudit::manifest::{self, Options};
use podaudit::reach::{Certainty, PathSource, PathTarget, PodVariants, Reach, StepKind};

use crate::support::trial;

mod pods;
mod rights;

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial(rights::pods_and_workloads),
        trial(rights::a_namespace_decides_whether_pods_lead_to_nodes),
        trial(rights::tokens_and_secrets),
        trial(rights::roles_and_bindings),
        trial(rights::labels_that_a_role_takes_in),
        trial(rights::kubelets_are_a_group),
        trial(rights::limited_impersonation_by_version),
        trial(rights::other_identities),
        trial(rights::certificates),
        trial(rights::what_guards_the_cluster),
        trial(rights::everything),
        trial(pods::tokens_that_are_mounted),
        trial(pods::into_containers),
        trial(pods::what_a_namespace_enforces_holds_for_changes_too),
        trial(pods::out_of_containers),
        trial(pods::from_node_to_node_only_by_what_is_there),
        trial(pods::containers_of_one_pod),
        trial(pods::logs_that_the_kubelet_serves),
        trial(pods::token_secrets_that_were_listed),
    ]
}

/// Namespaces that enforce every sort of level, and ServiceAccount `a/me`, who is asked about.
/// In each namespace `boss` may do everything in the cluster, and nobody runs as it.
const CLUSTER: &str = r#"
{apiVersion: v1, kind: Namespace, metadata: {name: a, labels: {pod-security.kubernetes.io/enforce: baseline}}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: free, labels: {pod-security.kubernetes.io/enforce: privileged}}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: base, labels: {pod-security.kubernetes.io/enforce: baseline}}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: strict, labels: {pod-security.kubernetes.io/enforce: restricted}}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: typo, labels: {pod-security.kubernetes.io/enforce: privilegd}}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: plain}}
---
{apiVersion: v1, kind: Node, metadata: {name: n1}}
---
{apiVersion: v1, kind: Node, metadata: {name: n2}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: me, namespace: a}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: boss, namespace: base}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: boss, namespace: free}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: cluster-admin}
rules: [{apiGroups: ["*"], resources: ["*"], verbs: ["*"]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: boss}
roleRef: {kind: ClusterRole, name: cluster-admin}
subjects:
- {kind: ServiceAccount, name: boss, namespace: base}
- {kind: ServiceAccount, name: boss, namespace: free}
- {kind: User, name: root}
- {kind: Group, name: admins}
"#;

/// Rules of `me` from a binding: in the cluster for `None`. Short: `verbs group/resources names`.
fn grant(namespace: Option<&str>, name: &str, rules: &[&str]) -> String {
    let list = |text: &str| {
        format!("[{}]", text.split(',').map(|t| format!("'{t}'")).collect::<Vec<_>>().join(", "))
    };
    let rule = |rule: &&str| {
        let parts: Vec<_> = rule.split(' ').collect();
        let (group, resources) = parts[1].split_once(':').unwrap_or(("", parts[1]));
        let names = parts.get(2).map(|names| format!(", resourceNames: {}", list(names)));
        format!(
            "{{verbs: {}, apiGroups: ['{group}'], resources: {}{}}}",
            list(parts[0]),
            list(resources),
            names.unwrap_or_default()
        )
    };
    let rules: Vec<_> = rules.iter().map(rule).collect();
    let (cluster, place) = match namespace {
        None => ("Cluster", String::new()),
        Some(namespace) => ("", format!(", namespace: {namespace}")),
    };
    format!(
        "\n---\n{{apiVersion: rbac.authorization.k8s.io/v1, kind: {cluster}Role, metadata: \
         {{name: {name}{place}}}, rules: [{}]}}\n---\n{{apiVersion: rbac.authorization.k8s.io/v1, \
         kind: {cluster}RoleBinding, metadata: {{name: {name}{place}}}, roleRef: {{kind: \
         {cluster}Role, name: {name}}}, subjects: [{{kind: ServiceAccount, name: me, namespace: \
         a}}]}}\n",
        rules.join(", ")
    )
}

/// The steps of the best path, `kind` or `kind?`, or `none`.
fn steps_to(more: &str, source: &PathSource, to: &str, minor: Option<u32>) -> String {
    let inventory = manifest::parse(
        "test",
        &format!("# A cluster.\n---{CLUSTER}\n---\n{more}"),
        &Options::default(),
    );
    for record in inventory.coverages() {
        assert!(record.problems().next().is_none(), "{:?}", record.problems().collect::<Vec<_>>());
    }
    let pods = PodVariants::from_inventory(&inventory);
    let reach = Reach::new(&inventory, &pods, minor);
    let target: PathTarget = to.parse().expect("a target");
    let Some(path) = reach.path(source, &target) else { return "none".to_owned() };
    let steps = path.steps.iter().map(|step| {
        assert!(
            !step.cut.is_empty() && !step.reasons.is_empty() || step.kind == StepKind::Everything,
            "{step:?}"
        );
        let sure = if step.certainty == Certainty::Certain { "" } else { "?" };
        format!("{}{sure}", step.kind.spec().id)
    });
    steps.collect::<Vec<_>>().join(" ")
}

fn me() -> PathSource {
    PathSource::Account("a".to_owned(), "me".to_owned())
}
