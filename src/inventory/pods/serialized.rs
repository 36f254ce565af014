//! Pods in the file of a shard: templates, and a row for each pod; written without a copy.

use serde::de::Error;
use serde::ser::SerializeStruct;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::collection::Pods;
use super::template::{PodIdentity, PodTemplate};
use crate::inventory::kind::Pod;
use crate::object::WorkloadName;

/// A template to be written. The workload that it is for is no field of a pod in the API.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WrittenTemplate<'a> {
    pod: &'a Pod,
    template_of: &'a Option<WorkloadName>,
    of_node: bool,
}

impl Serialize for Pods {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        struct Templates<'a>(&'a Pods);
        impl Serialize for Templates<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_seq(self.0.templates.iter().map(|template| WrittenTemplate {
                    pod: &template.pod,
                    template_of: &template.pod.template_of,
                    of_node: template.of_node,
                }))
            }
        }
        struct Rows<'a>(&'a Pods);
        impl Serialize for Rows<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_seq(self.0.members.pods.iter().map(|member| {
                    let PodIdentity { name, uid, node } = self.0.identity(member);
                    (member.template, name, uid, node)
                }))
            }
        }
        let mut pods = serializer.serialize_struct("Pods", 2)?;
        pods.serialize_field("classes", &Templates(self))?;
        pods.serialize_field("pods", &Rows(self))?;
        pods.end()
    }
}

/// Pods as they are read.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReadPods {
    classes: Vec<ReadTemplate>,
    pods: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ReadTemplate {
    pod: Pod,
    template_of: Option<WorkloadName>,
    of_node: bool,
}

/// The number of a pod's template, its name, its UID and its node.
type Row = (usize, String, Option<String>, Option<String>);

impl<'de> Deserialize<'de> for Pods {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let read = ReadPods::deserialize(deserializer)?;
        let mut pods = Self::default();
        let mut numbers = Vec::with_capacity(read.classes.len());
        for ReadTemplate { mut pod, template_of, of_node } in read.classes {
            pod.template_of = template_of;
            numbers.push(pods.template_number(&PodTemplate { pod, of_node }));
        }
        for (template, name, uid, node) in read.pods {
            let number = numbers.get(template);
            let number = number.ok_or_else(|| D::Error::custom("a pod of no class"))?;
            pods.push_pod(*number, &PodIdentity { name, uid, node });
        }
        Ok(pods)
    }
}
