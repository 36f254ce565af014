//! What a pod costs: decoding it from a page, judging it by every rule, and telling of it.

use std::hint::black_box;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use jiff::Timestamp;
use podaudit::audit::audit;
use podaudit::baseline::ReportScope;
use podaudit::finding::{Severity, Verdict};
use podaudit::inventory::{Inventory, Resource};
use podaudit::policy::Policy;
use podaudit::report::{self, AuditReport, Filter, Format, Look};
use serde_json::value::RawValue;

mod cluster;
use cluster::Cluster;

fn inventory(objects: &[(Resource, Vec<Box<RawValue>>)]) -> Inventory {
    let mut inventory = Inventory::default();
    for (resource, objects) in objects {
        for object in objects {
            inventory.insert(*resource, object, "");
        }
    }
    inventory.finish();
    inventory
}

fn benches(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("pods");
    group.sample_size(10);
    for pods in [1_000, 10_000] {
        let kind = |plural: &str| {
            let objects = Cluster { pods, managed: true }.objects(plural);
            let objects = objects.map(|object| RawValue::from_string(object).expect("JSON"));
            let resource = Resource::AUDIT.into_iter().find(|r| r.plural() == plural);
            (resource.expect("a known kind"), objects.collect::<Vec<_>>())
        };
        let objects = Cluster::KINDS.map(kind);
        let read = inventory(&objects);
        let audited = audit(read.clone(), false);
        group.throughput(Throughput::Elements(pods as u64));
        group.bench_function(BenchmarkId::new("decode", pods), |b| {
            b.iter(|| inventory(black_box(&objects)));
        });
        group.bench_function(BenchmarkId::new("judge", pods), |b| {
            b.iter_batched(|| read.clone(), |read| audit(read, false), BatchSize::LargeInput);
        });
        let filter = Filter {
            verdicts: vec![Verdict::Fail, Verdict::Unknown],
            min_severity: Severity::Low,
            fixed: false,
            excepted: false,
            workload_series: false,
        };
        let cluster = report::Cluster { name: "bench".to_owned(), kubernetes_version: None };
        let (policy, scope) = (Policy::default(), ReportScope::default());
        let report = AuditReport {
            audit: &audited,
            cluster: &cluster,
            scanned_at: Timestamp::UNIX_EPOCH,
            filter: &filter,
            version: "bench",
            policy: &policy,
            scope: &scope,
            comparison: None,
        };
        let look = Look { width: None, color: false };
        for format in Format::ALL {
            group.bench_function(
                BenchmarkId::new(format!("render {}", format.as_str()), pods),
                |b| {
                    b.iter(|| format.write(&report, look, &mut std::io::sink()));
                },
            );
        }
    }
    group.finish();
}

criterion_group!(all, benches);
criterion_main!(all);
