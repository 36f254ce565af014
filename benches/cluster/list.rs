//! Pages of such a cluster, as its API server would send them: JSON or protobuf. Pods are made from
//! one template a workload, so that a page costs little more than copying it.

use std::io::{self, Write};

use podaudit::inventory::Resource;
use podaudit::inventory::decode::Wire;

use super::wire::bytes::{field, head, put};
use super::wire::messages::MessageWriter;
use super::{Cluster, Own, WORKLOADS};

/// One kind in one format.
pub(crate) struct List {
    cluster: Cluster,
    resource: Resource,
    wire: Wire,
    items: Items,
}

enum Items {
    /// A pod of each workload.
    Pods(Vec<Template>),
    Others(Vec<Vec<u8>>),
}

/// A pod, and where in it is what other pods of the workload have different.
struct Template {
    bytes: Vec<u8>,
    places: Vec<(usize, Blank)>,
}

#[derive(Clone, Copy)]
enum Blank {
    Suffix,
    Uid,
    Node,
    Id(usize),
}

impl Blank {
    const ALL: [(Self, &str); 5] = [
        (Self::Suffix, "^"),
        (Self::Uid, "|"),
        (Self::Node, "~"),
        (Self::Id(0), "`"),
        (Self::Id(1), ";"),
    ];

    /// What this pod has in its place.
    fn value(self, own: &Own) -> &str {
        match self {
            Self::Suffix => &own.suffix,
            Self::Uid => &own.uid,
            Self::Node => &own.node,
            Self::Id(n) => &own.ids[n],
        }
    }
}

impl Template {
    fn new(bytes: Vec<u8>, marks: &Own) -> Self {
        let mut places = Vec::new();
        let mut at = 0;
        while at < bytes.len() {
            let is_here = |blank: &Blank| bytes[at..].starts_with(blank.value(marks).as_bytes());
            let blank = Blank::ALL.map(|(blank, _)| blank).into_iter().find(is_here);
            places.extend(blank.map(|blank| (at, blank)));
            at += blank.map_or(1, |blank| blank.value(marks).len());
        }
        Self { bytes, places }
    }

    fn write(&self, page: &mut Vec<u8>, own: &Own) {
        let start = page.len();
        page.extend_from_slice(&self.bytes);
        for (at, blank) in &self.places {
            let value = blank.value(own).as_bytes();
            page[start + at..][..value.len()].copy_from_slice(value);
        }
    }
}

impl List {
    pub(crate) fn new(cluster: Cluster, resource: Resource, wire: Wire) -> Self {
        let writer = MessageWriter::new();
        let message = match resource {
            Resource::Pods => "core.v1.Pod",
            Resource::Nodes => "core.v1.Node",
            Resource::ServiceAccounts => "core.v1.ServiceAccount",
            Resource::Roles | Resource::ClusterRoles => "rbac.v1.Role",
            Resource::RoleBindings | Resource::ClusterRoleBindings => "rbac.v1.RoleBinding",
            _ => "meta.v1.PartialObjectMetadata",
        };
        let encoded = |json: String| match wire {
            Wire::Json => json.into_bytes(),
            Wire::Protobuf => {
                writer.message(message, &serde_json::from_str(&json).expect("an object"))
            }
        };
        let items = if resource == Resource::Pods {
            let real = cluster.own(0);
            let mark = |n: usize| {
                let (blank, mark) = Blank::ALL[n];
                mark.repeat(blank.value(&real).len())
            };
            let marks =
                Own { suffix: mark(0), uid: mark(1), node: mark(2), ids: [mark(3), mark(4)] };
            let template = |n| Template::new(encoded(cluster.pod_of(n, &marks)), &marks);
            Items::Pods((0..WORKLOADS).map(template).collect())
        } else {
            Items::Others(cluster.objects(resource.plural()).map(encoded).collect())
        };
        Self { cluster, resource, wire, items }
    }

    /// Writes the page that begins with item `from` and returns the first item of the next one.
    pub(crate) fn page(
        &self,
        from: usize,
        limit: usize,
        body: &mut dyn Write,
    ) -> io::Result<Option<usize>> {
        let count = match &self.items {
            Items::Pods(_) => self.cluster.pods,
            Items::Others(items) => items.len(),
        };
        let until = count.min(from.saturating_add(limit));
        let next = (until < count).then_some(until);
        let token = next.map(|next| next.to_string()).unwrap_or_default();
        let (kind, version) = (self.resource.kind(), self.resource.api_version());
        let mut start = Vec::new();
        match self.wire {
            Wire::Json => write!(
                start,
                r#"{{"kind":"{kind}List","apiVersion":"{version}","metadata":{{"resourceVersion":"1234567","continue":"{token}"}},"items":["#
            )?,
            Wire::Protobuf => {
                let mut meta = field(2, b"1234567");
                put(&mut meta, 3, token.as_bytes());
                let list = field(1, &meta);
                let size = |n| self.length(n) + head(2, self.length(n)).len();
                let length = list.len() + (from..until).map(size).sum::<usize>();
                let mut types = field(1, version.as_bytes());
                put(&mut types, 2, format!("{kind}List").as_bytes());
                start.extend(b"k8s\0");
                put(&mut start, 1, &types);
                start.extend(head(2, length));
                start.extend(list);
            }
        }
        body.write_all(&start)?;
        let mut item = Vec::new();
        for n in from..until {
            item.clear();
            match self.wire {
                Wire::Json if n > from => item.push(b','),
                Wire::Json => {}
                Wire::Protobuf => item.extend(head(2, self.length(n))),
            }
            match &self.items {
                Items::Pods(templates) => {
                    templates[self.cluster.workload(n)].write(&mut item, &self.cluster.own(n));
                }
                Items::Others(items) => item.extend_from_slice(&items[n]),
            }
            body.write_all(&item)?;
        }
        if self.wire == Wire::Json {
            body.write_all(b"]}")?;
        }
        Ok(next)
    }

    fn length(&self, n: usize) -> usize {
        match &self.items {
            Items::Pods(templates) => templates[self.cluster.workload(n)].bytes.len(),
            Items::Others(items) => items[n].len(),
        }
    }
}
