//! Pods as a shard writes them down: classes, nodes, and a row for each pod, without a copy.

use serde::ser::SerializeStruct;
use serde::{Deserialize, Serialize, Serializer};

use super::{Class, Identity, Inventory, Member, Pod, Pods};
use crate::inventory::coverage::{Coverage, Resource, State};
use crate::inventory::shard::{Shard, Sharded, Split};

/// A class without its pods. What a template stands for is no part of a pod in the API.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Written<'a> {
    pod: &'a Pod,
    template_of: &'a Option<(String, String)>,
    of_node: bool,
}

impl Serialize for Pods {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        struct Classes<'a>(&'a Pods);
        impl Serialize for Classes<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_seq(self.0.classes.iter().map(|class| Written {
                    pod: &class.pod,
                    template_of: &class.pod.template_of,
                    of_node: class.of_node,
                }))
            }
        }
        struct Rows<'a>(&'a Pods);
        impl Serialize for Rows<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_seq(self.0.members.pods.iter().map(|member| {
                    let Identity { name, uid, node } = self.0.identity(member);
                    (member.class, name, uid, node)
                }))
            }
        }
        let mut pods = serializer.serialize_struct("Pods", 2)?;
        pods.serialize_field("classes", &Classes(self))?;
        pods.serialize_field("pods", &Rows(self))?;
        pods.end()
    }
}

/// The same, read.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Read {
    classes: Vec<ReadClass>,
    pods: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ReadClass {
    pod: Pod,
    template_of: Option<(String, String)>,
    of_node: bool,
}

/// The number of its class, its name, its UID and its node.
type Row = (usize, String, Option<String>, Option<String>);

impl TryFrom<Read> for Pods {
    type Error = &'static str;

    fn try_from(read: Read) -> Result<Self, Self::Error> {
        let class = |ReadClass { mut pod, template_of, of_node }| {
            pod.template_of = template_of;
            Class { pod, of_node }
        };
        let mut pods = Self::default();
        let classes: Vec<_> =
            read.classes.into_iter().map(|read| pods.class(&class(read))).collect();
        for (class, name, uid, node) in read.pods {
            let class = classes.get(class).ok_or("a pod of no class")?;
            pods.push_own(*class, &Identity { name, uid, node });
        }
        Ok(pods)
    }
}

impl Inventory {
    /// Leaves the pods of one shard, by namespace, for sources that hold them all. What the record
    /// of the pods says beside their number is left to the first shard.
    pub fn keep_shard(&mut self, shard: Shard) -> Sharded {
        let pods = &self.pods;
        let namespace = |m: &Member| pods.classes[m.class as usize].pod.namespace();
        let of = |m: &Member| shard.has_namespace(namespace(m));
        let kept: Vec<_> = pods.members.pods.iter().map(of).collect();
        let count = |of: bool| kept.iter().filter(|kept| **kept == of).count() as u64;
        let (own, others) = (count(true), count(false));
        let record = self.coverage_mut(Resource::Pods);
        if shard.is_first() {
            record.listed -= others;
            record.decoded -= others;
        } else {
            let state = if own == 0 { State::Absent } else { State::Complete };
            *record =
                Coverage { listed: own, decoded: own, ..Coverage::new(Resource::Pods, state) };
        }
        self.pods.retain(kept);
        Sharded { split: Some(Split::Namespace), cluster_uid: None }
    }
}
