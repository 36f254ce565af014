//! What a page costs to decode, as JSON and as protobuf: one pod as a real API server sends it, a
//! thousand times.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use podaudit::inventory::Inventory;
use podaudit::inventory::coverage::Resource;
use podaudit::inventory::page::Wire;

const PODS: usize = 1_000;
const JSON: &str = include_str!("data/pod.json");
const PROTOBUF: &[u8] = include_bytes!("data/pod.pb");

/// A field that has a length.
fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
    let mut field = vec![number << 3 | 2];
    let mut length = bytes.len();
    while length > 0x7f {
        field.push(u8::try_from(length & 0x7f).unwrap_or_default() | 0x80);
        length >>= 7;
    }
    field.push(u8::try_from(length).unwrap_or_default());
    field.extend(bytes);
    field
}

fn pages() -> [(&'static str, Wire, Vec<u8>); 2] {
    let items = vec![JSON; PODS].join(",");
    let json =
        format!(r#"{{"kind":"PodList","apiVersion":"v1","metadata":{{}},"items":[{items}]}}"#);
    let list = field(2, PROTOBUF).repeat(PODS);
    let meta = field(2, b"PodList");
    let protobuf = [b"k8s\0".to_vec(), field(1, &meta), field(2, &list)].concat();
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
                let token = inventory.insert_page(Resource::Pods, wire, black_box(&page));
                assert_eq!((token, inventory.pods.len()), (Ok(None), PODS));
                inventory
            });
        });
    }
}

criterion_group!(all, benches);
criterion_main!(all);
