//! What one pod costs: decoding it from a dump, and judging it by every rule.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use podaudit::{audit, manifest};
use serde_json::{Value, json};

const PODS: usize = 1_000;

/// A dump of many pods of several workloads, as `kubectl get -o json` writes it.
fn dump() -> String {
    let pod = |n: usize| -> Value {
        let env: Vec<_> = (0..20).map(|i| json!({"name": format!("E{i}"), "value": "x"})).collect();
        json!({
            "apiVersion": "v1", "kind": "Pod",
            "metadata": {
                "name": format!("app-{n}"), "namespace": "shop", "uid": n.to_string(),
                "managedFields": [{"manager": "x".repeat(3_000)}],
                "ownerReferences": [{"apiVersion": "apps/v1", "kind": "StatefulSet",
                    "name": format!("app-{}", n % 50), "uid": "u", "controller": true}],
            },
            "spec": {
                "serviceAccountName": "app",
                "containers": [{"name": "app", "image": "registry.example/app:1", "env": env,
                    "securityContext": {"runAsUser": n % 2, "capabilities": {"drop": ["ALL"]}}}],
            },
            "status": {"phase": "Running"},
        })
    };
    let items: Vec<_> = (0..PODS).map(pod).collect();
    json!({"apiVersion": "v1", "kind": "List", "items": items}).to_string()
}

fn benches(criterion: &mut Criterion) {
    let text = dump();
    let options = manifest::Options::default();
    let inventory = manifest::parse("dump", &text, &options);
    let mut group = criterion.benchmark_group("1000 pods");
    group.sample_size(20).throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("decode", |b| {
        b.iter(|| manifest::parse("dump", black_box(&text), &options));
    });
    group.throughput(Throughput::Elements(PODS as u64));
    group.bench_function("judge", |b| b.iter(|| audit::audit(black_box(&inventory), false)));
    group.finish();
}

criterion_group!(all, benches);
criterion_main!(all);
