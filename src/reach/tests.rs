//! Every kind of step on a small cluster, where it is and where it is not.

use crate::manifest::{self, Options};
use crate::reach::{Pods, Reach, Source, Target};

mod pods;
mod rights;

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
fn way(more: &str, source: &Source, to: &str, minor: Option<u32>) -> String {
    let inventory = manifest::parse(
        "test",
        &format!("# A cluster.\n---{CLUSTER}\n---\n{more}"),
        &Options::default(),
    );
    for record in inventory.coverages() {
        assert!(record.problems().next().is_none(), "{:?}", record.problems().collect::<Vec<_>>());
    }
    let pods = Pods::of(&inventory);
    let reach = Reach::new(&inventory, &pods, minor);
    let target: Target = to.parse().expect("a target");
    let Some(path) = reach.path(source, &target) else { return "none".to_owned() };
    let hops = path.hops.iter().map(|hop| {
        assert!(
            !hop.cut.is_empty() && !hop.because.is_empty() || hop.kind == super::Kind::Everything,
            "{hop:?}"
        );
        let sure = if hop.certainty == super::Certainty::Certain { "" } else { "?" };
        format!("{}{sure}", hop.kind.about().id)
    });
    hops.collect::<Vec<_>>().join(" ")
}

fn me() -> Source {
    Source::Account("a".to_owned(), "me".to_owned())
}
