//! Random small clusters for paths, and a slow closure over them that knows nothing of graphs: it
//! asks the authorizer's rules again and again until nothing more is had.

use std::collections::BTreeSet;

use podaudit::inventory::Inventory;
use podaudit::manifest;
use podaudit::rbac::{Attributes, Identity, RequestTarget, Resolver};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

pub(crate) const NAMESPACES: [&str; 3] = ["a", "b", "free"];
pub(crate) const ACCOUNTS: [&str; 2] = ["x", "y"];
const RBAC: &str = "rbac.authorization.k8s.io";
/// Verb, group, resource: alone or together they make steps.
const RULES: [(&str, &str, &str); 14] = [
    ("create", "", "pods"),
    ("create", "", "pods/exec"),
    ("create", "", "serviceaccounts/token"),
    ("impersonate", "", "serviceaccounts"),
    ("get", "", "nodes/proxy"),
    ("create", RBAC, "rolebindings"),
    ("create", RBAC, "clusterrolebindings"),
    ("bind", RBAC, "clusterroles"),
    ("bind", "", "clusterroles"),
    ("get", "", "pods"),
    ("list", "", "configmaps"),
    ("patch", "", "namespaces"),
    ("*", "", "serviceaccounts/token"),
    ("*", "*", "*"),
];
const OBJECTS: [&str; 5] = ["x", "p0", "p1", "n0", "free"];

/// A cluster as a list of objects.
pub(crate) type World = Vec<Value>;

fn rule() -> BoxedStrategy<Value> {
    let names = prop::option::weighted(0.2, select(&OBJECTS[..]));
    (select(&RULES[..]), names)
        .prop_map(|((verb, group, resource), name)| {
            // All verbs on a name are more steps than the slow closure knows.
            let name = name.filter(|_| group != "*");
            json!({"verbs": [verb], "apiGroups": [group], "resources": [resource],
                "resourceNames": name.into_iter().collect::<Vec<_>>()})
        })
        .boxed()
}

/// A binding to one of the roles, in a namespace or, for the last choice, in the cluster.
pub(crate) fn binding() -> BoxedStrategy<Value> {
    let place = select(vec![Some("a"), Some("b"), Some("free"), None]);
    (0..6_usize, place, select(&NAMESPACES[..]), select(&ACCOUNTS[..]), 0..12_u8, 0..1000_u32)
        .prop_map(|(role, place, namespace, account, group, number)| {
            let subject = match group {
                0 => {
                    json!({"kind": "Group", "name": format!("system:serviceaccounts:{namespace}")})
                }
                _ => json!({"kind": "ServiceAccount", "name": account, "namespace": namespace}),
            };
            let kind = if place.is_some() { "RoleBinding" } else { "ClusterRoleBinding" };
            json!({"apiVersion": format!("{RBAC}/v1"), "kind": kind,
                "metadata": {"name": format!("b{number}"), "namespace": place},
                "roleRef": {"kind": "ClusterRole", "name": format!("r{role}")},
                "subjects": [subject]})
        })
        .boxed()
}

fn pod() -> BoxedStrategy<Value> {
    (select(&NAMESPACES[..]), select(&ACCOUNTS[..]), any::<[bool; 2]>(), 0..2_u8, 0..4_u8)
        .prop_map(|(namespace, account, [token, wild], node, number)| {
            let mounts = if token { json!([{"name": "t", "mountPath": "/t"}]) } else { json!([]) };
            json!({"apiVersion": "v1", "kind": "Pod",
                "metadata": {"name": format!("p{number}"), "namespace": namespace, "uid": format!("{namespace}{number}")},
                "spec": {"serviceAccountName": account, "nodeName": format!("n{node}"),
                    "volumes": [{"name": "t", "projected": {"sources": [{"serviceAccountToken": {"path": "t"}}]}}],
                    "containers": [{"name": "c", "volumeMounts": mounts,
                        "securityContext": {"privileged": wild, "runAsUser": 0}}]}})
        })
        .boxed()
}

/// Namespaces and accounts are always the same; the rest is random.
pub(crate) fn world() -> BoxedStrategy<World> {
    let role = prop::collection::vec(rule(), 1..4);
    let roles = prop::collection::vec(role, 6);
    let bindings = prop::collection::vec(binding(), 0..8);
    (roles, bindings, prop::collection::vec(pod(), 0..6))
        .prop_map(|(roles, bindings, pods)| {
            let mut world: World = Vec::new();
            for namespace in NAMESPACES {
                let level = if namespace == "free" { "privileged" } else { "restricted" };
                let labels = json!({"pod-security.kubernetes.io/enforce": level});
                world.push(json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace, "labels": labels}}));
                for account in ACCOUNTS {
                    world.push(json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": account, "namespace": namespace}}));
                }
            }
            for node in ["n0", "n1"] {
                world.push(json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": node}}));
            }
            for (number, rules) in roles.into_iter().enumerate() {
                world.push(json!({"apiVersion": format!("{RBAC}/v1"), "kind": "ClusterRole",
                    "metadata": {"name": format!("r{number}")}, "rules": rules}));
            }
            world.extend(bindings);
            world.extend(pods);
            unique(world)
        })
        .boxed()
}

/// Two objects of one name are one object.
fn unique(world: World) -> World {
    let mut found = BTreeSet::new();
    let key = |o: &Value| {
        format!("{} {} {}", o["kind"], o["metadata"]["namespace"], o["metadata"]["name"])
    };
    world.into_iter().filter(|object| found.insert(key(object))).collect()
}

pub(crate) fn read(world: &World) -> Inventory {
    let list = json!({"apiVersion": "v1", "kind": "List", "items": world});
    manifest::parse("world", &list.to_string(), &manifest::Options::default())
}

/// What somebody has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Had {
    accounts: BTreeSet<(String, String)>,
    pods: BTreeSet<(String, String)>,
    pub(crate) nodes: BTreeSet<String>,
    pub(crate) admin: bool,
}

/// Everything that can be had from an account, by certain steps alone.
pub(crate) fn closure(world: &World, namespace: &str, account: &str) -> Had {
    let inventory = read(world);
    let resolver = Resolver::new(&inventory);
    let mut had = Had::default();
    had.accounts.insert((namespace.to_owned(), account.to_owned()));
    loop {
        let before = had.clone();
        for (namespace, account) in &before.accounts {
            use_account(&resolver, world, &Identity::service_account(namespace, account), &mut had);
        }
        for pod in world.iter().filter(|object| object["kind"] == "Pod") {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let namespace = text(&pod["metadata"]["namespace"]);
            let node = text(&pod["spec"]["nodeName"]);
            let container = &pod["spec"]["containers"][0];
            let has_token = container["volumeMounts"].as_array().is_some_and(|m| !m.is_empty());
            let key = (namespace.clone(), text(&pod["metadata"]["name"]));
            let inside = before.pods.contains(&key);
            if has_token && (inside || before.nodes.contains(&node)) {
                had.accounts.insert((namespace, text(&pod["spec"]["serviceAccountName"])));
            }
            if inside && container["securityContext"]["privileged"] == true {
                had.nodes.insert(node);
            }
        }
        if had.admin {
            had.nodes.extend(["n0", "n1"].map(str::to_owned));
        }
        if had == before {
            return had;
        }
    }
}

fn use_account(resolver: &Resolver, world: &World, who: &Identity, had: &mut Had) {
    let may = |verb: &str, group: &str, kind: &str, namespace: &str, name: &str| {
        let (resource, subresource) = kind.split_once('/').unwrap_or((kind, ""));
        let target = RequestTarget::Resource { group, resource, subresource, namespace, name };
        resolver.allows(who, &Attributes { verb, target }).is_some()
    };
    let all_nodes = |had: &mut Had| had.nodes.extend(["n0", "n1"].map(str::to_owned));
    let everything = resolver.rules_for(who, "").into_iter().any(|grant| {
        let all = |list: &Vec<String>| list.iter().any(|text| text == "*");
        let rule = grant.rule;
        rule.resource_names.is_empty()
            && all(&rule.verbs)
            && all(&rule.api_groups)
            && all(&rule.resources)
    });
    let binds = may("create", RBAC, "clusterrolebindings", "", "");
    if everything || binds && may("bind", RBAC, "clusterroles", "", "cluster-admin") {
        had.admin = true;
    }
    for namespace in NAMESPACES {
        let rules = may("create", RBAC, "rolebindings", namespace, "")
            && may("bind", RBAC, "clusterroles", namespace, "cluster-admin");
        let creates = rules || may("create", "", "pods", namespace, "");
        let labels = rules || may("patch", "", "namespaces", namespace, namespace);
        if creates && (namespace == "free" || labels) {
            all_nodes(had);
        }
        for account in ACCOUNTS {
            let token = may("create", "", "serviceaccounts/token", namespace, account);
            if creates || token || may("impersonate", "", "serviceaccounts", namespace, account) {
                had.accounts.insert((namespace.to_owned(), account.to_owned()));
            }
        }
        for pod in
            world.iter().filter(|o| o["kind"] == "Pod" && o["metadata"]["namespace"] == *namespace)
        {
            let name = pod["metadata"]["name"].as_str().unwrap_or_default();
            let node = pod["spec"]["nodeName"].as_str().unwrap_or_default();
            let kubelet = may("get", "", "nodes/proxy", "", node);
            if rules || kubelet || may("create", "", "pods/exec", namespace, name) {
                had.pods.insert((namespace.to_owned(), name.to_owned()));
            }
        }
    }
}
