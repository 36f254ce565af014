//! Random roles, bindings, identities and questions from a small vocabulary, so that they meet.

use std::collections::BTreeSet;

use podaudit::rbac::{Attributes, Identity, RequestTarget};
use serde_json::{Value, json};

use super::rbac_sar::review;

/// Where the roles and bindings are; the last has none of its own.
pub(super) const NAMESPACES: [&str; 4] = ["sar-a", "sar-b", "sar-ab", "sar-empty"];
pub(super) const ACCOUNTS: [&str; 4] = ["app", "app-b", "default", "robot"];
const USERS: [&str; 4] = ["sar-alice", "sar-Alice", "*", "sar-bob"];
const GROUPS: [&str; 3] = ["sar-dev", "sar-ops", "*"];
const VERBS: [&str; 9] =
    ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", "bind"];
/// Rules that broad groups get in the whole cluster keep to those that begin with `sar.`: other
/// tests use this API server at the same time, and count on having no rights.
const API_GROUPS: [&str; 5] = ["", "apps", "sar.one", "sar.two", "*"];
const RESOURCES: [&str; 12] = [
    "pods",
    "pods/exec",
    "pods/log",
    "pods/*",
    "*/exec",
    "*/scale",
    "secrets",
    "deployments",
    "deployments/scale",
    "*/*",
    "po*",
    "*",
];
const NAMES: [&str; 3] = ["web", "db", "*"];
const URLS: [&str; 8] =
    ["/sar", "/sar/*", "/sar/a*", "/sar/b**", "/sar/*/c", "/sar/metrics", "/sar-x/*", "/sar/é*"];
const PATHS: [&str; 12] = [
    "/sar",
    "/sar/",
    "/sar/a",
    "/sar/ab/c",
    "/sar/b",
    "/sar/x/c",
    "/sar/*/c",
    "/sar/metrics",
    "/sar/metrics/",
    "/sar-x/y",
    "/sar/é/1",
    "/version",
];
const CLUSTER_ROLES: usize = 40;
const ROLES: usize = 12;
/// Bindings in the cluster, and in each namespace.
const BINDINGS: usize = 48;

/// One question.
pub(super) struct Question {
    pub(super) identity: Identity,
    verb: &'static str,
    /// Group, resource, subresource, namespace, name; or a path.
    target: Result<[&'static str; 5], &'static str>,
}

impl Question {
    /// For podaudit.
    pub(super) fn attributes(&self) -> Attributes<'_> {
        let target = match self.target {
            Ok([group, resource, subresource, namespace, name]) => {
                RequestTarget::Resource { group, resource, subresource, namespace, name }
            }
            Err(path) => RequestTarget::Path(path),
        };
        Attributes { verb: self.verb, target }
    }

    /// For the API server.
    pub(super) fn review(&self) -> Value {
        let mut spec = json!({"user": self.identity.user, "groups": self.identity.groups});
        match self.target {
            Ok([group, resource, subresource, namespace, name]) => {
                spec["resourceAttributes"] = json!({
                    "verb": self.verb, "group": group, "resource": resource,
                    "subresource": subresource, "namespace": namespace, "name": name,
                });
            }
            Err(path) => {
                spec["nonResourceAttributes"] = json!({"verb": self.verb, "path": path});
            }
        }
        review(&spec)
    }
}

/// What to create, and a source of questions about it.
pub(super) struct World {
    random: u64,
    /// Path below the API group, and the objects to create there, in this order.
    pub(super) objects: Vec<(String, Vec<Value>)>,
    /// Aggregated `ClusterRole`s, and how many rules each is to have.
    pub(super) aggregated: Vec<(String, usize)>,
    /// Verbs, groups, resources and names of each rule, to ask for what some of them allow.
    known: Vec<[Vec<&'static str>; 4]>,
}

impl World {
    pub(super) fn new(seed: u64) -> Self {
        let mut world =
            Self { random: seed, objects: Vec::new(), aggregated: Vec::new(), known: Vec::new() };
        world.cluster_roles();
        let bindings = (0..BINDINGS).map(|n| world.binding(n, None)).collect();
        world.objects.push(("clusterrolebindings".to_owned(), bindings));
        for namespace in &NAMESPACES[..3] {
            let role = |n| (format!("sar-{n}"), n % 3 == 0);
            let roles = (0..ROLES).map(role).map(|(name, tame)| {
                json!({"metadata": {"name": name}, "rules": world.rules(tame, false)})
            });
            let roles = roles.collect();
            world.objects.push((format!("namespaces/{namespace}/roles"), roles));
            let bindings = (0..BINDINGS).map(|n| world.binding(n, Some(namespace))).collect();
            world.objects.push((format!("namespaces/{namespace}/rolebindings"), bindings));
        }
        world
    }

    /// Every second one is tame. Two more are aggregated from some of the tame, and a third from
    /// the first of these two.
    fn cluster_roles(&mut self) {
        let mut sums = [BTreeSet::new(), BTreeSet::new()];
        let mut all = Vec::new();
        for n in 0..CLUSTER_ROLES {
            let rules = self.rules(n % 2 == 0, true);
            let mut labels = json!({});
            if n % 2 == 0 && n % 8 < 4 {
                let to = n % 8 / 2;
                labels["podaudit.dev/sar"] = json!(to.to_string());
                sums[to].extend(rules.iter().map(ToString::to_string));
            }
            all.push(
                json!({"metadata": {"name": format!("sar-{n}"), "labels": labels}, "rules": rules}),
            );
        }
        let names = ["sar-sum-0", "sar-sum-1", "sar-sum-2"];
        for (n, name) in names.into_iter().enumerate() {
            let labels = if n == 0 { json!({"podaudit.dev/sar": "2"}) } else { json!({}) };
            let selector = json!({"matchLabels": {"podaudit.dev/sar": n.to_string()}});
            all.push(json!({
                "metadata": {"name": name, "labels": labels},
                "aggregationRule": {"clusterRoleSelectors": [selector]},
            }));
            self.aggregated.push((name.to_owned(), sums[n % 2].len()));
        }
        self.objects.push(("clusterroles".to_owned(), all));
    }

    fn rules(&mut self, tame: bool, for_cluster: bool) -> Vec<Value> {
        let count = 1 + self.below(2);
        (0..count).map(|_| self.rule(tame, for_cluster)).collect()
    }

    fn rule(&mut self, tame: bool, for_cluster: bool) -> Value {
        let verbs = if self.one_in(12) { vec!["*"] } else { self.some(&VERBS, 4) };
        if for_cluster && self.one_in(3) {
            let urls = if !tame && self.one_in(12) { vec!["*"] } else { self.some(&URLS, 2) };
            return json!({"verbs": verbs, "nonResourceURLs": urls});
        }
        let groups = if tame { &API_GROUPS[2..4] } else { &API_GROUPS };
        let names = if self.one_in(3) { self.some(&NAMES, 2) } else { Vec::new() };
        let (groups, resources) = (self.some(groups, 2), self.some(&RESOURCES, 3));
        let rule = json!({
            "verbs": verbs, "apiGroups": groups, "resources": resources, "resourceNames": names,
        });
        self.known.push([verbs, groups, resources, names]);
        rule
    }

    fn binding(&mut self, n: usize, namespace: Option<&str>) -> Value {
        let broad = self.one_in(4);
        let role = match self.below(12) {
            0 => ("ClusterRole", "sar-missing".to_owned()),
            1 if namespace.is_some() => ("Role", "sar-missing".to_owned()),
            2 => ("ClusterRole", format!("sar-sum-{}", self.below(3))),
            3..6 if namespace.is_some() => ("Role", format!("sar-{}", self.below(ROLES))),
            _ => ("ClusterRole", format!("sar-{}", self.below(CLUSTER_ROLES / 2) * 2)),
        };
        let mut subjects: Vec<_> =
            (0..=self.below(2)).map(|_| self.subject(namespace.is_some())).collect();
        // The wild ones are for names that only these tests know.
        let (kind, name) = if broad {
            subjects.push(self.broad());
            role
        } else if self.one_in(3) {
            ("ClusterRole", format!("sar-{}", self.below(CLUSTER_ROLES)))
        } else {
            role
        };
        json!({
            "metadata": {"name": format!("sar-{n}")},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": name},
            "subjects": subjects,
        })
    }

    /// Of these namespaces only, or a name that nobody has.
    fn subject(&mut self, in_namespace: bool) -> Value {
        let (account, namespace) = (self.pick(&ACCOUNTS), self.pick(&NAMESPACES));
        match self.below(8) {
            0 => json!({"kind": "User", "name": self.pick(&USERS)}),
            1 => json!({"kind": "Group", "name": self.pick(&GROUPS)}),
            2 => {
                json!({"kind": "User", "name": format!("system:serviceaccount:{namespace}:{account}")})
            }
            3 => json!({"kind": "Group", "name": format!("system:serviceaccounts:{namespace}")}),
            4 | 5 if in_namespace => json!({"kind": "ServiceAccount", "name": account}),
            _ => json!({"kind": "ServiceAccount", "name": account, "namespace": namespace}),
        }
    }

    fn broad(&mut self) -> Value {
        let groups = ["system:authenticated", "system:serviceaccounts", "system:unauthenticated"];
        json!({"kind": "Group", "name": self.pick(&groups)})
    }

    fn identity(&mut self) -> Identity {
        let mut identity = match self.below(4) {
            0 => Identity { user: self.pick(&USERS).to_owned(), groups: BTreeSet::new() },
            _ => Identity::service_account(self.pick(&NAMESPACES), self.pick(&ACCOUNTS)),
        };
        // Authentication would not tell these; the authorizer does not ask how they came about.
        if self.one_in(6) {
            identity.groups.insert(self.pick(&GROUPS).to_owned());
        }
        if self.one_in(12) {
            identity.groups.clear();
        }
        identity
    }

    pub(super) fn question(&mut self) -> Question {
        let identity = self.identity();
        let verb = if self.one_in(20) { "*" } else { self.pick(&VERBS) };
        if self.one_in(5) {
            return Question { identity, verb, target: Err(self.pick(&PATHS)) };
        }
        let resources =
            ["pods", "pods", "secrets", "deployments", "nodes", "*", "pods/exec", "po*"];
        let subresource =
            if self.one_in(2) { "" } else { self.pick(&["exec", "log", "scale", "*"]) };
        let name = if self.one_in(3) { "" } else { self.pick(&["web", "db", "other", "*"]) };
        let namespace =
            if self.one_in(8) { "" } else { self.pick(&["sar-a", "sar-b", "sar-ab", "sar-empty"]) };
        let group = self.pick(&["", "apps", "sar.one", "sar.two", "sar.one", "sar.two", "*"]);
        if self.one_in(3) {
            // As some rule has it, whether this identity has the rule or not.
            let rule = self.below(self.known.len());
            let [verbs, groups, resources, names] = self.known[rule].clone();
            let resource = self.pick(&resources);
            let (resource, subresource) =
                resource.split_once('/').unwrap_or((resource, subresource));
            let name = if names.is_empty() { name } else { self.pick(&names) };
            let target = [self.pick(&groups), resource, subresource, namespace, name];
            return Question { identity, verb: self.pick(&verbs), target: Ok(target) };
        }
        let target = [group, self.pick(&resources), subresource, namespace, name];
        Question { identity, verb, target: Ok(target) }
    }

    fn some(&mut self, of: &[&'static str], most: usize) -> Vec<&'static str> {
        let count = 1 + self.below(most);
        let picked: BTreeSet<_> = (0..count).map(|_| self.pick(of)).collect();
        picked.into_iter().collect()
    }

    fn pick(&mut self, of: &[&'static str]) -> &'static str {
        of[self.below(of.len())]
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    /// `SplitMix64`: the same numbers on every machine.
    fn below(&mut self, limit: usize) -> usize {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.random;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % limit as u64).unwrap_or_default()
    }
}
