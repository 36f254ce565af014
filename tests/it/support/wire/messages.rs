//! JSON objects as protobuf, by podaudit's own table of what it reads; what it does not read is here
//! by number, with its JSON text as value: nothing looks into it, it only has to be there.

use std::collections::BTreeMap;

use podaudit::inventory::decode::{FieldRow, field_rows};
use serde_json::Value;

use super::bytes::{field, list_envelope, put, varint};

/// Fields of the generated objects that podaudit skips. From `generated.proto` of `k8s.io/api`.
const SKIPPED: &[(&str, &[(u64, &str)])] = &[
    ("meta.v1.ObjectMeta", &[(6, "resourceVersion"), (17, "managedFields")]),
    ("meta.v1.OwnerReference", &[(5, "apiVersion"), (7, "blockOwnerDeletion")]),
    ("core.v1.HostPathVolumeSource", &[(2, "type")]),
    ("core.v1.VolumeProjection", &[(2, "downwardAPI"), (3, "configMap")]),
    (
        "core.v1.PodSpec",
        &[
            (3, "restartPolicy"),
            (4, "terminationGracePeriodSeconds"),
            (6, "dnsPolicy"),
            (19, "schedulerName"),
            (22, "tolerations"),
            (25, "priority"),
            (30, "enableServiceLinks"),
            (31, "preemptionPolicy"),
        ],
    ),
    (
        "core.v1.PodStatus",
        &[(2, "conditions"), (5, "hostIP"), (6, "podIP"), (7, "startTime"), (9, "qosClass")],
    ),
    (
        "core.v1.Container",
        &[
            (3, "command"),
            (8, "resources"),
            (13, "terminationMessagePath"),
            (14, "imagePullPolicy"),
            (20, "terminationMessagePolicy"),
        ],
    ),
    ("core.v1.ContainerPort", &[(1, "name")]),
    ("core.v1.EnvVar", &[(2, "value")]),
    (
        "core.v1.Probe",
        &[
            (3, "timeoutSeconds"),
            (4, "periodSeconds"),
            (5, "successThreshold"),
            (6, "failureThreshold"),
        ],
    ),
    ("core.v1.HTTPGetAction", &[(1, "path"), (2, "port"), (4, "scheme")]),
    (
        "core.v1.ContainerStatus",
        &[(3, "lastState"), (4, "ready"), (5, "restartCount"), (6, "image"), (9, "started")],
    ),
    ("core.v1.ContainerStateRunning", &[(1, "startedAt")]),
    ("core.v1.NodeStatus", &[(4, "conditions"), (8, "images")]),
    ("core.v1.NodeSystemInfo", &[(7, "kubeletVersion")]),
    ("rbac.v1.Subject", &[(2, "apiGroup")]),
    ("rbac.v1.RoleRef", &[(1, "apiGroup")]),
];

/// Writes messages.
pub(crate) struct MessageWriter(BTreeMap<&'static str, BTreeMap<u64, FieldRow>>);

impl MessageWriter {
    pub(crate) fn new() -> Self {
        let mut messages: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
        for row in field_rows() {
            messages.entry(row.message).or_default().insert(row.number, row);
        }
        for (message, fields) in SKIPPED {
            for (number, name) in *fields {
                let row = FieldRow {
                    message,
                    number: *number,
                    name,
                    presence: "AsSent".to_owned(),
                    kind: "Skipped".to_owned(),
                    inner: None,
                };
                messages.entry(message).or_default().insert(*number, row);
            }
        }
        Self(messages)
    }

    /// A list whose items are such messages, in the envelope of the API server.
    pub(crate) fn list(&self, item_kind: &str, item: &str, list: &Value) -> Vec<u8> {
        let mut body = field(1, &self.message("meta.v1.ListMeta", &list["metadata"]));
        for object in list["items"].as_array().into_iter().flatten() {
            put(&mut body, 2, &self.message(item, object));
        }
        list_envelope(item_kind, &body)
    }

    /// This object as a message: fields in their order, as Go writes them. A value of the wrong type
    /// is written as what it is.
    ///
    /// # Panics
    /// A field that neither table has.
    pub(crate) fn message(&self, message: &str, object: &Value) -> Vec<u8> {
        let mut known = Vec::new();
        let bytes = self.fields(message, object, &mut known);
        for name in object.as_object().into_iter().flat_map(|object| object.keys()) {
            assert!(known.contains(&name.as_str()), "{message}.{name} has no number");
        }
        bytes
    }

    fn fields(&self, message: &str, object: &Value, known: &mut Vec<&'static str>) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (number, row) in self.0.get(message).into_iter().flatten() {
            known.push(row.name);
            match (row.inner.filter(|_| row.kind == "Inline"), object.get(row.name)) {
                (Some(inner), _) => put(&mut bytes, *number, &self.fields(inner, object, known)),
                (None, Some(Value::Null)) => {}
                (None, Some(value)) => self.value(&mut bytes, *number, row, value),
                // Go writes what is no pointer even if it is zero.
                (None, None) if row.presence == "NonZero" && row.kind == "Text" => {
                    put(&mut bytes, *number, &[]);
                }
                (None, None) if row.presence == "NonZero" && row.kind != "Time" => {
                    bytes.extend(varint(number << 3));
                    bytes.push(0);
                }
                (None, None) => {}
            }
        }
        bytes
    }

    fn value(&self, bytes: &mut Vec<u8>, number: u64, row: &FieldRow, value: &Value) {
        match (row.kind.as_str(), value) {
            ("Map", Value::Object(entries)) => {
                for (key, value) in entries {
                    let mut entry = Vec::new();
                    put(&mut entry, 1, key.as_bytes());
                    put(&mut entry, 2, value.as_str().unwrap_or_default().as_bytes());
                    put(bytes, number, &entry);
                }
            }
            ("Time", Value::String(time)) => {
                let time: jiff::Timestamp = time.parse().expect("a time");
                let seconds = varint(1 << 3).into_iter();
                let time = seconds.chain(varint(time.as_second().cast_unsigned()));
                put(bytes, number, &time.collect::<Vec<_>>());
            }
            (_, Value::Array(items)) => {
                for item in items {
                    self.value(bytes, number, row, item);
                }
            }
            ("Message", value) => {
                let inner = row.inner.expect("the message of a field");
                put(bytes, number, &self.message(inner, value));
            }
            (_, Value::Bool(value)) => {
                bytes.extend([varint(number << 3), vec![u8::from(*value)]].concat());
            }
            (_, Value::Number(value)) => {
                let value = value.as_i64().expect("an integer").cast_unsigned();
                bytes.extend([varint(number << 3), varint(value)].concat());
            }
            (_, Value::String(text)) => put(bytes, number, text.as_bytes()),
            (_, value) => put(bytes, number, value.to_string().as_bytes()),
        }
    }
}
