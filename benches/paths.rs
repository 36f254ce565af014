//! What paths cost on large clusters: time and peak memory of the analysis alone, at three sizes.
//! Not a criterion benchmark, because memory counts as well; `cargo bench --bench paths`.

#![allow(clippy::print_stdout, reason = "a report")]

use std::time::Instant;

use peak_alloc::PeakAlloc;
use podaudit::inventory::{Inventory, Resource};
use podaudit::reach::{PodVariants, Reach};
use serde_json::value::RawValue;
use serde_json::{Value, json};

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// Pods, ServiceAccounts, nodes, bindings.
const SIZES: [[usize; 4]; 3] =
    [[10_000, 1_500, 350, 3_500], [50_000, 7_000, 1_700, 17_000], [150_000, 20_000, 5_000, 50_000]];

fn main() {
    // `cargo test --benches` asks for a list, or runs everything once.
    let sizes = if std::env::args().any(|arg| arg == "--bench") { &SIZES[..] } else { &SIZES[..1] };
    println!(
        "pods accounts nodes bindings | classes s | analysis s, peak MB, left MB | vertices edges | exposed, their paths s"
    );
    for size in sizes {
        run(*size);
    }
}

fn run(size: [usize; 4]) {
    let [pods, accounts, nodes, bindings] = size;
    let inventory = cluster(size);
    let start = Instant::now();
    let classes = PodVariants::from_inventory(&inventory);
    let read = start.elapsed();
    let before = ALLOCATOR.current_usage();
    ALLOCATOR.reset_peak_usage();
    let start = Instant::now();
    let reach = Reach::new(&inventory, &classes, Some(37));
    let analysis = start.elapsed();
    let mega = |bytes: usize| bytes.saturating_sub(before) / 1_000_000;
    let (peak, left) = (mega(ALLOCATOR.peak_usage()), mega(ALLOCATOR.current_usage()));
    let (vertices, edges) = reach.size();
    let start = Instant::now();
    let exposed = reach.exposed(None).len();
    println!(
        "{pods} {accounts} {nodes} {bindings} | {:.2} | {:.2}, {peak}, {left} | {vertices} {edges} | {exposed}, {:.2}",
        read.as_secs_f64(),
        analysis.as_secs_f64(),
        start.elapsed().as_secs_f64(),
    );
}

/// Namespaces with ten workloads each, most with rights in their own namespace only, some wider.
fn cluster([pods, accounts, nodes, bindings]: [usize; 4]) -> Inventory {
    let mut inventory = Inventory::default();
    let mut add = |resource: Resource, object: &Value| {
        if let Ok(raw) = RawValue::from_string(object.to_string()) {
            inventory.insert(resource, &raw, "default");
        }
    };
    let namespaces = (accounts / 20).max(1);
    for n in 0..namespaces {
        let level = ["privileged", "baseline", "restricted", "baseline"][n % 4];
        let labels = json!({"pod-security.kubernetes.io/enforce": level});
        add(
            Resource::Namespaces,
            &json!({"metadata": {"name": format!("ns{n}"), "labels": labels}}),
        );
    }
    for n in 0..nodes {
        add(Resource::Nodes, &json!({"metadata": {"name": format!("node{n}")}}));
    }
    for n in 0..accounts {
        add(
            Resource::ServiceAccounts,
            &json!({"metadata": {"name": format!("sa{n}"), "namespace": format!("ns{}", n % namespaces)}}),
        );
    }
    let rules = [
        (["get", "list"], "", "configmaps"),
        (["get", "watch"], "", "secrets"),
        (["create", "get"], "", "pods"),
        (["create", "get"], "", "pods/exec"),
        (["patch", "get"], "apps", "deployments"),
    ];
    let of_roles = accounts / 2;
    for n in 0..of_roles {
        let (verbs, group, resource) = rules[if n % 10 < 6 { 0 } else { n % 5 }];
        let names = if n % 3 == 0 { json!([format!("x{n}")]) } else { json!([]) };
        let rules = json!([{"verbs": verbs, "apiGroups": [group], "resources": [resource], "resourceNames": names}]);
        add(
            Resource::Roles,
            &json!({"metadata": {"name": format!("r{n}"), "namespace": format!("ns{}", n % namespaces)}, "rules": rules}),
        );
    }
    add(
        Resource::ClusterRoles,
        &json!({"metadata": {"name": "all"}, "rules": [{"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}]}),
    );
    for n in 0..bindings {
        let (account, role) = (n % accounts, (n * 7) % of_roles);
        let subject = json!({"kind": "ServiceAccount", "name": format!("sa{account}"), "namespace": format!("ns{}", account % namespaces)});
        let wide = n % 5_000 == 0;
        let (resource, kind, name) = if wide {
            (Resource::ClusterRoleBindings, "ClusterRole", "all".to_owned())
        } else {
            (Resource::RoleBindings, "Role", format!("r{role}"))
        };
        add(
            resource,
            &json!({"metadata": {"name": format!("b{n}"), "namespace": format!("ns{}", role % namespaces)},
            "roleRef": {"kind": kind, "name": name}, "subjects": [subject]}),
        );
    }
    for n in 0..pods {
        let workload = n / 15;
        let account = workload % accounts;
        let wild = workload % 50 == 0;
        add(
            Resource::Pods,
            &json!({
            "metadata": {"name": format!("p{n}"), "namespace": format!("ns{}", account % namespaces), "uid": format!("00000000-0000-0000-0000-{n:012}"),
                "ownerReferences": [{"kind": "StatefulSet", "name": format!("w{workload}"), "uid": "x", "controller": true}]},
            "spec": {"serviceAccountName": format!("sa{account}"), "nodeName": format!("node{}", n % nodes),
                "volumes": [{"name": "t", "projected": {"sources": [{"serviceAccountToken": {"path": "t"}}]}}],
                "containers": [{"name": "app", "image": "i:1", "volumeMounts": [{"name": "t", "mountPath": "/t"}],
                    "securityContext": {"privileged": wild, "runAsUser": 0}},
                    {"name": "side", "image": "s:1"}]},
            "status": {"phase": "Running"}}),
        );
    }
    inventory.finish();
    inventory
}
