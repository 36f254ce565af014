//! Lists in protobuf, made from JSON by the table that they are read with.

use serde_json::Value;

use crate::inventory::page::protobuf_rows;

/// A list of this kind in the envelope of the API server.
pub(super) fn list(kind: &str, item: &str, list: &Value) -> Vec<u8> {
    let meta = field(2, kind.as_bytes());
    let mut body = field(1, &message("meta.v1.ListMeta", &list["metadata"]));
    for object in list["items"].as_array().into_iter().flatten() {
        body.extend(field(2, &message(item, object)));
    }
    [b"k8s\0".to_vec(), field(1, &meta), field(2, &body)].concat()
}

/// An object; a value of the wrong type is written as what it is.
fn message(name: &str, object: &Value) -> Vec<u8> {
    let rows = protobuf_rows();
    let row = |key: &str| {
        let row = rows.iter().find(|row| row.0 == name && row.2 == key);
        *row.as_ref().unwrap_or_else(|| panic!("{name} has no {key}"))
    };
    let mut bytes = Vec::new();
    for (key, value) in object.as_object().into_iter().flatten() {
        let (_, number, .., inner) = row(key);
        let values = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
        for value in values {
            match value {
                Value::Bool(value) => bytes.extend([tag(*number, 0), u8::from(*value)]),
                Value::Number(value) => {
                    bytes.push(tag(*number, 0));
                    bytes.extend(varint(value.as_u64().expect("a number that is not negative")));
                }
                Value::String(text) => bytes.extend(field(*number, text.as_bytes())),
                Value::Object(_) => {
                    bytes.extend(field(*number, &message(inner.expect("a message"), value)));
                }
                _ => panic!("{name}.{key}: {value}"),
            }
        }
    }
    bytes
}

fn tag(number: u64, wire: u64) -> u8 {
    u8::try_from(number << 3 | wire).expect("a small number")
}

fn field(number: u64, bytes: &[u8]) -> Vec<u8> {
    let mut field = varint(number << 3 | 2);
    field.extend(varint(bytes.len() as u64));
    field.extend(bytes);
    field
}

fn varint(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value > 0x7f {
        bytes.push(0x80 | u8::try_from(value & 0x7f).expect("7 bits"));
        value >>= 7;
    }
    bytes.push(u8::try_from(value).expect("7 bits"));
    bytes
}
