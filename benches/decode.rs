//! What a page costs to decode, as JSON and as protobuf: one pod as a real API server sends it, a
//! thousand times.

#[path = "../tests/it/support/wire/bytes.rs"]
mod bytes;

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use podaudit::inventory::decode::{Paging, Wire};
use podaudit::inventory::{Inventory, Resource};

const PODS: usize = 1_000;
const JSON: &str = include_str!("data/pod.json");
const PROTOBUF: &[u8] = include_bytes!("data/pod.pb");

fn pages() -> [(&'static str, Wire, Vec<u8>); 2] {
    let items = vec![JSON; PODS].join(",");
    let json =
        format!(r#"{{"kind":"PodList","apiVersion":"v1","metadata":{{}},"items":[{items}]}}"#);
    let protobuf = bytes::list_envelope("Pod", &bytes::field(2, PROTOBUF).repeat(PODS));
    [("json", Wire::Json, json.into_bytes()), ("protobuf", Wire::Protobuf, protobuf)]
}

fn benches(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("decode 1000 pods");
    group.sample_size(20);
    for (name, wire, page) in pages() {
        group.throughput(Throughput::Bytes(page.len() as u64));
        group.bench_function(name, |b| {
            b.iter(|| {
                let mut inventory = Inventory::default();
                let paging = inventory.insert_page(Resource::Pods, wire, black_box(&page));
                assert_eq!((paging, inventory.pods().count()), (Ok(Paging::default()), PODS));
                inventory
            });
        });
    }
}

criterion_group!(all, benches);
criterion_main!(all);
