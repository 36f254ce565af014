//! What the in-memory server has beside pods: accounts in two pages, owners, rights.

use serde_json::{Value, json};

use crate::inventory::Resource;

/// More than a page.
const ACCOUNTS: usize = 505;

/// The path of a list, the kind of its items, and the items by name.
pub(super) type List = (String, &'static str, Vec<(String, Value)>);

/// The list that a path is of, and the namespace that it is limited to.
pub(super) fn limited(path: &str) -> (String, Option<&str>) {
    match path
        .split_once("/namespaces/")
        .and_then(|(root, rest)| Some((root, rest.split_once('/')?)))
    {
        Some((root, (namespace, plural))) => (format!("{root}/{plural}"), Some(namespace)),
        None => (path.to_owned(), None),
    }
}

/// Every list but that of the pods.
pub(super) fn lists() -> Vec<List> {
    let others = Resource::AUDIT.into_iter().filter(|kind| *kind != Resource::Pods);
    let named = |object: Value| {
        (object["metadata"]["name"].as_str().unwrap_or_default().to_owned(), object)
    };
    others
        .map(|kind| {
            (kind.list_path(None), kind.kind(), items(kind).into_iter().map(named).collect())
        })
        .collect()
}

/// Adds a namespace with a pod.
pub(super) fn make(lists: &mut [List]) {
    for (_, kind, objects) in lists {
        let mut object = json!({"metadata": {"name": "zz-new"}});
        match *kind {
            "Namespace" => {}
            "Pod" => object["metadata"]["namespace"] = json!("zz-new"),
            _ => continue,
        }
        if objects.iter().all(|(name, _)| name != "zz-new") {
            objects.push(("zz-new".to_owned(), object));
        }
    }
}

fn items(resource: Resource) -> Vec<Value> {
    match resource {
        Resource::Namespaces => vec![json!({"metadata": {"name": "shop"}})],
        Resource::ServiceAccounts => {
            let account =
                |n| json!({"metadata": {"name": format!("account-{n:03}"), "namespace": "shop"}});
            let mut accounts: Vec<_> = (0..ACCOUNTS).map(account).collect();
            accounts.push(json!({"metadata": {"name": "default", "namespace": "shop"},
                "automountServiceAccountToken": false}));
            accounts
        }
        Resource::ReplicaSets => vec![json!({"metadata": {
            "name": "web-1", "namespace": "shop", "uid": "uid-web-1",
            "ownerReferences": [{"kind": "Deployment", "name": "web", "uid": "d", "controller": true}],
        }})],
        Resource::ClusterRoles => vec![json!({"metadata": {"name": "all"},
            "rules": [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}]})],
        Resource::ClusterRoleBindings => vec![json!({"metadata": {"name": "all"},
            "roleRef": {"kind": "ClusterRole", "name": "all"},
            "subjects": [{"kind": "ServiceAccount", "name": "default", "namespace": "shop"}]})],
        _ => Vec::new(),
    }
}
