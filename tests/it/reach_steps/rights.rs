//! What rights lead to, and what they do not.

use super::{grant, me, steps_to};

const RBAC: &str = "rbac.authorization.k8s.io";

/// Where the rules hold, the rules, a target, and the way there.
type Case<'a> = (Option<&'a str>, &'a [&'a str], &'a str, &'a str);

fn check(cases: &[Case]) {
    for (namespace, rules, to, want) in cases {
        let rules: Vec<_> =
            rules.iter().map(|rule| rule.replace("RBAC:", &format!("{RBAC}:"))).collect();
        let rules: Vec<_> = rules.iter().map(String::as_str).collect();
        let got = steps_to(&grant(*namespace, "mine", &rules), &me(), to, Some(37));
        assert_eq!(got, *want, "{namespace:?} {rules:?} to {to}");
    }
}

const ADMIN: &str = "cluster-admin";
const BASE: Option<&str> = Some("base");

pub(super) fn pods_and_workloads() {
    check(&[
        (BASE, &["create pods"], ADMIN, "pod-create everything"),
        (BASE, &["create batch:jobs"], ADMIN, "pod-create everything"),
        (BASE, &["create apps:deployments"], ADMIN, "pod-create everything"),
        // Another group has another kind of that name.
        (BASE, &["create extensions:deployments"], ADMIN, "none"),
        (BASE, &["create pods x"], ADMIN, "none"),
        (BASE, &["create,patch pods x"], ADMIN, "pod-create everything"),
        (BASE, &["create pods x", "patch pods x"], ADMIN, "pod-create everything"),
        (BASE, &["create pods x", "patch pods"], ADMIN, "pod-create everything"),
        (BASE, &["create pods x", "patch pods y"], ADMIN, "none"),
        (BASE, &["create pods x", "update pods x"], ADMIN, "none"),
        (BASE, &["create pods/*"], ADMIN, "none"),
        (BASE, &["get pods", "create configmaps"], ADMIN, "none"),
        (Some("a"), &["create pods"], ADMIN, "none"),
        (BASE, &["patch apps:deployments"], ADMIN, "controller-edit? everything"),
        (BASE, &["update batch:jobs"], ADMIN, "none"),
        (Some("strict"), &["create pods"], "secrets:strict", "pod-create?"),
    ]);
}

pub(super) fn a_namespace_decides_whether_pods_lead_to_nodes() {
    check(&[
        (Some("free"), &["create pods"], "node", "pod-to-node"),
        (Some("plain"), &["create pods"], "node", "pod-to-node?"),
        (Some("strict"), &["create pods"], "node", "none"),
        (Some("typo"), &["create pods"], "node", "none"),
        (None, &["create pods"], "node", "pod-to-node"),
        (Some("strict"), &["create pods", "patch namespaces"], "node", "ns-relabel"),
        (Some("strict"), &["create pods", "patch namespaces strict"], "node", "ns-relabel"),
        (Some("strict"), &["create pods", "patch namespaces plain"], "node", "none"),
        (Some("strict"), &["patch namespaces"], "node", "none"),
        (Some("strict"), &["patch namespaces", "patch apps:deployments"], "node", "ns-relabel?"),
        (Some("strict"), &["patch namespaces", "patch batch:jobs"], "node", "none"),
        (
            Some("strict"),
            &["patch namespaces", "patch pods/ephemeralcontainers"],
            "node",
            "ns-relabel?",
        ),
        (None, &["create namespaces", "patch batch:cronjobs"], "node", "pod-to-node?"),
        (Some("strict"), &["create pods,persistentvolumeclaims"], "node", "none"),
    ]);
    let volumes = grant(None, "volumes", &["create persistentvolumes"]);
    for (namespace, want) in [("strict", "pv?"), ("typo", "pv?"), ("plain", "pv? ")] {
        let claims = grant(Some(namespace), "claims", &["create pods,persistentvolumeclaims"]);
        let got = steps_to(&(claims + &volumes), &me(), "node", None);
        // Without a label a privileged pod is as likely.
        let want = if namespace == "plain" { "pod-to-node?" } else { want };
        assert_eq!(got, want, "{namespace}");
    }
    let claims = grant(Some("a"), "claims", &["create pods,persistentvolumeclaims"]);
    assert_eq!(steps_to(&(claims.clone() + &volumes), &me(), "node", None), "pv");
    // A RoleBinding grants nothing on a kind without namespaces.
    let local = grant(Some("a"), "volumes", &["create persistentvolumes"]);
    assert_eq!(steps_to(&(claims + &local), &me(), "node", None), "none");
}

pub(super) fn tokens_and_secrets() {
    check(&[
        (BASE, &["create serviceaccounts/token"], ADMIN, "token-request everything"),
        (BASE, &["create serviceaccounts/token boss"], ADMIN, "token-request everything"),
        (BASE, &["create serviceaccounts/token other"], ADMIN, "none"),
        (BASE, &["create serviceaccounts"], ADMIN, "none"),
        (BASE, &["list secrets"], "secrets:base", "secret-read"),
        (BASE, &["get secrets"], "secrets:base", "secret-read?"),
        (BASE, &["list secrets x"], "secrets:base", "none"),
        (Some("strict"), &["list secrets"], "secrets:free", "none"),
        // Whether some Secret holds a token was not read.
        (BASE, &["list secrets"], ADMIN, "secret-read? everything"),
        (BASE, &["create,get secrets"], ADMIN, "secret-forge everything"),
        (BASE, &["create secrets", "get secrets x"], ADMIN, "secret-forge everything"),
        (BASE, &["create secrets"], ADMIN, "none"),
        (BASE, &["create secrets x", "get secrets x"], ADMIN, "none"),
    ]);
}

pub(super) fn roles_and_bindings() {
    let all = "create RBAC:rolebindings,clusterrolebindings";
    check(&[
        (None, &[all, "bind RBAC:clusterroles"], ADMIN, "bind"),
        (None, &[all], ADMIN, "none"),
        (None, &["bind RBAC:clusterroles"], ADMIN, "none"),
        (None, &[all, "bind RBAC:clusterroles cluster-admin"], ADMIN, "bind everything"),
        (None, &[all, "bind RBAC:clusterroles *"], ADMIN, "none"),
        (
            None,
            &["patch RBAC:clusterrolebindings boss", "bind RBAC:clusterroles"],
            ADMIN,
            "bind everything",
        ),
        (None, &["patch RBAC:clusterrolebindings other", "bind RBAC:clusterroles"], ADMIN, "none"),
        (BASE, &[all, "bind RBAC:clusterroles"], ADMIN, "bind impersonate everything"),
        (BASE, &[all, "bind RBAC:roles"], ADMIN, "none"),
        (Some("a"), &[all, "bind RBAC:clusterroles"], ADMIN, "none"),
        (
            None,
            &["create RBAC:rolebindings", "bind RBAC:clusterroles"],
            ADMIN,
            "bind impersonate everything",
        ),
        (None, &["update,escalate RBAC:clusterroles"], ADMIN, "escalate"),
        (None, &["update,escalate RBAC:clusterroles mine"], ADMIN, "escalate"),
        (None, &["update,escalate RBAC:clusterroles other"], ADMIN, "none"),
        (None, &["escalate RBAC:clusterroles"], ADMIN, "none"),
        (None, &["update RBAC:clusterroles", "escalate RBAC:roles"], ADMIN, "none"),
        (BASE, &["patch,escalate RBAC:roles"], ADMIN, "escalate impersonate everything"),
        (BASE, &["patch,escalate RBAC:clusterroles"], ADMIN, "none"),
        (BASE, &["patch RBAC:roles mine", "escalate RBAC:roles other"], ADMIN, "none"),
        (
            BASE,
            &["create,patch,escalate RBAC:roles", "create RBAC:rolebindings"],
            ADMIN,
            "escalate impersonate everything",
        ),
        (BASE, &["create,patch RBAC:roles", "create RBAC:rolebindings"], ADMIN, "none"),
    ]);
}

pub(super) fn labels_that_a_role_takes_in() {
    let sum = format!(
        "\n---\n{{apiVersion: {RBAC}/v1, kind: ClusterRole, metadata: {{name: sum}}, aggregationRule: \
         {{clusterRoleSelectors: [{{matchLabels: {{sum: 'true'}}}}]}}, rules: []}}\n---\n{{apiVersion: \
         {RBAC}/v1, kind: ClusterRoleBinding, metadata: {{name: sum}}, roleRef: {{kind: ClusterRole, \
         name: sum}}, subjects: [{{kind: ServiceAccount, name: me, namespace: a}}]}}\n"
    );
    let plain = sum.replace("aggregationRule", "other");
    for (rules, sum, want) in [
        ("create,escalate", &sum, "escalate"),
        ("create,escalate", &plain, "none"),
        ("create", &sum, "none"),
        ("escalate", &sum, "none"),
    ] {
        let rules = grant(None, "mine", &[&format!("{rules} {RBAC}:clusterroles")]);
        assert_eq!(steps_to(&(rules + sum), &me(), ADMIN, None), want, "{want}");
    }
    let named = grant(None, "mine", &[&format!("patch,escalate {RBAC}:clusterroles other")]);
    assert_eq!(steps_to(&(named + &sum), &me(), ADMIN, None), "escalate");
}

pub(super) fn kubelets_are_a_group() {
    let nodes = format!(
        "\n---\n{{apiVersion: {RBAC}/v1, kind: ClusterRoleBinding, metadata: {{name: nodes}}, roleRef: \
         {{kind: ClusterRole, name: cluster-admin}}, subjects: [{{kind: Group, name: 'system:nodes'}}]}}\n"
    );
    let csr = "create,get certificates.k8s.io:certificatesigningrequests";
    let own = "create certificates.k8s.io:certificatesigningrequests/nodeclient";
    let rules = grant(None, "mine", &[csr, own]);
    assert_eq!(steps_to(&(rules.clone() + &nodes), &me(), ADMIN, None), "csr-node everything");
    assert_eq!(
        steps_to(&(rules + &nodes.replace("system:nodes", "system:node")), &me(), ADMIN, None),
        "none"
    );
    let root = grant(Some("free"), "mine", &["create pods"]) + &nodes;
    assert_eq!(steps_to(&root, &me(), "cluster-admin", None), "pod-create everything");
    let root = root.replace("name: boss, namespace: free", "name: gone, namespace: free");
    assert_eq!(steps_to(&root, &me(), "node", None), "pod-to-node");
}

/// Before 1.35 nobody could be limited to verbs.
pub(super) fn limited_impersonation_by_version() {
    let rules = [
        "impersonate:serviceaccount authentication.k8s.io:serviceaccounts",
        "impersonate-on:serviceaccount:get configmaps",
    ];
    let rules = grant(BASE, "mine", &rules);
    assert_eq!(steps_to(&rules, &me(), ADMIN, Some(34)), "none");
    assert_eq!(steps_to(&rules, &me(), ADMIN, Some(36)), "impersonate-constrained? everything");
}

pub(super) fn other_identities() {
    check(&[
        (BASE, &["impersonate serviceaccounts"], ADMIN, "impersonate everything"),
        (BASE, &["impersonate serviceaccounts boss"], ADMIN, "impersonate everything"),
        (BASE, &["impersonate users,groups"], ADMIN, "none"),
        (None, &["impersonate users"], ADMIN, "impersonate everything"),
        (None, &["impersonate users root"], ADMIN, "impersonate everything"),
        (None, &["impersonate users nobody"], ADMIN, "none"),
        (None, &["impersonate groups"], ADMIN, "none"),
        (None, &["impersonate groups", "impersonate users nobody"], ADMIN, "impersonate"),
        (None, &["impersonate groups system:masters", "impersonate users x"], ADMIN, "impersonate"),
        (
            None,
            &["impersonate groups admins", "impersonate users x"],
            ADMIN,
            "impersonate everything",
        ),
        (None, &["impersonate groups others", "impersonate users x"], ADMIN, "none"),
        (
            BASE,
            &[
                "impersonate:serviceaccount authentication.k8s.io:serviceaccounts",
                "impersonate-on:serviceaccount:get configmaps",
            ],
            ADMIN,
            "impersonate-constrained? everything",
        ),
        (
            BASE,
            &["impersonate:serviceaccount authentication.k8s.io:serviceaccounts"],
            ADMIN,
            "none",
        ),
        (
            None,
            &[
                "impersonate:user-info authentication.k8s.io:users",
                "impersonate-on:user-info:list pods",
            ],
            ADMIN,
            "impersonate-constrained? everything",
        ),
    ]);
}

pub(super) fn certificates() {
    const CSR: &str = "create,get certificates.k8s.io:certificatesigningrequests";
    const APPROVAL: &str = "patch certificates.k8s.io:certificatesigningrequests/approval";
    let signer = |name: &str| format!("approve certificates.k8s.io:signers {name}");
    let client = signer("kubernetes.io/kube-apiserver-client");
    let domain = signer("kubernetes.io/*");
    let other = signer("example.com/x");
    let node = "create certificates.k8s.io:certificatesigningrequests/nodeclient";
    check(&[
        (None, &[CSR, APPROVAL, &client], ADMIN, "csr everything"),
        (None, &[CSR, APPROVAL, &domain], ADMIN, "csr everything"),
        (None, &[CSR, APPROVAL, &other], ADMIN, "none"),
        (None, &[CSR, APPROVAL], ADMIN, "none"),
        (None, &[CSR, &client], ADMIN, "none"),
        (BASE, &[CSR, APPROVAL, &client], ADMIN, "none"),
        (None, &[CSR, node], "node", "none"),
    ]);
    // A kubelet's credentials give what pods on its node have.
    let pod = "---\n{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: base, uid: u}, spec: \
               {nodeName: n1, serviceAccountName: boss, containers: [{name: c}]}}\n";
    for (rules, want) in [
        (&[CSR, node][..], "csr-node node-identity? everything"),
        (
            &["create certificates.k8s.io:certificatesigningrequests", node],
            "csr-node? node-identity? everything",
        ),
        (&[node], "none"),
    ] {
        assert_eq!(
            steps_to(&(grant(None, "mine", rules) + pod), &me(), ADMIN, None),
            want,
            "{rules:?}"
        );
    }
}

pub(super) fn what_guards_the_cluster() {
    const ADMISSION: &str = "admissionregistration.k8s.io";
    let hook = format!("patch {ADMISSION}:mutatingwebhookconfigurations");
    let validating = format!("create {ADMISSION}:validatingwebhookconfigurations");
    let policy = format!("create {ADMISSION}:mutatingadmissionpolicies");
    let bound = format!("create {ADMISSION}:mutatingadmissionpolicybindings");
    check(&[
        (None, &[&hook], ADMIN, "webhooks?"),
        (BASE, &[&hook], ADMIN, "none"),
        (None, &[&validating], "secrets:base", "webhooks?"),
        (None, &[&policy, &bound], ADMIN, "map?"),
        (None, &[&policy], ADMIN, "none"),
        (None, &["create apiregistration.k8s.io:apiservices"], ADMIN, "apiservice?"),
        (BASE, &["create apiregistration.k8s.io:apiservices"], ADMIN, "none"),
        (None, &["update storage.k8s.io:csidrivers"], ADMIN, "csi? everything"),
    ]);
}

pub(super) fn everything() {
    let all = grant(None, "mine", &["* *:*"]);
    assert_eq!(steps_to(&all, &me(), ADMIN, None), "everything");
    assert_eq!(steps_to(&all, &me(), "secrets:strict", None), "everything everything");
    // All of a namespace is its ServiceAccounts, and no more.
    let local = grant(BASE, "mine", &["* *:*"]);
    assert_eq!(steps_to(&local, &me(), ADMIN, None), "impersonate everything");
    assert_eq!(
        steps_to(&grant(Some("strict"), "mine", &["* *:*"]), &me(), "node", None),
        "ns-relabel"
    );
}
